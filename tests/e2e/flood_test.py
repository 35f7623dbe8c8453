"""A flood of flows that end together: the memory it takes does not depend on the number of workers."""
import filecmp
import os
import pathlib
import struct
import tempfile
import unittest

from support import ENVIRONMENT, TELLTALE

FLOWS = 250_000
A_SECOND = 50_000  # flows
QUIET = 150  # seconds after the flood, a packet each
MORE = 64 << 10  # KiB that workers may take for themselves


def syn(number):
    source = struct.pack("!I", 0x0A000000 | number % 250 + 1)
    target = struct.pack("!I", 0xC6120000 | number // 250 % 65536)
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 40, number & 0xFFFF, 0, 64, 6, 0) + source + target
    tcp = struct.pack("!HHIIBBHHH", 1024 + number % 60000, 443, number, 0, 0x50, 2, 65535, 0, 0)
    return b"\2\0\0\0\0\1\2\0\0\0\0\2\x08\0" + ip + tcp


def write_flood(path):
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for number in range(FLOWS + QUIET):
            flooding = number < FLOWS
            second = number // A_SECOND if flooding else FLOWS // A_SECOND + number - FLOWS
            micros = number % A_SECOND * 20 if flooding else 0
            frame = syn(number)
            out.write(struct.pack("<IIII", 1_700_000_000 + second, micros, len(frame), len(frame)) + frame)


def audit(capture, events, workers):
    """Exit status and peak of resident memory in KiB. The peak is never below this program's own, which Linux hands on."""
    child = os.posix_spawn(TELLTALE, [TELLTALE, "audit", capture, "--workers", str(workers), "--json", events], ENVIRONMENT,
                           file_actions=[(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (1, 2)])
    _, status, usage = os.wait4(child, 0)
    return os.waitstatus_to_exitcode(status), usage.ru_maxrss


class Floods(unittest.TestCase):
    def test_take_no_more_memory_with_more_workers(self):
        with tempfile.TemporaryDirectory() as folder:
            capture = pathlib.Path(folder) / "flood.pcap"
            write_flood(capture)
            peaks = {}
            for workers in (1, 4):
                status, peaks[workers] = audit(capture, pathlib.Path(folder) / f"{workers}.json", workers)
                self.assertEqual(status, 0)
            one, four = (pathlib.Path(folder) / f"{workers}.json" for workers in (1, 4))
            self.assertTrue(filecmp.cmp(one, four, shallow=False))
            with open(one, "rb") as lines:
                self.assertGreaterEqual(sum(b'"event_type":"flow"' in line for line in lines), FLOWS)
        self.assertLess(peaks[4], peaks[1] + MORE)


if __name__ == "__main__":
    unittest.main()
