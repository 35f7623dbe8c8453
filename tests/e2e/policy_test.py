"""Policies as their users meet them: unit tests in YAML, check, show, test, explain, feeds and mutes in an audit."""
import json
import pathlib
import tempfile
import unittest

from support import ROOT, SAMPLE, Run, audit
from tiny_mmdb import whole_world

CASES = ROOT / "tests/policy/cases"


class Folder(unittest.TestCase):
    def setUp(self):
        self._folder = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self._folder.name)

    def tearDown(self):
        self._folder.cleanup()

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path


class UnitTests(Folder):
    def test_every_shipped_policy_and_one_with_every_kind_of_list(self):
        files = sorted(CASES.glob("*_test.yaml"))
        run = Run("policy", "test", *files)
        self.assertEqual(run.status, 0, run.out.decode() + run.err)
        passed = sum(int(line.split(": ")[1].split()[0]) for line in run.out.decode().splitlines())
        self.assertGreaterEqual(passed, 100)

    def test_a_failure_is_a_clear_difference_and_status_1(self):
        tests = self.file("t_test.yaml", "tests:\n  - name: wrong\n    given: {destination: a.example, data: imei}\n"
                                         "    expect: {verdict: notice, severity: 1, trust: trusted}\n")
        run = Run("policy", "test", tests)
        self.assertEqual(run.status, 1)
        text = run.out.decode()
        for part in ("t_test.yaml:2: wrong (imei)", "verdict:  expected notice, got alert",
                     "severity: expected 1, got 2", "trust:    expected trusted, got unknown", "0 passed, 1 failed"):
            self.assertIn(part, text)

    def test_a_bad_file_is_status_2_with_its_place(self):
        tests = self.file("t.yaml", "tests:\n  - given: {destination: a.example, data: imai}\n    expect: {}\n")
        run = Run("policy", "test", tests)
        self.assertEqual(run.status, 2)
        self.assertRegex(run.err, r"t\.yaml:2:\d+: 'imai' is no data; expected a type such as imei")


class CheckAndShow(Folder):
    def test_all_problems_are_told_a_line_each(self):
        config = self.file("c.yaml", "trust: {default: maybe}\nrules: [{name: a}]\nfeeds: [{}]\n")
        run = Run("policy", "check", config)
        self.assertEqual(run.status, 2)
        self.assertEqual([line.split(":")[1] for line in run.err.splitlines()], ["1", "2", "3"])

    def test_warnings_and_a_summary(self):
        config = self.file("c.yaml", "trust: {trusted: {domains: [tiktok.com, co.uk]}}\n")
        run = Run("policy", "check", config, "in-69a-2020")
        self.assertEqual(run.status, 0, run.err)
        text = run.out.decode()
        self.assertIn("tiktok.com: both trusted and untrusted.packs.in-69a-2020; trusted counts", text)
        self.assertIn("co.uk (trusted) is a public suffix", text)
        self.assertRegex(text, r"ok: \d+ rules")

    def test_a_feed_of_garbage_is_named(self):
        self.file("list.txt", "evil.example\nnot an entry\n")
        config = self.file("c.yaml", "feeds: [{path: list.txt}]\n")
        run = Run("policy", "check", config)
        self.assertIn("list.txt: 1 left out: 'not an entry' (line 2)", run.out.decode())
        self.file("list.txt", "<html>\n")
        run = Run("policy", "check", config)
        self.assertEqual(run.status, 2)
        self.assertIn("list.txt:1:1: nothing in it is recognised", run.err)

    def test_what_is_shown_can_be_loaded(self):
        shown = Run("policy", "show", "--policy", "cleartext-strict").out.decode()
        again = Run("policy", "show", "-c", self.file("shown.yaml", shown)).out.decode()

        def plain(text):
            return [line for line in text.splitlines() if not line.strip().startswith("#")]
        self.assertEqual(plain(again), plain(shown))

    def test_what_would_become_of_it(self):
        run = Run("policy", "test", "api.tiktok.com", "imei", "contact_list", "--policy", "in-69a-2020", "--json")
        answers = [json.loads(line) for line in run.out.splitlines()]
        self.assertEqual([a["verdict"]["severity"] for a in answers], [1, 1])
        self.assertEqual(answers[0]["destination"]["operator_country"], "CN")
        self.assertEqual(Run("policy", "test", "api.tiktok.com").status, 2)
        self.assertEqual(Run("policy", "test", "api.tiktok.com", "imai").status, 2)


