"""Where TLS secrets come from: key logs that grow, and captures that carry them, read from a pipe or from a file."""
import json
import pathlib
import shutil
import subprocess
import struct
import tempfile
import time
import unittest

from recorder import Capture, Connection
from support import TELLTALE, audit, findings
from tls_flow import record_request

IMEI = b'{"imei":"490154203237518"}'


def block(kind, body):
    body += b"\0" * (-len(body) % 4)
    size = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + size + body + size


def pcapng(capture, keys, at):
    """The capture as pcapng, its secrets before packet number `at`."""
    out = [block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)), block(1, struct.pack("<HHI", 101, 0, 0))]
    secrets = block(10, struct.pack("<II", 0x544C534B, len(keys)) + keys)
    for number, record in enumerate(capture.records):
        if number == at:
            out.append(secrets)
        seconds, micros, size, wire = struct.unpack_from("<IIII", record)
        ticks = seconds * 1_000_000 + micros
        out.append(block(6, struct.pack("<IIIII", 0, ticks >> 32, ticks & 0xFFFFFFFF, size, wire) + record[16:]))
    if at >= len(capture.records):
        out.append(secrets)
    return b"".join(out)


def without_names(run):
    """Events without what says where they were read from."""
    return [{k: v for k, v in e.items() if k not in ("pcap_filename", "event_id")} for e in run.events]


@unittest.skipUnless(shutil.which("openssl"), "openssl is not installed: nothing to record with")
class Keys(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.path = pathlib.Path(cls.folder.name)
        cls.capture = Capture()
        request = b"POST /up HTTP/1.1\r\nHost: api.example.com\r\nContent-Type: application/json\r\n" \
                  b"Content-Length: %d\r\n\r\n" % len(IMEI) + IMEI
        cls.keys = record_request(cls.path, cls.capture, request, "-tls1_3")
        cls.keys += record_request(cls.path, cls.capture, request, "-tls1_2")
        cls.plain = cls.capture.save(cls.path / "plain.pcap")
        (cls.path / "keys.log").write_bytes(cls.keys)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def expect_found(self, run, count=2):
        self.assertEqual(run.status, 0, run.err)
        found = [e for e in run.of_type("finding") if e["finding"]["type"] == "imei"]
        self.assertEqual(len(found), count)
        for event in found:
            self.assertFalse(event["finding"]["cleartext"])

    def test_without_secrets_nothing_is_seen_and_the_reason_is_told(self):
        run = audit(self.plain)
        self.expect_found(run, 0)
        for flow in run.of_type("flow"):
            self.assertEqual(flow["inspection"]["reason_not_inspected"], "tls_no_keys")

    def test_what_cannot_be_read_is_suspected_of_what_its_app_is_known_to_collect(self):
        (self.path / "apps.yaml").write_text("sources: {us: {name: our own test, licence: fact}}\nentries:\n"
                                             "- {name: Test app, domains: {us: [api.example.com]}, collects: {us: [imei]}}\n")
        (self.path / "c.yaml").write_text("catalogue: [apps.yaml]\n")
        blind = audit(self.plain, "-c", self.path / "c.yaml")
        suspected = {"app": "Test app", "types": ["imei"], "source": "our own test (fact)"}
        self.assertEqual([flow.get("suspected") for flow in blind.of_type("flow")], [suspected] * 2)
        self.assertEqual(blind.of_type("finding"), [])
        text = subprocess.run([TELLTALE, "audit", self.plain, "-c", self.path / "c.yaml"], capture_output=True, text=True).stdout
        self.assertIn("Suspected, not found", text)
        seeing = audit(self.plain, "-c", self.path / "c.yaml", "--keys", self.path / "keys.log")
        self.assertEqual({flow.get("suspected") for flow in seeing.of_type("flow")}, {None})
        self.assertNotEqual(seeing.of_type("finding"), [])

    def test_a_key_log(self):
        self.expect_found(audit(self.plain, "--keys", self.path / "keys.log"))

    def test_secrets_in_the_capture_anywhere(self):
        for at in (0, len(self.capture.records) // 2, len(self.capture.records)):
            file = self.path / f"at{at}.pcapng"
            file.write_bytes(pcapng(self.capture, self.keys, at))
            for workers in (1, 4):
                with self.subTest("file", at=at, workers=workers):
                    self.expect_found(audit(file, "--workers", workers))
                with self.subTest("standard input", at=at, workers=workers):
                    self.expect_found(audit("-", "--workers", workers, stdin=file.read_bytes()))

    def test_what_comes_of_a_pipe_does_not_depend_on_the_number_of_workers(self):
        data = pcapng(self.capture, self.keys, len(self.capture.records) // 2)
        runs = [audit("-", "--workers", workers, stdin=data) for workers in (1, 2, 8)]
        self.assertEqual(runs[0].out, runs[1].out)
        self.assertEqual(runs[0].out, runs[2].out)

    def test_a_key_log_that_grows_while_packets_come(self):
        log = self.path / "growing.log"
        log.write_bytes(b"# nothing yet\n")
        process = subprocess.Popen([TELLTALE, "audit", "-", "--keys", log, "--json", "-"], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdin.write(self.plain.read_bytes())
        process.stdin.flush()
        time.sleep(0.5)
        log.write_bytes(self.keys)
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, err)
        events = [json.loads(line) for line in out.splitlines()]
        self.assertEqual(sum(e["event_type"] == "finding" and e["finding"]["type"] == "imei" for e in events), 2)

    def test_bad_lines_are_told_without_what_they_hold(self):
        log = self.path / "bad.log"
        secret = b"ab" * 47
        log.write_bytes(b"CLIENT_RANDOM " + b"00" * 32 + b" " + secret + b"\n" + self.keys)
        run = audit(self.plain, "--keys", log)
        self.expect_found(run)
        self.assertIn("line 1", run.err)
        self.assertNotIn("abab", run.err)


@unittest.skipUnless(shutil.which("openssl"), "openssl is not installed: nothing to record with")
class FourDeep(unittest.TestCase):
    def test_base64_of_gzip_of_json_in_protobuf_over_http2_over_tls13(self):
        import base64
        import gzip
        inner = base64.b64encode(gzip.compress(IMEI))
        body = b"\x08\x07" + b"\x12" + bytes([len(inner)]) + inner + b"\x1a\x07android"

        def frame(kind, flags, stream, payload):
            return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload

        def header(name, value):
            return b"\0" + bytes([len(name)]) + name + bytes([len(value)]) + value
        head = b"".join(header(*pair) for pair in ((b":method", b"POST"), (b":scheme", b"https"), (b":path", b"/up"),
                                                   (b":authority", b"api.example.com"),
                                                   (b"content-type", b"application/x-protobuf")))
        request = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, b"") + frame(1, 4, 1, head) + frame(0, 1, 1, body)
        with tempfile.TemporaryDirectory() as folder:
            path, capture = pathlib.Path(folder), Capture()
            (path / "keys.log").write_bytes(record_request(path, capture, request, "-tls1_3"))
            run = audit(capture.save(path / "deep.pcap"), "--keys", path / "keys.log")
        found = [e for e in run.of_type("finding") if e["finding"]["type"] == "imei"]
        self.assertEqual(len(found), 1, run.out)
        self.assertEqual(found[0]["finding"]["location"], "http2.request.body:$.2:$.imei")
        self.assertEqual(found[0]["finding"]["encodings"], ["base64", "gzip"])
        self.assertEqual(found[0]["app_proto"], "http2")


if __name__ == "__main__":
    unittest.main()
