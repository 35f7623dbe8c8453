#!/bin/sh
# Makes lists of names out of what Debian packages know: debian_names.sh OUTPUT PROVIDERS REGEXES, each file or "".
#   PROVIDERS  serviceproviders.xml of mobile-broadband-provider-info (public domain): operators of mobile networks.
#              Only names that say so (tel, mobil, cell ...), as others are words of everyday language (Alice, Sunday).
#   REGEXES    regexes.yaml of uap-core (Apache-2.0, the User Agent Parser project): brands of devices, but for words of
#              everyday language, makers of cars and operators.
# Names that config/names has are left out by the compiler of names.
set -eu
export LC_ALL=C.UTF-8
output=$1
{
  echo "network_operators: ["
  [ -z "$2" ] || awk '
    /<provider[ >]/ { name = ""; in_provider = 1 }
    # Names of its access points stand deeper, within <gsm> or <cdma>.
    in_provider && !in_network && /<name[^>]*>/ {
      line = $0
      sub(/.*<name[^>]*>/, "", line)
      sub(/<\/name>.*/, "", line)
      names[++count] = line
    }
    /<gsm>|<cdma>/ { in_network = 1 }
    /<network-id/ { mobile = 1 }
    /<\/gsm>|<\/cdma>/ { in_network = 0 }
    /<\/provider>/ {
      for (i = 1; i <= count && mobile; ++i) print tolower(names[i])
      count = 0
      mobile = 0
      in_provider = 0
    }' "$2" | grep -Ev "[]\"\\\\()/,:#&;]" | grep -E "tel|mob|gsm|cell|fone|phone|wireless|kom|телеком|мобай|電信" | sort -u | sed 's/.*/  "&",/'
  echo "]"
  echo "phone_makers: ["
  [ -z "$3" ] || sed -n "s/.*brand_replacement: '\([A-Za-z0-9 -]\{4,\}\)'.*/\L\1/p" "$3" |
    grep -vxE "generic.*|assistant|bird|braun|casio|cellular|cube|docomo|hero|hyundai|impression|informer|kddi|lemon|malata|manta|match|nokia|olivetti|omega|orion|palm|pearl|sega|siemens|softbank|spice|spider|sprint|telstra|terra|tesla|tmobile|versus|wolfgang" |
    sort -u | sed 's/.*/  "&",/'
  echo "]"
} >"$output"
