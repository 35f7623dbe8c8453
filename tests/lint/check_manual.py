#!/usr/bin/env python3
"""The manual pages name every command and every key of the configuration that there is, and no other. Exits 1 and names what differs."""
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
MAN = ROOT / "deploy/man"


def commands_named(page):
    section = page[page.index(".SH COMMANDS"):page.index(".SH EXIT STATUS")]
    named = set(re.findall(r"^\.B (\w+)$", section, re.M))
    for line in re.findall(r"^\.BR (.*)$", section, re.M):
        named |= set(re.findall(r"[a-z]+", line))
    return named


def keys_named(page):
    section = page[page.index(".SH KEYS"):page.index(".SH OUTPUTS")]
    return {key for line in re.findall(r"^\.TP\n(.*)$", section, re.M) for key in re.findall(r"\\fB([\w.]+)\\fR", line)}


def keys_documented(text):
    table = text[:text.index("## Data")]
    return {key for line in re.findall(r"^\| (`[^|]*) \|", table, re.M) for key in re.findall(r"`([\w.]+)`", line)}


def differences(page, there, named):
    return ([f"{name}: not in deploy/man/{page}" for name in sorted(there - named)] +
            [f"{name}: in deploy/man/{page}, but there is no such thing" for name in sorted(named - there)])


def complaints(page):
    if not pathlib.Path("/usr/bin/man").exists():
        return []
    done = subprocess.run(["man", "--warnings", "-l", str(MAN / page)], capture_output=True, text=True,
                          env=os.environ | {"MANWIDTH": "100", "LC_ALL": "C.UTF-8"})
    return [f"man {page}: {done.stderr.strip()}"] if done.returncode != 0 or done.stderr else []


commands = set(re.findall(r"COMMAND\((\w+)\)", (ROOT / "sensor/cli/commands.inc").read_text()))
keys = keys_documented((ROOT / "docs/configuration.md").read_text())
problems = differences("telltale.1", commands, commands_named((MAN / "telltale.1").read_text()))
problems += differences("telltale.yaml.5", keys, keys_named((MAN / "telltale.yaml.5").read_text()))
problems += [problem for page in ("telltale.1", "telltale.yaml.5") for problem in complaints(page)]
print("\n".join(problems) or f"{len(commands)} commands, {len(keys)} keys")
sys.exit(1 if problems or not commands or not keys else 0)
