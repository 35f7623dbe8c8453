"""The same bytes out whatever the number of workers; and a capture cut anywhere keeps every finding whose
packets lie before the cut."""
import pathlib
import random
import tempfile
import unittest

from support import BENCH, SAMPLE, audit, pcap_records


def captures():
    yield SAMPLE, ()
    for case in sorted((BENCH / "dev").glob("*.pcap")):  # more captures where they are at hand
        keys = case.with_suffix(".keys")
        yield case, ("--keys", keys) if keys.exists() else ()


def identity(event):
    return (event["flow_id"], event["finding"]["type"])


class Stability(unittest.TestCase):
    def test_same_output_for_any_number_of_workers(self):
        for capture, options in captures():
            with self.subTest(capture.name):
                runs = {audit(capture, "--workers", workers, *options).out for workers in (1, 2, 4)}
                self.assertEqual(len(runs), 1)

    def test_a_cut_capture_keeps_what_came_before_the_cut(self):
        chance = random.Random(20200629)
        with tempfile.TemporaryDirectory() as folder:
            cut_file = pathlib.Path(folder) / "cut.pcap"
            for capture, options in captures():
                data = capture.read_bytes()
                records = pcap_records(data)
                whole = audit(capture, *options).of_type("finding")
                for cut in sorted(chance.sample(range(24, len(data)), 4)):
                    if any(cut == at for at, _ in records):
                        continue
                    cut_file.write_bytes(data[:cut])
                    kept = sum(1 for at, size in records if at + size <= cut)
                    run = audit(cut_file, *options)
                    with self.subTest(capture=capture.name, cut=cut):
                        self.assertEqual(run.status, 3)
                        want = {identity(e) for e in whole if e["finding"]["packet"] <= kept}
                        have = {identity(e) for e in run.of_type("finding")}
                        self.assertLessEqual(want, have)


if __name__ == "__main__":
    unittest.main()
