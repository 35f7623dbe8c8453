"""Shared by the end-to-end tests: runs the telltale binary that ctest names and reads what it wrote."""
import json
import os
import pathlib
import subprocess
import struct

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "deploy/sample/sample.pcap"
BENCH = ROOT.parent / "shared/leakbench"
TELLTALE = os.environ["TELLTALE"]

# Nothing that this machine happens to have, such as geo databases, may change what a test sees.
ENVIRONMENT = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "TZ": "UTC", "LC_ALL": "C.UTF-8", "TELLTALE_GEOIP_PATH": ""}


class Run:
    def __init__(self, *args, stdin=None):
        done = subprocess.run([TELLTALE, *map(str, args)], input=stdin, capture_output=True, timeout=120,
                              env=ENVIRONMENT)
        self.status, self.out = done.returncode, done.stdout
        self.err = done.stderr.decode("utf-8", "replace")

    @property
    def events(self):
        return [json.loads(line) for line in self.out.splitlines()]

    def of_type(self, event_type):
        return [e for e in self.events if e["event_type"] == event_type]


def audit(capture, *options, stdin=None):
    return Run("audit", capture, "--json", "-", *options, stdin=stdin)


def findings(events):
    """{(device, server, port): {type, ...}}"""
    flows = {}
    for e in events:
        if e["event_type"] == "finding":
            key = (e["src_ip"], e["destination"].get("hostname", e["dest_ip"]), e["dest_port"])
            flows.setdefault(key, set()).add(e["finding"]["type"])
    return flows


def pcap_records(data):
    """(offset, size with header) of every record of a little-endian pcap."""
    at, records = 24, []
    while at + 16 <= len(data):
        size = 16 + struct.unpack_from("<I", data, at + 8)[0]
        records.append((at, size))
        at += size
    return records
