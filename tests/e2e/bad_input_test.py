"""Bad input: one clear line each, the right exit status, and nothing lost of the rest."""
import os
import pathlib
import random
import tempfile
import unittest

from support import SAMPLE, Run, audit, pcap_records


class BadInput(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.dir.name)
        self.addCleanup(self.dir.cleanup)

    def file(self, name, content):
        path = self.path / name
        path.write_bytes(content)
        return path

    def expect(self, run, status, *words):
        self.assertEqual(run.status, status, run.err)
        lines = [line for line in run.err.splitlines() if line]
        self.assertEqual(len(lines), 1, run.err)
        for word in words:
            self.assertIn(str(word), lines[0])

    def test_captures_that_are_none(self):
        for name, content in {"empty.pcap": b"", "short.pcap": b"\xd4\xc3\xb2\xa1\x02\x00",
                              "text.pcap": b"hello, I am a text file\n" * 20,
                              "garbage.pcap": random.Random(1).randbytes(5000)}.items():
            with self.subTest(name):
                self.expect(audit(self.file(name, content)), 3, name)

    def test_missing_file(self):
        self.expect(audit(self.path / "nowhere.pcap"), 3, "nowhere.pcap")

    @unittest.skipIf(os.geteuid() == 0, "root reads everything")
    def test_unreadable_file(self):
        path = self.file("secret.pcap", SAMPLE.read_bytes())
        path.chmod(0)
        self.expect(audit(path), 3, "secret.pcap")

    def test_folder_without_a_capture(self):
        self.file("notes.txt", b"nothing to see")
        self.expect(audit(self.path), 3, self.path)

    def test_unknown_link_type_is_counted(self):
        data = bytearray(SAMPLE.read_bytes())
        data[20:24] = (147).to_bytes(4, "little")
        run = audit(self.file("user0.pcap", bytes(data)))
        self.assertEqual(run.of_type("finding"), [])
        self.assertTrue(run.of_type("stats")[0]["stats"]["decoder"]["event"])

    def test_damage_in_the_middle_costs_only_itself(self):
        data = SAMPLE.read_bytes()
        whole = audit(SAMPLE)
        records = pcap_records(data)
        at, _ = records[len(records) // 2]
        broken = data[:at] + b"\xff" * 16 + data[at + 16:]
        run = audit(self.file("broken.pcap", broken))
        self.expect(run, 3, "broken.pcap", at)
        before, after = (sum(1 for e in r.events if e["event_type"] == "flow") for r in (whole, run))
        self.assertGreaterEqual(after, before - 2)

    def test_the_rest_of_several_inputs_is_read(self):
        run = Run("audit", self.file("bad.pcap", b"nope"), SAMPLE, "--json", "-")
        self.assertEqual(run.status, 3)
        self.assertEqual(len(run.of_type("finding")), len(audit(SAMPLE).of_type("finding")))

    def test_broken_configuration_names_its_place(self):
        cases = {"trust: {trusted: {domains: [a.example}": "1:",
                 "sensor:\n  nam: office\n": "2:3",
                 "sensor:\n  home_networks: [300.1.2.3/8]\n": "2:19",
                 "capture: {snaplen: lots}\n": "1:20"}
        for number, (text, place) in enumerate(cases.items()):
            with self.subTest(text):
                config = self.file(f"c{number}.yaml", text.encode())
                self.expect(audit(SAMPLE, "-c", config), 2, f"c{number}.yaml:{place}")

    def test_bad_usage(self):
        for args in (["audit"], ["audit", SAMPLE, "--workers", "none"], ["audit", SAMPLE, "--nonsense"],
                     ["audit", SAMPLE, "--home", "10.0.0.0/99"], ["audit", SAMPLE, "--filter", "tcp port banana"],
                     ["audit", SAMPLE, "-c", self.path / "none.yaml"], ["audit", SAMPLE, "--policy", "no-such-pack"],
                     ["audit", SAMPLE, "--fail-on", "sometimes"], []):
            with self.subTest(args):
                self.expect(Run(*args), 2)

    def test_messages_for_the_selftest(self):
        leak = "messages:\n- {name: one, send: POST /x, json: '{\"imei\":\"356938035643809\"}', expect: [%s]}\n"
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "m.yaml"
            for types, status in (("imei", 0), ("email", 1), ("shoe", 2)):
                path.write_text(leak % types)
                with self.subTest(types):
                    run = Run("selftest", "--messages", path)
                    self.assertEqual(run.status, status, run.err)
            self.assertIn("m.yaml:2:", run.err)
            self.expect(Run("selftest", "--messages", pathlib.Path(folder) / "none.yaml"), 2)

    def test_standard_input(self):
        run = audit("-", stdin=SAMPLE.read_bytes())
        self.assertEqual(run.status, 0, run.err)
        self.assertEqual(len(run.of_type("finding")), len(audit(SAMPLE).of_type("finding")))


if __name__ == "__main__":
    unittest.main()
