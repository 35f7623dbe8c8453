"""Precision and recall on labelled captures, where they are at hand beside the checkout."""
import json
import subprocess
import sys
import tempfile
import unittest

from support import BENCH, TELLTALE


@unittest.skipUnless((BENCH / "score.py").exists(), "no labelled captures beside this checkout")
class Leakbench(unittest.TestCase):
    def test_plain_http(self):
        with tempfile.NamedTemporaryFile() as out:
            subprocess.run([sys.executable, BENCH / "score.py", "--telltale", TELLTALE, BENCH / "dev", "--jobs", "2",
                            "--json", out.name], check=True, capture_output=True)
            score = json.load(open(out.name))
        self.assertEqual(score["crashes"], [])
        self.assertEqual(score["timeouts"], [])
        tally = {"tp": 0, "fp": 0, "fn": 0}
        for channel, result in score["per_channel"].items():
            if channel in ("http1", "http1-form", "http1-query", "http1-gzip", "http1-deflate", "http1-chunked"):
                for k in tally:
                    tally[k] += result[k]
        self.assertGreaterEqual(tally["tp"] / (tally["tp"] + tally["fp"]), 0.95, score["spurious"])
        self.assertGreaterEqual(tally["tp"] / (tally["tp"] + tally["fn"]), 0.95, score["missed"])


if __name__ == "__main__":
    unittest.main()