class AuditAndExplain(Folder):
    def config(self, text=""):
        (self.folder / "sg.mmdb").write_bytes(whole_world({"country": {"iso_code": "SG"}}))
        return self.file("c.yaml", "geoip: {databases: [sg.mmdb]}\n" + text)

    def explain(self, events, event, *options):
        path = self.folder / "events.jsonl"
        path.write_bytes(events)
        return Run("explain", event["event_id"], "--events", path, *options)

    def test_an_app_of_one_country_served_from_another_is_seen_as_both(self):
        options = ("-c", self.config(), "--policy", "in-69a-2020")
        run = audit(SAMPLE, *options)
        self.assertEqual(run.status, 0, run.err)
        alerts = [a for a in run.of_type("alert") if a["destination"].get("hostname") == "log.ushareit.com"]
        self.assertTrue(alerts)
        for alert in alerts:
            to = alert["destination"]
            self.assertEqual((to["trust"], to["country"], to["operator_country"]), ("untrusted", "SG", "CN"))
            self.assertEqual(to["trust_reason"], "untrusted.packs.in-69a-2020: ushareit.com")
        text = self.explain(run.out, alerts[0], *options).out.decode()
        for part in ("in SG", "SHAREit Technologies, of CN", "* 1 name, address",
                     "untrusted.packs.in-69a-2020: ushareit.com", "Verdict: alert", "Another verdict would come of",
                     "with log.ushareit.com under trust.trusted.domains: allow"):
            self.assertIn(part, text)

    def test_a_finding_is_explained_with_its_place(self):
        run = audit(SAMPLE)
        imei = [e for e in run.of_type("finding") if e["finding"]["type"] == "imei"][0]
        answer = json.loads(self.explain(run.out, imei, "--json").out)
        self.assertEqual(answer["finding"]["location"], "http.request.body:$.device.imei")
        self.assertEqual(answer["verdict"]["verdict"], "alert")
        self.assertEqual(len([r for r in answer["rules"] if r["decided"]]), 1)

    def test_another_policy_judges_the_same_event_anew(self):
        run = audit(SAMPLE)
        imei = [e for e in run.of_type("finding") if e["finding"]["type"] == "imei"][0]
        trusting = self.file("trusting.yaml", "trust: {trusted: {domains: [api.filebox.example]}}\n")
        answer = json.loads(self.explain(run.out, imei, "--json", "-c", trusting).out)
        self.assertEqual(answer["verdict"]["verdict"], "allow")

    def test_an_event_is_explained_alike_from_lines_and_from_a_store(self):
        store = self.folder / "s.sqlite"
        run = audit(SAMPLE, "--store", store)
        imei = [e for e in run.of_type("finding") if e["finding"]["type"] == "imei"][0]
        stored = Run("explain", imei["event_id"], "--store", store)
        self.assertEqual(stored.status, 0, stored.err)
        self.assertEqual(stored.out, self.explain(run.out, imei).out)
        self.assertEqual(Run("explain", imei["event_id"]).status, 2)
        self.assertEqual(Run("explain", "0000", "--store", store).status, 2)

    def test_an_unknown_id_is_status_2(self):
        run = self.explain(audit(SAMPLE).out, {"event_id": "0000"})
        self.assertEqual(run.status, 2)
        self.assertIn("has the id 0000", run.err)

    def test_a_mute_silences_one_thing_and_is_counted(self):
        before = audit(SAMPLE).of_type("alert")
        config = self.file("c.yaml", "mutes_file: mutes.yaml\n")
        self.file("mutes.yaml", "mutes: [{type: [imei], domain: [filebox.example], until: 2030-01-01}]\n")
        run = audit(SAMPLE, "-c", config)
        types = [f["type"] for a in run.of_type("alert") for f in a["verdict"]["findings"]]
        self.assertNotIn("imei", types)
        self.assertEqual(len(run.of_type("alert")), len(before) - 1)
        stats = run.of_type("stats")[0]["stats"]
        self.assertEqual(stats["muted"], 1)
        self.assertEqual(len(run.of_type("finding")), len(audit(SAMPLE).of_type("finding")))

    def test_a_feed_decides_and_contacts_can_be_told(self):
        self.file("bad.txt", "filebox.example\n")
        config = self.file("c.yaml", "feeds: [{path: bad.txt, name: spies}]\nrules:\n"
                                     "  - {name: seen, when: {contact: true, list: [feeds.spies]}, "
                                     "then: {verdict: alert, severity: 1}}\n")
        alerts = audit(SAMPLE, "-c", config).of_type("alert")
        self.assertTrue(alerts)
        for alert in alerts:
            self.assertEqual(alert["destination"]["trust_reason"], "untrusted.feeds.spies: filebox.example")
            self.assertEqual(alert["alert"]["category"], "contact")
            self.assertEqual(alert["verdict"]["findings"], [])

    def test_notices_are_events_that_are_no_alerts(self):
        run = audit(SAMPLE)
        notices = run.of_type("notice")
        self.assertTrue(notices)
        self.assertEqual({n["alert"]["severity"] for n in notices}, {3})
        self.assertEqual(run.of_type("stats")[0]["stats"]["notices"], len(notices))
        quiet = self.file("c.yaml", "rules: [{name: all, then: {verdict: notice}}]\n")
        self.assertEqual(Run("audit", SAMPLE, "-c", quiet, "--quiet", "--fail-on", "alert").status, 0)

    def test_workers_change_nothing(self):
        rule = self.file("c.yaml", "rules: [{name: all, then: {verdict: alert, window: 1s}}, "
                                   "{name: c, when: {contact: true}, then: {verdict: notice, window: 2s}}]\n")
        one, four = (audit(SAMPLE, "-c", rule, "--workers", n).out for n in (1, 4))
        self.assertEqual(one, four)


if __name__ == "__main__":
    unittest.main()
