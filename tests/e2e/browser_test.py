"""The dashboard and the report in a real browser (Debian's Chromium, driven by Playwright): every page with data of an audit of the
sample and of a live run, an upload, a mute, a log-in, a telephone. Skipped, saying so, where there is no browser or no npm.

TELLTALE_SCREENSHOTS=docs/images takes the screenshots for the documentation."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import live_net
from live_net import Net, Sensor, wait_for
from support import ENVIRONMENT, ROOT, SAMPLE, TELLTALE, Run
from web_test import Server

HERE = pathlib.Path(__file__).resolve().parent / "browser"
MODULES = pathlib.Path(os.environ.get("TELLTALE_BROWSER_MODULES", HERE))
# Debian's Chromium and Node.js find their own things by these.
NODE_ENVIRONMENT = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LANG")} | {"TELLTALE_BROWSER_MODULES": str(MODULES)}


def setUpModule():
    for program in ("chromium", "node", "npm"):
        if not shutil.which(program):
            raise unittest.SkipTest(f"there is no {program}")
    if b'"/assets/' not in first_page():
        raise unittest.SkipTest("this telltale was built without the dashboard's pages")
    if (MODULES / "node_modules/.package-lock.json").exists():
        return
    MODULES.mkdir(parents=True, exist_ok=True)
    if MODULES != HERE:
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(HERE / name, MODULES)
    done = subprocess.run(["npm", "ci", "--loglevel=error"], cwd=MODULES, env=NODE_ENVIRONMENT, capture_output=True, text=True)
    if done.returncode != 0:
        raise unittest.SkipTest("Playwright cannot be had: " + done.stderr.strip()[:300])


def first_page():
    with tempfile.TemporaryDirectory() as folder:
        store = pathlib.Path(folder) / "s.sqlite"
        Run("audit", SAMPLE, "--quiet", "--store", store)
        server = Server(store)
        try:
            return server.ask("GET", "/")[1].replace(b"./assets/", b"/assets/")
        finally:
            server.stop()


class Browser(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.at = pathlib.Path(self.folder.name)
        self.shots = pathlib.Path(os.environ.get("TELLTALE_SCREENSHOTS", self.at / "shots")).resolve()

    def command(self, scenario, url, facts):
        return ["node", str(HERE / "browser.mjs"), scenario, url, str(self.shots), json.dumps(facts)]

    def browse(self, scenario, url, **facts):
        done = subprocess.run(self.command(scenario, url, facts), capture_output=True, text=True, timeout=240, env=NODE_ENVIRONMENT)
        self.assertEqual(done.returncode, 0, done.stderr[:6000])

    def store(self):
        store = self.at / "s.sqlite"
        self.audit("--store", store)
        return store

    def audit(self, *options):
        """The sample by its name in this tree, as screenshots show it."""
        subprocess.run([TELLTALE, "audit", SAMPLE.relative_to(ROOT), "--quiet", *options], cwd=ROOT, env=ENVIRONMENT, check=True)

    def serve(self):
        server = Server(self.store())
        self.addCleanup(lambda: self.assertEqual(server.stop(), 0))
        return f"http://127.0.0.1:{server.port}/"

    def test_every_page(self):
        self.browse("pages", self.serve())

    def test_on_a_phone(self):
        self.browse("phone", self.serve())

    def test_by_keyboard(self):
        self.browse("keyboard", self.serve())

    def test_a_mute_and_its_effect(self):
        self.browse("mute", self.serve())

    def test_a_device_gets_a_name(self):
        self.browse("rename", self.serve())

    def test_a_capture_dropped_on_the_page(self):
        self.browse("upload", self.serve(), capture=str(SAMPLE), keys=str(SAMPLE.with_suffix(".keys")))

    def test_log_in(self):
        store = self.store()
        self.assertEqual(Run("web", "passwd", "--store", store, stdin=b"a long password\n").status, 0)
        config = self.at / "tls.yaml"
        config.write_text("web: {tls: 'on'}\n")
        server = Server(store, "-c", config)
        self.addCleanup(server.stop)
        self.browse("login", f"https://127.0.0.1:{server.port}/", password="a long password")

    def test_hostile_names_stay_text(self):
        # A device that calls itself something else, in DHCP, Host and User-Agent: here by way of the store.
        store = self.store()
        subprocess.run(["sqlite3", store, "UPDATE devices SET name = '<img src=x onerror=alert(1)>', json = json_set(json, '$.name', "
                        "'<img src=x onerror=alert(1)>'); UPDATE destinations SET name = '\"><script>alert(2)</script>' || id;"
                        "UPDATE events SET json = replace(json, 'api.filebox.example', '<svg onload=alert(3)>')"], check=True)
        server = Server(store)
        self.addCleanup(server.stop)
        self.browse("phone", f"http://127.0.0.1:{server.port}/")

    def test_the_report_from_disk(self):
        page, numbers = self.at / "r.html", self.at / "r.json"
        self.audit("--report", page, "--report", numbers)
        self.assertLess(page.stat().st_size, 3 << 20)
        report = json.loads(numbers.read_text())
        summary = report["summary"]
        self.browse("report", page.as_uri(), figures=[[summary["devices"], "devices"], [summary["flows"], "connections"],
                                                      [summary["findings"], "findings"], [summary["alerts"], "alerts"]])

    def test_a_live_run(self):
        live_net.skip_unless_possible()
        with Net("tt-web") as net:
            sensor = Sensor(net, self.at)
            net.leak()
            wait_for("an alert", lambda: sensor.events("alert"))
            browser = net.start(net.box, *self.command("live", "http://127.0.0.1:8480/", {}), stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, env=NODE_ENVIRONMENT)
            ready = browser.stdout.readline()
            if ready:
                net.leak('{"contacts":[{"name":"Ann","phone":"+4915112345678"},{"name":"Bob","phone":"+4915112345679"},'
                         '{"name":"Cem","phone":"+4915112345670"}]}', "/contacts")
            _, told = browser.communicate(timeout=180)
            self.assertEqual(browser.returncode, 0, told[:6000])
            self.assertEqual(sensor.stop(), 0, sensor.said())


if __name__ == "__main__":
    unittest.main()
