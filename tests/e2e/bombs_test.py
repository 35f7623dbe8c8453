"""What expands without end: memory stays bounded, the ledger says what was not read, and the rest is found."""
import base64
import gzip
import io
import json
import pathlib
import resource
import subprocess
import tarfile
import tempfile
import unittest
import zipfile
import zlib

from recorder import Capture, Connection
from support import ENVIRONMENT, TELLTALE

SIZE = 10 << 20
ZEROS = bytes(SIZE)
MEMORY = 64 << 20


def raw_deflate(data):
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    return deflate.compress(data) + deflate.flush()


def zipped(data):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("b", data)
    return out.getvalue()


def tarred(data):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        entry = tarfile.TarInfo("b")
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def varint(number):
    out = b""
    while number > 127:
        out, number = out + bytes([number & 127 | 128]), number >> 7
    return out + bytes([number])


def snappy(size):
    """A block of zeros: one literal, then copies of 64 bytes (the format allows no better ratio than 21)."""
    copies, rest = divmod(size - 1, 64)
    return varint(size) + b"\0\0" + b"\xfe\1\0" * copies + (bytes([rest - 1 << 2 | 2]) + b"\1\0" if rest else b"")


def lz4_frame(size):
    """One block of zeros (LZ4 frame format 1.6; the header's checksum byte is for these flags)."""
    blocks = b""
    for _ in range(size // (4 << 20)):
        length = (4 << 20) - 1 - 4 - 5 - 15  # match: all but the first literal, the shortest match and the last literals
        block = b"\x1f\0\1\0" + b"\xff" * (length // 255) + bytes([length % 255]) + b"\x50" + bytes(5)
        blocks += len(block).to_bytes(4, "little") + block
    return b"\x04\x22\x4d\x18\x60\x70\x73" + blocks + bytes(4)


def zstd_frame(size):
    """Blocks of one repeated byte (RFC 8878 section 3.1.1.2.2)."""
    blocks = [128 << 10] * (size // (128 << 10))
    out = b"\x28\xb5\x2f\xfd\x80\x58" + size.to_bytes(4, "little")
    for number, length in enumerate(blocks):
        out += (length << 3 | 1 << 1 | (number + 1 == len(blocks))).to_bytes(3, "little") + b"\0"
    return out


# Ten MiB of zeros, made by the encoders themselves (Python's brotli; `7z a`, then gzip and base64).
BROTLI = bytes.fromhex("cbffff3ff82700e2b14020f7fe2fffff3ff04f00c4611180eefd07")
SEVEN_ZIP = gzip.decompress(base64.b64decode(
    "H4sIAAAAAAACAzOv2rNeXYaBxdB2xS4XNgYw8IJQDO61eiv+f5/FmB3LwJD/9///xdv/u9t5iBZZJgbumKTxbHEb+893T+SaLusftbJh9N5Y"
    "d7Kry1d/Me/N+mWPe5QFgx9EShwt7XpU/mPblHqerAP3SjxTHr2MCd7EcuO7C8/qeN5ct5dPD5d1bJ8Wvmab78NM2fzf3h0COU6nO+xjGPov"
    "+K1X05hSKG/br/KwYN5y5fg3GqdbL06d0VWnNfGTeul3yQNsM3xn/L2x/uoE/iOqwT++TjQzZF264V3+wQJfd56LEwVXrU2Q3XVuo7pETGTb"
    "y7SgiH0vy9ZEPnkazcrx8/ittX9+B2mXnJWLVnD6eTfY9odmCqd1w2mtnPtbrT8c2asXv4rfzjvNaYIw33+ByT8KKyJ/cJ/9P1XDjX/ln5p7"
    "v2cZ6IUd6G/93Nx4IJXKVu/UfjV9/veZjNoMb4qDl//dt67GUGr+9l7DvJETBKRZ7fZHLmg0wEYDbDTABlWANWj+YWBneJP633MFsB5hZGFj"
    "YORsc2Fg52ZkYFRUZBTnecDAsICBg4vxjNapeQwMrIySHNA6h0GQlSEJSIlwMTIYzo/+YFR7l1GUjZFBoWFJIwMDAHA/w5KuBgAA"))

BOMBS = {
    "gzip": (gzip.compress(ZEROS), "gzip"),
    "zlib": (zlib.compress(ZEROS, 9), "deflate"),
    "raw deflate": (raw_deflate(ZEROS), "deflate"),
    "brotli": (BROTLI, "br"),
    "lz4": (lz4_frame(SIZE), ""),
    "7z": (SEVEN_ZIP, ""),
    "zstd": (zstd_frame(SIZE), "zstd"),
    "zip": (zipped(ZEROS), ""),
    "tar.gz": (tarred(ZEROS), ""),
    "gzip in gzip": (gzip.compress(gzip.compress(ZEROS)), "gzip"),
    "gzip of base64 of gzip": (gzip.compress(base64.b64encode(gzip.compress(ZEROS))), "gzip"),
    "snappy beyond the cap of a message": (snappy(48 << 20), "snappy"),
    "10 MiB of gzip": (gzip.compress(bytes(64 << 20)) * 160, "gzip"),
}


def request(body, coding):
    head = "POST /up HTTP/1.1\r\nHost: api.example.com\r\n"
    if coding:
        head += f"Content-Encoding: {coding}\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


class Bombs(unittest.TestCase):
    def audit(self, *bodies):
        capture = Capture()
        connection = Connection(capture, 80)
        for body, coding in bodies:
            connection.send(0, request(body, coding))
        connection.close(0)
        connection.close(1)
        with tempfile.TemporaryDirectory() as folder:
            path = capture.save(pathlib.Path(folder) / "bomb.pcap")
            done = subprocess.run([TELLTALE, "audit", path, "--workers", "1", "--json", "-"], capture_output=True,
                                  timeout=300, env=ENVIRONMENT, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY)))
        self.assertEqual(done.returncode, 0, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def test_each_is_bounded_told_as_skipped_and_costs_nothing_else(self):
        for name, (bomb, coding) in BOMBS.items():
            with self.subTest(name):
                events = self.audit((bomb, coding), (b'{"imei":"490154203237518"}', ""))
                flow = next(e for e in events if e["event_type"] == "flow")
                ledger = flow["inspection"]
                self.assertGreater(ledger["skipped"], 0)
                self.assertIn(ledger["reason_not_inspected"], ("unwrap_ratio_cap", "unwrap_expanded_cap", "body_cap"))
                self.assertEqual(ledger["clear"] + ledger["skipped"], ledger["bytes_out"])
                self.assertTrue([e for e in events if e["event_type"] == "finding"], "the next message was read")


if __name__ == "__main__":
    unittest.main()
