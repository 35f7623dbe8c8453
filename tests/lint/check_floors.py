#!/usr/bin/env python3
"""Enforces the house rules that a compiler does not: a folder includes only folders of lower floors (or
itself), a third-party API stays behind its one file, sources stay readable in size, and no fuzz corpus is
empty. Exits 1 and names every breach as FILE:LINE.

The floors are those of docs/architecture.md."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FLOORS = {
    "sensor/base": 0, "sensor/model": 1, "config": 2, "geoip": 2,
    **{f"sensor/{stage}": 3 for stage in
       ("capture", "decode", "flow", "classify", "tls", "proto", "unwrap", "detect", "behavior", "policy",
        "store", "output")},
    "sensor/pipeline": 4, "sensor/web": 5, "sensor/report": 5, "sensor/cli": 6,
}
# header (regular expression) -> the files or folders that may include it
THIRD_PARTY = {
    r"ndpi/|ndpi_api\.h": ["sensor/classify/"],
    r"maxminddb\.h": ["geoip/mmdb_file.cpp"],
    r"curl/": ["geoip/download.cpp", "sensor/output/webhook.cpp", "sensor/output/syslog.cpp"],
    r"yaml-cpp/": ["config/yaml"],
    r"pcap/|pcap\.h": ["sensor/capture/"],
    r"openssl/": ["sensor/tls/", "sensor/model/community_id.cpp", "sensor/base/digest.cpp", "geoip/unpack.cpp",
                  "sensor/web/access.cpp", "sensor/web/connection.h", "sensor/web/server_certificate."],
    r"httplib\.h": ["sensor/web/http_server.cpp", "sensor/web/connection.h"],
    r"http_parser\.h": ["sensor/proto/http1"],
    r"nghttp2/": ["sensor/proto/hpack"],
    r"libpsl\.h": ["sensor/policy/registrable_domain.cpp"],
    r"zlib\.h": ["sensor/capture/", "sensor/unwrap/", "sensor/proto/websocket", "geoip/text_source.cpp"],
    r"SQLiteCpp/|sqlite3\.h": ["sensor/store/"],
    r"seccomp\.h|sys/capability\.h|linux/landlock\.h": ["sensor/sandbox/"],
    r"mosquitto\.h": ["sensor/output/mqtt.cpp"],
    r"phonenumbers/": ["sensor/detect/phone_plan.cpp"],
    r"systemd/": ["sensor/cli/service_manager.cpp"],
    r"CLI/": ["sensor/cli/"],
}
MAX_LINES = 450


def folder_of(path: str):
    return next((f for f in sorted(FLOORS, key=len, reverse=True) if path.startswith(f + "/")), None)


def check_source(path: pathlib.Path):
    name = path.relative_to(ROOT).as_posix()
    home = folder_of(name)
    lines = path.read_text(encoding="utf-8").splitlines()
    if len(lines) > MAX_LINES:
        yield f"{name}:{len(lines)}: longer than {MAX_LINES} lines; is there a second idea in it?"
    for number, line in enumerate(lines, 1):
        include = re.match(r'\s*#\s*include\s+["<]([^">]+)[">]', line)
        if not include:
            continue
        target = include.group(1)
        other = folder_of(target)
        if other and other != home and FLOORS[other] >= FLOORS[home]:
            yield f"{name}:{number}: {home} (floor {FLOORS[home]}) includes {other} (floor {FLOORS[other]})"
        for pattern, allowed in THIRD_PARTY.items():
            if re.match(pattern, target) and not any(name.startswith(place) for place in allowed):
                yield f"{name}:{number}: {target} belongs behind {' or '.join(allowed)}"


def check_corpora():
    for cmake in (ROOT / "tests/fuzz/CMakeLists.d").glob("*.cmake"):
        for target in re.findall(r"telltale_fuzz\((\w+)", cmake.read_text()):
            corpus = ROOT / "tests/fuzz/corpus" / target
            if not any(corpus.glob("*")):
                yield f"{corpus.relative_to(ROOT)}: the fuzz target {target} has no corpus, so its replay tests nothing"


def check_type_names(paths):
    """One name, one type: where two headers disagree, the linker takes either, and the program breaks (C++20 [basic.def.odr])."""
    seen = {}
    for path in paths:
        text = path.read_text(encoding="utf-8")
        for kind, name in re.findall(r"^(class|struct) (\w+)(?: final)?(?: : [^;{]*)? ?\{", text, re.M):
            if re.search(rf"^template .*\n{kind} {name}\b", text, re.M):
                continue
            place = path.relative_to(ROOT).as_posix()
            if name in seen and seen[name] != place:
                yield f"{place}: {name} is another type in {seen[name]}; give one of them another name"
            seen[name] = place


def main():
    breaches, checked = [], 0
    headers = [path for folder in FLOORS for path in sorted((ROOT / folder).glob("*.h"))]
    breaches += check_type_names(headers)
    for folder in FLOORS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".h", ".cpp") and folder_of(path.relative_to(ROOT).as_posix()) == folder:
                breaches += check_source(path)
                checked += 1
    breaches += check_corpora()
    print("\n".join(breaches) or f"{checked} sources keep the floors")
    return 1 if breaches or not checked else 0


if __name__ == "__main__":
    sys.exit(main())
