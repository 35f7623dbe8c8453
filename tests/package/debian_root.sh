# A Debian 12 of its own for tests that install something; sourced. Sets `root`: the folder given as ROOT, which is kept and used
# again, or one that goes with the test. Needs root and a Debian mirror.
#   make_root NAME ROOT    `inside COMMAND...` then runs in it, with no environment of this machine
kept=
root=
fail() { echo "FAILED: $*" >&2; exit 1; }
leave_root() {
  umount "$root/proc" 2>/dev/null || true
  [[ -n $kept ]] || rm -rf "$root"
}
inside() {
  chroot "$root" env -i http_proxy="${http_proxy:-}" https_proxy="${https_proxy:-}" DEBIAN_FRONTEND=noninteractive PATH=/usr/bin:/bin:/usr/sbin:/sbin LC_ALL=C.UTF-8 "$@"
}

make_root() {
  kept=$2
  root=${kept:-$(mktemp -d "/tmp/telltale-$1.XXXXXX")}
  trap leave_root EXIT
  mkdir -p "$root"
  chmod 755 "$root"  # who runs in it is not root, and this is its /
  [[ -x $root/usr/bin/dpkg ]] || debootstrap --variant=minbase bookworm "$root" >"$root.log" 2>&1 || fail "debootstrap: see $root.log"
  # As this machine reaches its mirror.
  cp -r /etc/apt/sources.list* /etc/apt/apt.conf.d "$root/etc/apt/" 2>/dev/null || true
  cp -r /etc/ssl/certs "$root/etc/ssl/" 2>/dev/null || true
  cp /etc/resolv.conf "$root/etc/" 2>/dev/null || true
  mountpoint -q "$root/proc" || mount --bind /proc "$root/proc"
}
