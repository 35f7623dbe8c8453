#!/usr/bin/env python3
"""docs/coverage.md names every reason why bytes were not read, in its column, and no other. Exits 1 and names what differs."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
reasons = set(re.findall(r"^REASON\((\w+), (\w+)\)", (ROOT / "sensor/model/not_inspected.inc").read_text(), re.M))
told = set(re.findall(r"^\| `(\w+)` \| (opaque|skipped) \|", (ROOT / "docs/coverage.md").read_text(), re.M))
problems = [f"{name} ({column}): not in docs/coverage.md" for name, column in sorted(reasons - told)]
problems += [f"{name} ({column}): in docs/coverage.md, but no such reason" for name, column in sorted(told - reasons)]
print("\n".join(problems) or f"{len(reasons)} reasons")
sys.exit(1 if problems or not reasons else 0)
