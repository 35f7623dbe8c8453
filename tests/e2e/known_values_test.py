"""Known values, the vault and tokens that unrelated servers share: from a capture made here to findings."""
import base64
import hashlib
import os
import pathlib
import stat
import struct
import tempfile
import unittest

from support import Run, audit

MAC = bytes.fromhex("a477331c9e04")
IMEI = "358476102213048"
TOKEN = "q7Zk2vN9xR4mT1bW8cL5"


class Capture:
    """HTTP requests from 192.168.50.20 (MAC), each in a connection of its own, and its DHCP name."""

    def __init__(self):
        self.data = struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, 1)
        self.now, self.port = 1_700_000_000, 40000

    def frame(self, src, dst, proto, payload, from_device=True):
        ends = (b"\x02\0\0\0\0\1" + MAC) if from_device else (MAC + b"\x02\0\0\0\0\1")
        head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 1, 0x4000, 64, proto, 0, src, dst)
        data = ends + b"\x08\0" + head + payload
        self.now += 1
        self.data += struct.pack("<IIII", self.now, 0, len(data), len(data)) + data

    def request(self, server, host, path="/", body=b"", headers=()):
        self.port += 1
        device, remote = bytes([192, 168, 50, 20]), bytes(map(int, server.split(".")))
        lines = [f"POST {path} HTTP/1.1", f"Host: {host}", f"Content-Length: {len(body)}", *headers]
        payload = "\r\n".join(lines).encode() + b"\r\n\r\n" + body
        seq = [1000, 5000]

        def tcp(flags, data=b"", back=False):
            ports = (80, self.port) if back else (self.port, 80)
            side = 1 if back else 0
            segment = struct.pack(">HHIIBBHHH", *ports, seq[side], seq[1 - side] if flags & 16 else 0, 0x50, flags, 64240, 0, 0)
            self.frame(*((remote, device) if back else (device, remote)), 6, segment + data, not back)
            seq[side] += len(data) + (1 if flags & 3 else 0)

        tcp(2), tcp(18, back=True), tcp(16)
        for at in range(0, len(payload), 700):
            tcp(24, payload[at:at + 700])
        tcp(17), tcp(17, back=True), tcp(16)

    def dhcp_name(self, name):
        options = b"\x35\x01\x03" + bytes([12, len(name)]) + name.encode() + b"\xff"
        boot = struct.pack(">BBBBIHH4s4s4s4s16s64x128x", 1, 1, 6, 0, 7, 0, 0, bytes([192, 168, 50, 20]), b"\0" * 4,
                           b"\0" * 4, b"\0" * 4, MAC + b"\0" * 10) + b"\x63\x82\x53\x63" + options
        udp = struct.pack(">HHHH", 68, 67, 8 + len(boot), 0) + boot
        self.frame(bytes([192, 168, 50, 20]), bytes([192, 168, 50, 1]), 17, udp)


