"""telltale run in a box whose bridge joins a phone and a server: real programs, network namespaces, a real clock."""
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

import live_net
from live_net import Net, Sensor, wait_for
from support import Run


def when(event):
    return time.mktime(time.strptime(event["timestamp"][:19], "%Y-%m-%dT%H:%M:%S")) - time.timezone


class Live(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        live_net.skip_unless_possible()

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.net = Net("run").__enter__()
        self.addCleanup(self.net.__exit__)

    def alerts(self, sensor, count=1):
        return wait_for(f"{count} alerts", lambda: len(sensor.events("alert")) >= count and sensor.events("alert"))

    def test_a_leak_is_told_while_it_happens_and_everything_is_written_at_the_end(self):
        sensor = Sensor(self.net, self.folder)
        begun = time.time()
        self.net.leak()
        alert = self.alerts(sensor)[0]
        self.assertLessEqual(abs(when(alert) - begun), 10, "the time of the packet, on the clock of the machine")
        self.assertEqual((alert["src_ip"], alert["dest_ip"], alert["in_iface"]), (live_net.PHONE, live_net.SERVER, "br-lan"))
        # The store is read while the daemon writes it.
        stored = wait_for("findings in the store",
                          lambda: sensor.ask("findings", "--store", str(sensor.store), "--json").stdout.splitlines())
        self.assertLessEqual({"imei", "coordinates"}, {json.loads(line)["finding"]["type"] for line in stored})
        self.assertFalse(sensor.events("stats"), "a minute has not passed")
        self.assertEqual(sensor.stop(), 0, sensor.said())
        self.assertEqual(sensor.events()[-1]["event_type"], "stats")
        flows = [e for e in sensor.events("flow") if e["dest_ip"] == live_net.SERVER and e["app_proto"] == "http"]
        self.assertEqual(len(flows), 1, "what was open was ended")
        in_store = {json.loads(line)["event_id"] for line in Run("flows", "--store", sensor.store, "--json", "--limit", 1000).out.splitlines()}
        self.assertIn(flows[0]["event_id"], in_store)

    def test_nothing_is_left_of_roots_powers(self):
        sensor = Sensor(self.net, self.folder)
        status = sensor.status()
        for kind in ("CapEff", "CapPrm", "CapInh", "CapAmb"):
            self.assertEqual(int(status[kind], 16), 0, kind)
        self.assertEqual((status["NoNewPrivs"], status["Seccomp"]), ("1", "2"))

    def test_a_new_policy_is_taken_whole_or_not_at_all(self):
        sensor = Sensor(self.net, self.folder)
        self.net.leak()
        self.alerts(sensor)
        sensor.config.write_text("trust:\n  trusted: {cidrs: [203.0.113.0/33]}\n")
        refused = sensor.reload()
        self.assertEqual(refused.returncode, 2)
        self.assertIn("telltale.yaml:2:", refused.stderr)
        self.assertIn("stays", refused.stderr)
        sensor.config.write_text(f"trust:\n  trusted: {{cidrs: [{live_net.SERVER}/32]}}\nsensor: {{workers: 7}}\n")
        taken = sensor.reload()
        self.assertEqual(taken.returncode, 0, taken.stderr)
        self.assertIn("sensor.workers", taken.stdout, "what must wait for the next start is named")
        before = len(sensor.events("finding"))
        self.net.leak(path="/again")
        wait_for("more findings", lambda: len(sensor.events("finding")) > before)
        newest = sensor.events("finding")[-1]
        self.assertEqual(newest["destination"]["trust"], "trusted")
        self.assertEqual(sensor.stop(), 0)

    def test_an_interface_that_vanishes_is_waited_for(self):
        # Sockets that share an interface cannot be bound again, so that several workers take another way.
        for workers in (1, 3):
            with self.subTest(workers=workers):
                folder = pathlib.Path(self.folder, str(workers))
                folder.mkdir()
                sensor = Sensor(self.net, folder, f"sensor: {{workers: {workers}}}\n", interface="phone0")
                for times in (1, 2):
                    live_net.sh(f"ip -n {self.net.box} link del phone0")
                    wait_for("the news", lambda: sensor.said().count("phone0: is gone") == times)
                    self.net.plug(self.net.phone, "phone0")
                    live_net.sh(f"ip -n {self.net.phone} addr add {live_net.PHONE}/24 dev eth0; "
                                f"ip -n {self.net.phone} route add default via 192.168.7.1")
                    wait_for("the news", lambda: sensor.said().count("phone0: is back") == times)
                live_net.sh(f"ip -n {self.net.box} link set phone0 down")
                wait_for("the news", lambda: sensor.said().count("phone0: is gone") == 3)
                live_net.sh(f"ip -n {self.net.box} link set phone0 up")
                wait_for("the news", lambda: sensor.said().count("phone0: is back") == 3)
                self.net.leak()
                self.alerts(sensor)
                self.assertEqual(sensor.said().count("one thread reads it"), int(workers > 1))
                self.assertEqual(sensor.stop(), 0, sensor.said())

    def test_each_worker_has_a_ring_that_shares_the_interface(self):
        sensor = Sensor(self.net, self.folder, "sensor: {workers: 3}\n", interface="phone0")
        sockets = subprocess.run(["ip", "netns", "exec", self.net.box, "ss", "--packet", "--extended", "--no-header"],
                                 capture_output=True, text=True, check=True).stdout
        self.assertEqual(len([line for line in sockets.splitlines() if "fanout" in line]), 3, sockets)
        # A link that is only down for a while keeps all rings.
        live_net.sh(f"ip -n {self.net.box} link set phone0 down")
        wait_for("the news", lambda: "phone0: is gone" in sensor.said())
        live_net.sh(f"ip -n {self.net.box} link set phone0 up")
        wait_for("the news", lambda: "phone0: is back" in sensor.said())
        self.net.leak()
        self.alerts(sensor)
        self.assertNotIn("one thread reads it", sensor.said())
        self.assertEqual(sensor.stop(), 0, sensor.said())

    def test_what_cannot_be_opened_is_said(self):
        for arguments, expected in (
                (("-i", "nothing0"), "nothing0: there is no such interface; there are: "),
                (("-i", "lo", "--filter", "tcp port"), 'lo: the filter "tcp port": '),
                (("-i", "lo", "--json", "/nowhere/at/all"), "/nowhere/at/all: cannot be written: "),
                (("-i", "lo", "--home", "here"), "--home here: not a network")):
            done = Run("run", "--control", self.folder + "/c.sock", *arguments)
            self.assertEqual(done.status, 2, done.err)
            self.assertIn(expected, done.err)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
