"""An audit's store and the commands that read it."""
import json
import pathlib
import sqlite3
import tempfile
import unittest

from support import SAMPLE, Run, audit


class Store(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dir = tempfile.TemporaryDirectory()
        cls.path = pathlib.Path(cls.dir.name) / "audit.sqlite"
        cls.audit = audit(SAMPLE, "--store", cls.path)
        cls.addClassCleanup(cls.dir.cleanup)

    def query(self, command, *options):
        run = Run(command, "--store", self.path, *options)
        self.assertEqual(run.status, 0, run.err)
        return run

    def lines(self, command, *options):
        return self.query(command, "--json", *options).events

    def test_the_events_come_back_as_the_audit_told_them(self):
        self.assertEqual(self.audit.status, 0, self.audit.err)
        for kind in ("finding", "alert", "flow"):
            told = {e["event_id"]: e for e in self.audit.of_type(kind)}
            stored = {e["event_id"]: e for e in self.lines(kind + "s")}
            self.assertTrue(told)
            self.assertEqual(told, stored)

    def test_the_newest_come_first(self):
        times = [e["timestamp"] for e in self.lines("flows")]
        self.assertEqual(times, sorted(times, reverse=True))

    def test_auditing_again_adds_nothing(self):
        def dump():
            with sqlite3.connect(self.path) as db:
                return [line for line in db.iterdump() if "sqlite_sequence" not in line]
        before = dump()
        run = Run("audit", SAMPLE, "--store", self.path)
        self.assertEqual(run.status, 0, run.err)
        self.assertIn(b"0 events written, %d were there already" % len(self.audit.events), run.out)
        self.assertEqual(dump(), before)

    def test_devices_add_up(self):
        devices = {d["device"]["id"]: d for d in self.lines("devices")}
        flows = self.audit.of_type("flow")
        # A client that has no address yet is no device of its own.
        self.assertEqual(set(devices), {f["device"]["id"] for f in flows} - {"0.0.0.0", "::"})
        for device_id, device in devices.items():
            own = [f for f in flows if f["device"]["id"] == device_id]
            self.assertEqual(device["flows"], len(own))
            self.assertEqual(device["bytes_out"], sum(f["inspection"]["bytes_out"] for f in own))
            types = {f["finding"]["type"] for f in self.audit.of_type("finding") if f["device"]["id"] == device_id}
            self.assertEqual(set(device["types"]), types)

    def test_destinations_say_what_they_were_told(self):
        rows = self.lines("destinations", "--destination", "log.ushareit.com")
        self.assertEqual(len(rows), 1)
        self.assertEqual(rows[0]["types"], ["android_id", "device_brand", "device_model"])

    def test_filters(self):
        def expected(test):
            return {e["event_id"] for e in self.audit.of_type("finding") if test(e)}
        cases = [(["--type", "imei"], lambda e: e["finding"]["type"] == "imei"),
                 (["--class", "contacts"], lambda e: e["finding"]["class"] == "contacts"),
                 (["--device", "192.168.8.55"], lambda e: e["device"]["ip"] == "192.168.8.55"),
                 (["--destination", "ushareit"], lambda e: "ushareit" in e["destination"]["hostname"]),
                 (["--trust", "unknown"], lambda e: e["destination"]["trust"] == "unknown"),
                 (["--operator-country", "cn"], lambda e: e["destination"].get("operator_country") == "CN"),
                 (["--since", "2026-11-23T21:03:20"], lambda e: e["timestamp"] >= "2026-11-23T21:03:20"),
                 (["--until", "2026-11-23"], lambda e: e["timestamp"] < "2026-11-23")]
        for options, test in cases:
            with self.subTest(options):
                self.assertEqual({e["event_id"] for e in self.lines("findings", *options)}, expected(test))

    def test_tables_are_for_people(self):
        text = self.query("findings").out.decode()
        self.assertIn("contact_list", text)
        self.assertIn("api.filebox.example", text)
        self.assertIn("2026-11-23 21:03", text)
        self.assertEqual(len(self.query("findings", "--limit", 3).out.splitlines()), 5)  # header, rows, "and more"
        for command in ("devices", "destinations", "alerts", "flows"):
            self.assertGreater(len(self.query(command).out.splitlines()), 1, command)

    def test_an_empty_answer_says_what_to_do(self):
        text = self.query("findings", "--since", "30s").out.decode()
        self.assertIn("The newest event in this store is of", text)
        self.assertIn("--since", text)
        self.assertIn("match", self.query("findings", "--device", "nobody").out.decode())
        self.assertEqual(self.query("findings", "--since", "30s", "--json").out, b"")

    def test_bad_usage_is_told_in_one_line(self):
        for args in (["findings", "--store", self.path, "--since", "soon"],
                     ["findings", "--store", self.path, "--type", "shoe_size"],
                     ["alerts", "--store", self.path, "--severity", "9"],
                     ["devices", "--store", self.path, "--sort", "beauty"],
                     ["devices", "--store", SAMPLE],
                     ["devices", "--store", pathlib.Path(self.dir.name) / "nowhere.sqlite"],
                     ["audit", SAMPLE, "--quiet", "--store", SAMPLE]):
            with self.subTest(args):
                run = Run(*args)
                self.assertEqual(run.status, 2)
                self.assertEqual(len(run.err.splitlines()), 1, run.err)

    def test_samples_are_masked_in_the_file(self):
        revealed = audit(SAMPLE, "--reveal").of_type("finding")
        imei = next(e["finding"]["sample"] for e in revealed if e["finding"]["type"] == "imei")
        for file in self.path.parent.iterdir():
            self.assertNotIn(imei.encode(), file.read_bytes())


if __name__ == "__main__":
    unittest.main()
