"""The bundled sample, audited: who told whom what. What is right stands in deploy/sample/README.md."""
import unittest

from support import SAMPLE, audit, findings, Run

PROFILE = {"contact_list", "coordinates", "mcc", "carrier_name", "sim_operator", "device_brand", "device_model"}


class Sample(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.run_ = audit(SAMPLE)
        cls.flows = findings(cls.run_.events)

    def by_device(self, server):
        devices = {}
        for (device, host, _), types in self.flows.items():
            if host == server:
                devices.setdefault(device, set()).update(types)
        return devices

    def test_exits_cleanly(self):
        self.assertEqual(self.run_.status, 0, self.run_.err)

    def test_file_manager_profile_as_json_and_as_form(self):
        devices = self.by_device("api.filebox.example")
        self.assertEqual(sorted(map(sorted, devices.values())),
                         sorted([sorted(PROFILE | {"imei"}), sorted(PROFILE)]))

    def test_an_app_of_the_2020_list_sends_identifiers(self):
        self.assertEqual(list(self.by_device("log.ushareit.com").values()),
                         [{"android_id", "device_brand", "device_model"}])

    def test_nobody_else_leaks(self):
        self.assertEqual({host for _, host, _ in self.flows}, {"api.filebox.example", "log.ushareit.com"})

    def test_one_alert_for_each_device_server_and_rule(self):
        alerts = self.run_.of_type("alert")
        keys = [(a["device"]["id"], a["destination"]["hostname"], a["verdict"]["rule"]) for a in alerts]
        self.assertTrue(keys)
        self.assertEqual(len(keys), len(set(keys)))

    def test_a_finding_says_where_it_stood(self):
        found = {(e["finding"]["type"], e["finding"]["location"]) for e in self.run_.of_type("finding")}
        self.assertIn(("imei", "http.request.body:$.device.imei"), found)
        self.assertIn(("mcc", "http.request.body:mcc"), found)

    def test_samples_are_masked_unless_revealed(self):
        def imeis(run):
            return {e["finding"]["sample"] for e in run.of_type("finding") if e["finding"]["type"] == "imei"}
        masked, revealed = imeis(self.run_), imeis(audit(SAMPLE, "--reveal"))
        self.assertFalse(any(s.isdigit() for s in masked), masked)
        self.assertTrue(all(s.isdigit() and len(s) == 15 for s in revealed), revealed)
        self.assertNotIn(next(iter(revealed)).encode(), self.run_.out)

    def test_https_without_keys_is_told_as_opaque(self):
        tls = [e for e in self.run_.of_type("flow") if e.get("app_proto") == "tls"]
        self.assertTrue(tls)
        for flow in tls:
            self.assertEqual(flow["inspection"]["reason_not_inspected"], "tls_no_keys")
            self.assertEqual(len(flow["tls"]["ja3"]), 32)
            self.assertTrue(flow["tls"]["ja4"].startswith("t1"))

    def test_every_byte_that_left_is_accounted_for(self):
        c = self.run_.of_type("stats")[0]["stats"]["coverage"]
        self.assertGreater(c["bytes_out"], 0)
        self.assertEqual(c["bytes_out"], sum(c[k] for k in ("clear", "decrypted", "opaque", "lost", "skipped")))

    def test_fail_on(self):
        self.assertEqual(Run("audit", SAMPLE, "--quiet", "--fail-on", "finding").status, 1)
        self.assertEqual(Run("audit", SAMPLE, "--quiet", "--fail-on", "alert").status, 1)
        self.assertEqual(Run("audit", SAMPLE, "--quiet", "--fail-on", "never").status, 0)

    def test_the_summary_is_for_people(self):
        text = Run("audit", SAMPLE).out.decode()
        for word in ("contact_list", "api.filebox.example", "opaque", "lost"):
            self.assertIn(word, text)


if __name__ == "__main__":
    unittest.main()
