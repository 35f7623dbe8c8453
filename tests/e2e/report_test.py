"""Reports of an audit: their numbers are those of the events, they stand alone, they are the same again; telltale diff."""
import csv
import io
import json
import pathlib
import subprocess
import tempfile
import unittest

from support import ENVIRONMENT, SAMPLE, TELLTALE, Run, audit


class Report(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.at = pathlib.Path(cls.folder.name)
        cls.run_ = audit(SAMPLE, *[o for end in ("html", "json", "csv", "sarif") for o in ("--report", cls.at / f"r.{end}")])
        cls.events = cls.run_.events
        cls.report = json.loads((cls.at / "r.json").read_text())

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def of_type(self, kind):
        return [e for e in self.events if e["event_type"] == kind]

    def test_numbers_are_those_of_the_events(self):
        findings, alerts = self.of_type("finding"), self.of_type("alert")
        self.assertGreater(len(findings), 10)
        summary = self.report["summary"]
        self.assertEqual(summary["findings"], len(findings))
        self.assertEqual(summary["alerts"], len(alerts))
        self.assertEqual(summary["left_out"], 0)
        self.assertEqual({f["event_id"] for f in self.report["findings"]}, {e["event_id"] for e in findings})
        self.assertEqual({a["event_id"] for a in self.report["alerts"]}, {e["event_id"] for e in alerts})
        stats = self.of_type("stats")[-1]["stats"]
        for column in ("bytes_out", "clear", "decrypted", "opaque", "lost", "skipped"):
            self.assertEqual(self.report["coverage"][column], stats["coverage"][column], column)
        told = {(e["device"]["id"], e["finding"]["type"], e["destination"].get("hostname", e["dest_ip"])) for e in findings}
        self.assertEqual({(x["device"]["id"], x["type"], x["destination"]["hostname"]) for x in self.report["exchanges"]}, told)

    def test_evidence_leads_to_the_packet(self):
        by_id = {e["event_id"]: e for e in self.of_type("finding")}
        for finding in self.report["findings"]:
            event = by_id[finding["event_id"]]
            self.assertEqual(finding["packet"], event["finding"]["packet"])
            self.assertEqual(finding["location"], event["finding"]["location"])
            self.assertEqual(finding["wireshark"], f"frame.number == {event['finding']['packet']}")
        digest = subprocess.run(["sha256sum", SAMPLE], capture_output=True, text=True).stdout.split()[0]
        self.assertEqual(self.report["inputs"][0]["sha256"], digest)

    def test_other_forms_say_the_same(self):
        rows = list(csv.DictReader(io.StringIO((self.at / "r.csv").read_text())))
        self.assertEqual({r["event_id"] for r in rows}, {f["event_id"] for f in self.report["findings"]})
        sarif = json.loads((self.at / "r.sarif").read_text())
        results = sarif["runs"][0]["results"]
        self.assertEqual(len(results), len(self.report["findings"]))
        rules = {r["id"] for r in sarif["runs"][0]["tool"]["driver"]["rules"]}
        self.assertTrue({r["ruleId"] for r in results} <= rules)

    def test_the_page_is_small_and_stands_alone(self):
        page = (self.at / "r.html").read_text()
        self.assertLess(len(page), 3 << 20)
        self.assertNotIn("<script", page)
        self.assertNotRegex(page, r"(src|href)\s*=")
        for number in (self.report["summary"]["findings"], self.report["summary"]["alerts"]):
            self.assertIn(f"<b>{number}</b>", page)

    def test_the_same_again(self):
        again = self.at / "again.html"
        for workers in ("1", "4"):
            Run("audit", SAMPLE, "--quiet", "--workers", workers, "--report", again)
            self.assertEqual(again.read_bytes(), (self.at / "r.html").read_bytes())

    def test_what_cannot_be_written_is_said(self):
        run = Run("audit", SAMPLE, "--quiet", "--report", self.at / "r.pdf")
        self.assertEqual(run.status, 2)
        self.assertIn("html, json, csv or sarif", run.err)
        run = Run("audit", SAMPLE, "--quiet", "--report", self.at / "missing" / "r.html")
        self.assertEqual(run.status, 2)
        self.assertIn("cannot be written", run.err)

    def test_a_damaged_capture_has_a_report_that_says_so(self):
        cut = self.at / "cut.pcap"
        cut.write_bytes(SAMPLE.read_bytes()[:-7])
        run = Run("audit", cut, "--quiet", "--report", self.at / "cut.json")
        self.assertEqual(run.status, 3)
        self.assertEqual(len(json.loads((self.at / "cut.json").read_text())["problems"]), 1)

    def test_diff_serves_scripts(self):
        whole = self.at / "r.json"
        self.assertEqual(Run("diff", whole, whole).status, 0)
        less = dict(self.report, exchanges=self.report["exchanges"][1:])
        fewer = self.at / "less.json"
        fewer.write_text(json.dumps(less))
        worse = Run("diff", fewer, whole, "--json")
        self.assertEqual(worse.status, 1)
        differences = json.loads(worse.out)["differences"]
        self.assertEqual([d["change"] for d in differences], ["appeared"])
        self.assertEqual(Run("diff", whole, fewer).status, 0)
        self.assertEqual(Run("diff", whole, self.at / "r.csv").status, 2)


if __name__ == "__main__":
    unittest.main()