class KnownValues(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return str(pathlib.Path(self.folder.name) / name)

    def write(self, name, data):
        with open(self.path(name), "wb" if isinstance(data, bytes) else "w") as file:
            file.write(data)
        return self.path(name)

    def findings(self, capture, config=None, *options):
        run = audit(self.write("c.pcap", capture.data), *(["-c", self.write("c.yaml", config)] if config else []), *options)
        self.assertEqual(run.status, 0, run.err)
        self.run_ = run
        return {(e["destination"]["hostname"], e["finding"]["type"]): e["finding"] for e in run.of_type("finding")}

    def test_configured_values_are_found_hashed_with_their_owner_and_masked(self):
        capture = Capture()
        digest = hashlib.sha1(IMEI.encode()).digest()
        capture.request("34.117.59.83", "a.example", body=b'{"u":"' + base64.b64encode(digest) + b'"}')
        capture.request("34.117.59.84", "b.example", f"/p/{hashlib.md5(b'lenameyer@gmail.com').hexdigest()}")
        found = self.findings(capture, 'known_values: [{type: imei, value: "35-847610-221304-8", owner: phone-7},'
                                       ' {type: email, value: Lena.Meyer@gmail.com}]')
        imei = found["a.example", "imei"]
        self.assertEqual(imei["encodings"], ["base64", "sha1"])
        self.assertEqual(imei["owner"], "phone-7")
        self.assertEqual(imei["location"], "http.request.body:$.u")
        self.assertGreaterEqual(imei["confidence"], 0.95)
        self.assertNotIn(IMEI, str(found) + self.run_.err)
        email = found["b.example", "email"]
        self.assertEqual(email["encodings"], ["md5"])
        self.assertNotIn("owner", email)

    def test_a_device_s_own_mac_and_host_name_are_found_without_configuration(self):
        capture = Capture()
        capture.dhcp_name("DESKTOP-7Q2K9LM")
        capture.request("34.117.59.83", "a.example", body=b"q=" + hashlib.sha256(b"A4:77:33:1C:9E:04").hexdigest().encode())
        capture.request("34.117.59.84", "b.example", headers=["X-Q: on desktop-7q2k9lm today"])
        capture.request("34.117.59.85", "c.example", body=b"q=" + hashlib.sha256(b"A4:77:33:1C:9E:05").hexdigest().encode())
        found = self.findings(capture)
        self.assertEqual(set(found), {("a.example", "mac_address"), ("b.example", "hostname")})
        self.assertEqual(found["a.example", "mac_address"]["encodings"], ["sha256"])

    def test_a_vault_finds_what_it_does_not_hold(self):
        vault = self.path("v.vault")
        added = Run("vault", "add", "--vault", vault, "--type", "imei", "--owner", "Lena", stdin=IMEI.encode() + b"\n")
        self.assertEqual(added.status, 0, added.err)
        self.assertNotIn(IMEI.encode(), added.out)
        for name in (vault, vault + ".key"):
            self.assertEqual(stat.S_IMODE(os.stat(name).st_mode), 0o600)
        self.assertNotIn(IMEI, pathlib.Path(vault).read_text())
        capture = Capture()
        capture.request("34.117.59.83", "a.example", body=b'{"u":"' + hashlib.md5(IMEI.encode()).hexdigest().upper().encode() + b'"}')
        capture.request("34.117.59.84", "b.example", body=b"see 35-847610-221304-8 there")
        found = self.findings(capture, "vault: {path: v.vault}")
        self.assertEqual(found["a.example", "imei"]["encodings"], ["md5"])
        self.assertEqual(found["a.example", "imei"]["owner"], "Lena")
        self.assertEqual(found["a.example", "imei"]["sample"], "3584********8")
        self.assertEqual(found["b.example", "imei"]["fingerprint"], found["a.example", "imei"]["fingerprint"])

        listed = Run("vault", "list", "--vault", vault)
        fields = listed.out.decode().split()
        self.assertEqual(fields[2:], ["imei", "3584********8", "Lena"])
        self.assertEqual(Run("vault", "remove", "--vault", vault, fields[0]).status, 0)
        self.assertEqual(Run("vault", "list", "--vault", vault).out, b"")
        self.assertEqual(Run("vault", "remove", "--vault", vault, fields[0]).status, 2)

    def test_a_vault_that_is_wrong_is_told_with_its_place(self):
        config = self.write("c.yaml", "vault: {path: missing.vault}")
        run = audit(self.write("c.pcap", Capture().data), "-c", config)
        self.assertEqual(run.status, 2)
        self.assertIn("missing.vault:1:1: cannot be read", run.err)
        run = audit(self.path("c.pcap"), "-c", self.write("c.yaml", "vault: {paht: x}"))
        self.assertEqual(run.status, 2)
        self.assertIn("c.yaml:1:9: unknown key 'paht' in vault; did you mean 'path'?", run.err)

    def test_a_token_of_two_unrelated_servers_is_a_tracking_id_and_no_alert(self):
        capture = Capture()
        for round_ in range(2):
            capture.request("34.117.59.83", "app.shop.example", f"/?duid={TOKEN}&nonce=Zx81kQ0pL{round_}v7Tn3Wd9")
            capture.request("34.117.59.84", "px.tracker.test", headers=[f"Cookie: vid={TOKEN}; sid=0a1B2c3D4e5F6a7B8c9D"])
        capture.request("34.117.59.85", "third.invalid", headers=["Cookie: sessionid=0a1B2c3D4e5F6a7B8c9D"])
        found = self.findings(capture, 'trust: {untrusted: {domains: [tracker.test]}}')
        self.assertEqual(set(found), {("px.tracker.test", "tracking_id"), ("app.shop.example", "tracking_id")})
        self.assertLessEqual(found["px.tracker.test", "tracking_id"]["confidence"], 0.5)
        self.assertEqual(self.run_.of_type("alert"), [])


if __name__ == "__main__":
    unittest.main()
