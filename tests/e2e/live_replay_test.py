"""The same packets give the same findings from a wire as from files."""
import sys
import tempfile
import unittest

import live_net
from live_net import Net, Sensor, ethernet_frames, send_frames, wait_for
from support import BENCH, ROOT, SAMPLE, audit


def told(events):
    return {(e["src_ip"], e["dest_ip"], e["dest_port"], e["finding"]["type"], e["finding"]["sample"], e["finding"]["location"],
             tuple(e["finding"].get("encodings", ()))) for e in events if e["event_type"] == "finding"}


def groups(audits):
    """Captures that can share a wire: no two of a group have a flow with the same ends."""
    parted = []
    for path, events in audits:
        flows = {(e["src_ip"], e.get("src_port"), e["dest_ip"], e.get("dest_port"), e["proto"]) for e in events
                 if e["event_type"] == "flow"}
        for taken, group in parted:
            if not taken & flows:
                taken |= flows
                group.append((path, events))
                break
        else:
            parted.append((flows, [(path, events)]))
    return [group for _, group in parted]


class LiveReplay(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        live_net.skip_unless_possible()

    def replay(self, captures, keys, workers=4):
        audits = [(path, audit(path, *[a for key in keys for a in ("--keys", key)]).events) for path in captures]
        return sum(self.replay_together(group, keys, workers) for group in groups(audits))

    def replay_together(self, audits, keys, workers):
        frames = [ethernet_frames(path.read_bytes()) for path, _ in audits]
        expected = set().union(*(told(events) for _, events in audits))
        with tempfile.TemporaryDirectory() as folder, Net("replay") as net:
            live_net.sh(f"ip -n {net.box} link add wire0 mtu 65535 type veth peer name wire1 mtu 65535")
            live_net.sh(f"ip -n {net.box} link set wire0 up; ip -n {net.box} link set wire1 up")
            logs = "".join(f"{key}, " for key in keys)
            sensor = Sensor(net, folder, f"tls: {{keylog: [{logs}]}}\nsensor: {{workers: {workers}}}\n", interface="wire0")
            for capture in frames:
                send_frames(net.box, "wire1", capture)
            sent = sum(map(len, frames))
            self.assertEqual(sensor.stop(), 0, sensor.said())
            stats = sensor.events("stats")[-1]["stats"]
            self.assertGreaterEqual(stats["packets"], sent, "the wire lost packets; nothing can be compared")
            self.assertEqual(stats["drops"], 0)
            found = told(sensor.events())
        self.assertEqual(sorted(expected - found), [], "missing on the wire")
        self.assertEqual(sorted(found - expected), [], "only on the wire")
        return len(expected)

    def test_sample(self):
        for workers in (1, 4):
            with self.subTest(workers=workers):
                self.assertGreater(self.replay([SAMPLE], [ROOT / "deploy/sample/sample.keys"], workers), 5)

    def test_labelled_captures(self):
        if not BENCH.exists():
            self.skipTest("the labelled captures are not here")
        captures = [p for p in sorted((BENCH / "dev").glob("*.pcap")) if ethernet_frames(p.read_bytes()) is not None]
        print(f"{len(captures)} captures of Ethernet", file=sys.stderr)
        self.assertGreater(self.replay(captures, sorted((BENCH / "dev").glob("*.keys"))), 50)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
