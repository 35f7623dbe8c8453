#!/usr/bin/env python3
"""The manual page names every command that telltale has, and no other. Exits 1 and names what differs."""
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
page = (ROOT / "deploy/man/telltale.1").read_text()
commands = set(re.findall(r"COMMAND\((\w+)\)", (ROOT / "sensor/cli/commands.inc").read_text()))
section = page[page.index(".SH COMMANDS"):page.index(".SH EXIT STATUS")]
named = set(re.findall(r"^\.B (\w+)$", section, re.M))
for line in re.findall(r"^\.BR (.*)$", section, re.M):
    named |= set(re.findall(r"[a-z]+", line))
done = subprocess.run(["man", "--warnings", "-l", str(ROOT / "deploy/man/telltale.1")], capture_output=True, text=True,
                      env=os.environ | {"MANWIDTH": "100", "LC_ALL": "C.UTF-8"}) if pathlib.Path("/usr/bin/man").exists() else None
problems = [f"{name}: not in deploy/man/telltale.1" for name in sorted(commands - named)]
problems += [f"{name}: in deploy/man/telltale.1, but no command" for name in sorted(named - commands)]
if done is not None and (done.returncode != 0 or done.stderr):
    problems.append(f"man: {done.stderr.strip()}")
print("\n".join(problems) or f"{len(commands)} commands")
sys.exit(1 if problems or not commands else 0)
