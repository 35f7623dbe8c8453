"""docs/events.md names every field that is written, and none that is not."""
import pathlib
import re
import unittest

from support import SAMPLE, audit

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/events.md").read_text()
CODE = (ROOT / "sensor/output/describe.cpp").read_text()
LEAKBENCH = ROOT.parent / "shared/leakbench/dev"
# Objects whose members are names of things, not fields.
OPEN = {"stats.decoder", "stats.decoder.event", "anomaly.evidence"}
# Objects that are described where they stand first.
SAME_AS = {"verdict.findings": "finding", "stats.coverage": "inspection"}


def documented():
    fields = set()
    for row in re.findall(r"^\| (`[^|]+) \|", PAGE, re.M):
        fields.update(re.findall(r"`([a-z0-9_.]+)`", row))
    return fields


def fields_of(value, path=""):
    if isinstance(value, list):
        for item in value:
            yield from fields_of(item, path)
    elif isinstance(value, dict):
        for key, inner in value.items():
            here = f"{SAME_AS.get(path, path)}.{key}" if path else key
            yield here
            if here not in OPEN:
                yield from fields_of(inner, here)
            elif here + ".event" in OPEN:
                yield here + ".event"


class Events(unittest.TestCase):
    def test_what_is_written_is_described(self):
        captures = [SAMPLE, *sorted(LEAKBENCH.glob("*.pcap"))]
        known = documented()
        for capture in captures:
            for event in audit(capture).events:
                for field in fields_of(event):
                    if not isinstance(event.get(field), dict):
                        parent = field.rpartition(".")[0]
                        self.assertTrue(field in known or parent in OPEN or field in SAME_AS or self.is_object(event, field),
                                        f"{field} of a {event['event_type']} event is not in docs/events.md")

    @staticmethod
    def is_object(event, field):
        for part in field.split("."):
            event = event.get(part) if isinstance(event, dict) else None
        return isinstance(event, dict) and bool(event)

    def test_what_is_described_is_written(self):
        written = set(re.findall(r'(?:text|number|real|boolean|begin_object|begin_array)\((?:out, )?"(\w+)"', CODE))
        written |= set(re.findall(r'"(in_iface|pcap_filename)"', CODE))
        last_parts = {field.rpartition(".")[2] for field in documented()}
        self.assertEqual(last_parts - written, set(), "docs/events.md names what sensor/output/describe.cpp does not write")
        objects = {"device", "destination", "finding", "alert", "verdict", "anomaly", "flow", "ndpi", "tls", "inspection", "suspected", "stats"}
        self.assertEqual(written - last_parts - objects, set(), "sensor/output/describe.cpp writes what docs/events.md does not name")


if __name__ == "__main__":
    unittest.main()
