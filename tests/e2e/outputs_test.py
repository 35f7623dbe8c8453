"""Alerts reach real receivers: mosquitto, rsyslog over TLS, TCP and UDP, a webhook, a file. Each is away for TELLTALE_AWAY seconds (2)
and back, the sensor is killed TELLTALE_KILLS times (3): every alert arrives, nothing committed is lost."""
import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

import live_net
from live_net import Net, Sensor, wait_for

AWAY = float(os.environ.get("TELLTALE_AWAY", "2"))
KILLS = int(os.environ.get("TELLTALE_KILLS", "3"))
HOOK = """
import http.server, sys
class H(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers['content-length']))
        with open(sys.argv[1], 'ab') as f: f.write(body + b'\\n')
        self.send_response(200); self.end_headers()
    def log_message(self, *a): pass
http.server.ThreadingHTTPServer(('127.0.0.1', 8500), H).serve_forever()
"""


def lines_of(path):
    return path.read_text(errors="replace").splitlines() if path.exists() else []


class Receivers:
    """The real programs, in the box; each can be stopped and started."""

    def __init__(self, net, folder):
        self.net, self.folder, self.running = net, pathlib.Path(folder), {}
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext",
                        "subjectAltName=IP:127.0.0.1", "-keyout", f"{folder}/tls.key", "-out", f"{folder}/tls.pem"], check=True, capture_output=True)
        (self.folder / "rsyslog.conf").write_text(
            f'global(workDirectory="{folder}" DefaultNetstreamDriverCAFile="{folder}/tls.pem"\n'
            f'  DefaultNetstreamDriverCertFile="{folder}/tls.pem" DefaultNetstreamDriverKeyFile="{folder}/tls.key")\n'
            'module(load="imtcp")\nmodule(load="imudp")\n'
            'input(type="imtcp" name="tcp" port="601" address="127.0.0.1")\ninput(type="imudp" name="udp" port="514" address="127.0.0.1")\n'
            'input(type="imtcp" name="tls" port="6514" address="127.0.0.1" StreamDriver.Name="gtls" StreamDriver.Mode="1"\n'
            '  StreamDriver.AuthMode="anon")\n'
            'template(name="raw" type="string" string="%rawmsg%\\n")\n' +
            "".join(f'if $inputname == "{name}" then action(type="omfile" file="{folder}/{name}.log" template="raw" asyncWriting="off")\n'
                    for name in ("tcp", "udp", "tls")))
        (self.folder / "mosquitto.conf").write_text("listener 1883 127.0.0.1\nallow_anonymous true\npersistence false\nuser root\n")
        self.commands = {
            "rsyslog": ["rsyslogd", "-n", "-i", f"{folder}/rsyslog.pid", "-f", f"{folder}/rsyslog.conf"],
            "mosquitto": ["mosquitto", "-c", f"{folder}/mosquitto.conf"],
            "webhook": ["python3", "-c", HOOK, f"{folder}/hook.log"]}
        self.ports = {"rsyslog": 601, "mosquitto": 1883, "webhook": 8500}
        self.start_all()

    def start_all(self):
        for name in self.commands:
            self.start(name)

    def start(self, name):
        self.running[name] = self.net.start(self.net.box, *self.commands[name], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(name, lambda: f":{self.ports[name]} " in live_net.sh(f"ip netns exec {self.net.box} ss -ltn"))
        if name == "mosquitto":
            self.subscriber = self.net.start(self.net.box, "mosquitto_sub", "-h", "127.0.0.1", "-q", "1", "-v", "-t", "#",
                                             stdout=open(self.folder / "mqtt.log", "ab"))
            time.sleep(0.5)

    def stop_all(self):
        for process in self.running.values():
            process.terminate()
            process.wait(20)
        self.subscriber.kill()
        self.subscriber.wait()

    def received(self):
        """event ids that each receiver has"""
        hook = [json.loads(line) for line in lines_of(self.folder / "hook.log")]
        mqtt = [line.split(" ", 1) for line in lines_of(self.folder / "mqtt.log")]
        syslog = {kind: [json.loads(line[line.index("{"):]) for line in lines_of(self.folder / f"{kind}.log")] for kind in ("tcp", "udp", "tls")}
        return {"webhook": [e["event_id"] for e in hook], "tcp": [e["event_id"] for e in syslog["tcp"]],
                "udp": [e["event_id"] for e in syslog["udp"]], "tls": [e["event_id"] for e in syslog["tls"]],
                "mqtt": [json.loads(text)["event_id"] for topic, text in mqtt if topic == "telltale/box/alert"]}, dict(mqtt)


CONFIG = """
sensor: {{name: box}}
geoip: {{databases: []}}
outputs:
  - {{type: eve, path: {folder}/eve.json}}
  - {{type: webhook, url: "http://127.0.0.1:8500/in", rate: 0}}
  - {{type: syslog, url: "tcp://127.0.0.1:601"}}
  - {{type: syslog, url: "udp://127.0.0.1:514"}}
  - {{type: syslog, url: "tls://127.0.0.1:6514", ca_file: {folder}/tls.pem}}
  - {{type: mqtt}}
"""


class Outputs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        live_net.skip_unless_possible()

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.net = Net("out").__enter__()
        self.addCleanup(self.net.__exit__)
        self.receivers = Receivers(self.net, folder.name)
        self.leaks = 0

    def sensor(self):
        return Sensor(self.net, self.folder, CONFIG.format(folder=self.folder))

    def leak(self):
        """Each to a server of its own, so that each is an alert of its own."""
        self.leaks += 1
        address = f"198.51.100.{self.leaks}"
        live_net.sh(f"ip -n {self.net.server} addr add {address}/32 dev eth0")
        live_net.sh(f"ip netns exec {self.net.phone} curl -s --max-time 10 -d 'imei=490154203237518' http://{address}/collect")

    def told(self):
        return {json.loads(line)["event_id"] for line in lines_of(self.folder / "eve.json") if '"event_type":"alert"' in line}

    def expect_everywhere(self, kinds, seconds=30):
        def all_there():
            received, _ = self.receivers.received()
            return all(self.told() <= set(received[kind]) for kind in kinds)
        try:
            wait_for("alerts at every receiver", all_there, seconds)
        except AssertionError as error:
            received, _ = self.receivers.received()
            raise AssertionError({kind: sorted(self.told() - set(received[kind])) for kind in kinds}) from error

    def test_alerts_reach_every_receiver(self):
        sensor = self.sensor()
        for _ in range(3):
            self.leak()
        wait_for("alerts", lambda: len(self.told()) >= 3)
        self.expect_everywhere(("webhook", "tcp", "udp", "tls", "mqtt"), 5)
        _, topics = self.receivers.received()
        cards = [json.loads(text) for topic, text in topics.items() if topic.startswith("homeassistant/sensor/")]
        self.assertEqual({card["name"] for card in cards}, {"Last alert", "Alerts today", "Last country"})
        state = json.loads(topics[cards[0]["state_topic"]])
        self.assertEqual(state["alerts_today"], len(self.told()))
        self.assertEqual(sensor.stop(), 0, sensor.said())
        self.assertNotIn("490154203237518", (self.folder / "hook.log").read_text(), "masked everywhere")

    def test_nothing_is_lost_while_receivers_are_away(self):
        sensor = self.sensor()
        self.leak()
        self.expect_everywhere(("webhook", "tcp", "tls", "mqtt"))
        self.receivers.stop_all()
        end = time.monotonic() + AWAY
        while True:
            self.leak()
            if time.monotonic() >= end:
                break
            time.sleep(min(1, AWAY / 3))
        wait_for("alerts", lambda: len(self.told()) >= self.leaks)
        self.assertIn("events wait", sensor.said())
        self.receivers.start_all()
        self.expect_everywhere(("webhook", "tcp", "tls", "mqtt"), 60)
        self.assertEqual(sensor.stop(), 0, sensor.said())

    def test_a_reload_takes_up_other_outputs_and_keeps_what_waits(self):
        webhook = '  - {type: webhook, url: "http://127.0.0.1:8500/in", rate: 0%s}\n'
        syslog = '  - {type: syslog, url: "tcp://127.0.0.1:601"}\n'
        head = f"outputs:\n  - {{type: eve, path: {self.folder}/eve.json}}\n"
        self.receivers.stop_all()
        sensor = Sensor(self.net, self.folder, head + webhook % "")
        self.leak()
        wait_for("the news", lambda: "events wait" in sensor.said())
        sensor.config.write_text(head + f"  - {{type: eve, path: /var/empty-{os.getpid()}/eve.json}}\n" + syslog)
        refused = sensor.reload()
        self.assertEqual(refused.returncode, 2)
        self.assertIn(f"/var/empty-{os.getpid()}/eve.json: cannot be ", refused.stderr)
        # The same receiver is told more, and there is another.
        sensor.config.write_text(head + webhook % ", events: [alert, finding]" + syslog)
        taken = sensor.reload()
        self.assertEqual(taken.stdout, "configuration reloaded\n", taken.stderr)
        self.receivers.start_all()
        self.leak()
        self.expect_everywhere(("webhook",), 60)
        wait_for("findings", lambda: '"event_type":"finding"' in (self.folder / "hook.log").read_text())
        self.assertEqual(len(set(self.receivers.received()[0]["tcp"])), 1, "from the reload on")
        # One is left out, and taken up again.
        sensor.config.write_text(head + syslog)
        self.assertEqual(sensor.reload().returncode, 0)
        before = (self.folder / "hook.log").read_text()
        self.leak()
        wait_for("the alert", lambda: len(set(self.receivers.received()[0]["tcp"])) == 2)
        self.assertEqual((self.folder / "hook.log").read_text(), before)
        sensor.config.write_text(head + syslog + webhook % "")
        self.assertEqual(sensor.reload().returncode, 0)
        self.leak()
        wait_for("the alert", lambda: len(set(self.receivers.received()[0]["tcp"])) == 3)
        wait_for("the alert", lambda: (self.folder / "hook.log").read_text() != before)
        self.assertEqual(sensor.stop(), 0, sensor.said())

    def test_a_kill_loses_nothing_that_was_committed(self):
        self.receivers.stop_all()
        committed = set()
        for kill in range(KILLS):
            sensor = self.sensor()
            self.leak()
            time.sleep(0.3 + 1.4 * ((kill * 7) % 10) / 10)
            sensor.process.send_signal(signal.SIGKILL)
            sensor.process.wait()
            with sqlite3.connect(f"file:{sensor.store}?mode=ro", uri=True) as store:
                self.assertEqual(store.execute("PRAGMA integrity_check").fetchone()[0], "ok")
            done = sensor.ask("alerts", "--store", str(sensor.store), "--json", "--limit", "10000")
            now = {json.loads(line)["event_id"] for line in done.stdout.splitlines()}
            self.assertLessEqual(committed, now, "committed before, and missing now")
            committed = now
        lines = lines_of(self.folder / "eve.json")
        broken = 0
        for line in lines:
            try:
                json.loads(line)
            except ValueError:
                broken += 1
        self.assertLessEqual(broken, KILLS, "at most the last line of each run")
        self.receivers.start_all()
        sensor = self.sensor()
        self.expect_everywhere(("webhook", "tcp", "mqtt"), 60)
        self.assertEqual(sensor.stop(), 0, sensor.said())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
