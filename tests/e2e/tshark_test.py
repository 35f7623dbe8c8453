"""What the sensor decrypts equals what tshark decrypts: recordings of OpenSSL's own programs, made here, in every
version and suite they still speak, with resumption, renegotiation, early data and key updates; and the labelled
captures, where they are at hand."""
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import unittest

from recorder import Capture, Relay
from support import BENCH

PLAINTEXT = os.environ["TLS_PLAINTEXT"]
REQUEST = b"GET /upload?imei=490154203237518 HTTP/1.0\r\nX-Pad: " + b"x" * 300 + b"\r\n\r\n"
ANY = "ALL:COMPLEMENTOFALL:@SECLEVEL=0"
# Suites whose records this version of tshark does not open; that it does not is checked, too.
CLOSED_TO_TSHARK = ("ARIA",)


def openssl(*args, **options):
    return subprocess.run(["openssl", *map(str, args)], capture_output=True, timeout=60, **options)


def suites(version):
    names = openssl("ciphers", "-s", version, "-psk", ANY).stdout.decode().strip().split(":")
    return [name for name in names if not name.startswith("TLS_")]


def ours(capture, keys):
    """[(client, what it sent, what it got)], in the order in which the connections began"""
    out = subprocess.run([PLAINTEXT, capture, keys], capture_output=True, check=True, timeout=300).stdout.decode()
    rows = [line.split(" ") for line in out.splitlines()]
    return [(row[0], *(b"" if side == "-" else bytes.fromhex(side) for side in row[2:])) for row in rows]


def tsharks(capture, keys, clients):
    """The same, of tshark; `clients` tells who is the client of its n-th TCP stream."""
    args = ["tshark", "-n", "-r", capture, "-o", f"tls.keylog_file:{keys}", "-q"]
    for stream in range(len(clients)):
        args += ["-z", f"follow,tls,raw,{stream}"]
    out = subprocess.run(list(map(str, args)), capture_output=True, timeout=500).stdout.decode()
    rows = [(client, b"", b"") for client in clients]
    for part in out.split("=" * 67):
        lines = part.splitlines()
        head = dict(line.split(": ", 1) for line in lines if ": " in line)
        if "Node 0" not in head:
            continue
        stream = int(head["Filter"].rsplit(" ", 1)[1])
        sides = [b"", b""]  # of Node 0, which is whoever said the first thing that was decrypted, and of the other
        for line in lines:
            if line.strip() and all(c in "0123456789abcdef" for c in line.strip()):
                sides[line.startswith("\t")] += bytes.fromhex(line.strip())
        node, port = head["Node 0"].rsplit(":", 1)
        is_client = f"{node.strip('[]')}:{port}" == clients[stream]
        rows[stream] = (clients[stream], *(sides if is_client else reversed(sides)))
    return rows


@unittest.skipUnless(shutil.which("tshark"), "tshark is not installed: nothing to compare with")
class AgainstTshark(unittest.TestCase):
    def compare(self, capture, keys, names=None):
        """Of the connections in `names` ({client: what it is}; all when none are named) we must decrypt something, and
        what tshark does."""
        mine = ours(capture, keys)
        others = tsharks(capture, keys, [row[0] for row in mine])
        for our, other in zip(mine, others):
            name = capture.name if names is None else names.get(our[0])
            if name is None:
                continue
            with self.subTest(name, client=our[0]):
                if names is not None:
                    self.assertTrue(our[1], "not decrypted")
                if any(word in name for word in CLOSED_TO_TSHARK):
                    self.assertEqual(other[1:], (b"", b""), "tshark opens it now")
                else:
                    self.assertEqual(our, other)
        return mine


@unittest.skipUnless(shutil.which("openssl"), "openssl is not installed: nothing to record with")
class Recordings(AgainstTshark):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)
        self.keys = self.path / "keys.log"
        self.capture, self.names, self.servers = Capture(), {}, []
        self.addCleanup(self.stop_servers)
        for kind, key in (("rsa", "rsa:2048"), ("ec", "ec")):
            extra = ["-pkeyopt", "ec_paramgen_curve:prime256v1"] if kind == "ec" else []
            openssl("req", "-x509", "-newkey", key, *extra, "-nodes", "-days", "2", "-subj", "/CN=api.example.com",
                    "-keyout", self.path / f"{kind}.key", "-out", self.path / f"{kind}.pem")

    def stop_servers(self):
        for server in self.servers:
            server.kill()
            server.communicate()

    def server(self, *args):
        """Starts s_server on a free port behind a relay; returns the relay."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        certificates = ["-cert", self.path / "rsa.pem", "-key", self.path / "rsa.key",
                        "-dcert", self.path / "ec.pem", "-dkey", self.path / "ec.key"]
        self.servers.append(subprocess.Popen(
            list(map(str, ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-quiet", "-psk", "1a2b3c4d",
                           "-cipher", ANY, *certificates, *args])),
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.05)
        relay = Relay(self.capture, port, 443)
        self.addCleanup(relay.listener.close)
        return relay

    def client(self, relay, name, *args, say=REQUEST, pieces=None):
        """One connection; `pieces` are typed one after another. Returns whether the two agreed."""
        before = len(relay.connections)
        command = ["openssl", "s_client", "-connect", f"127.0.0.1:{relay.port}", "-servername", "api.example.com",
                   "-keylogfile", self.keys, *args]
        if pieces is None:
            done = subprocess.run(list(map(str, command + ["-ign_eof"])), input=say, capture_output=True, timeout=60)
            status = done.returncode
        else:
            typed = subprocess.Popen(list(map(str, command)), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                     stderr=subprocess.DEVNULL)
            for piece in pieces:
                time.sleep(0.4)
                typed.stdin.write(piece)
                typed.stdin.flush()
            time.sleep(0.4)
            typed.stdin.close()
            status = typed.wait(60)
        for _ in range(100):
            if len(relay.connections) > before:
                break
            time.sleep(0.02)
        if status == 0 and len(relay.connections) > before:
            self.names[relay.connections[before].key] = name
        return status == 0

    def check(self, *relays):
        for relay in relays:
            relay.stop()
        self.compare(self.capture.save(self.path / "recording.pcap"), self.keys, self.names)

    def test_every_suite_of_every_version(self):
        relay = self.server("-www", "-serverpref")
        for version in ("-tls1", "-tls1_1", "-tls1_2"):
            agreed = [suite for suite in suites(version)
                      if self.client(relay, f"{version} {suite}", version, "-cipher", f"{suite}:@SECLEVEL=0",
                                     "-psk", "1a2b3c4d")]
            self.assertGreater(len(agreed), 15, version)
        for suite in ("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"):
            self.assertTrue(self.client(relay, f"-tls1_3 {suite}", "-tls1_3", "-ciphersuites", suite))
        self.check(relay)

    def test_ccm_suites_of_tls13_that_servers_leave_off(self):
        ccm = ("TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_8_SHA256")
        relay = self.server("-www", "-ciphersuites", ":".join(ccm))
        for suite in ccm:
            self.assertTrue(self.client(relay, suite, "-tls1_3", "-ciphersuites", suite))
        self.check(relay)

    def test_mac_then_encrypt(self):
        relay = self.server("-www")
        for version in ("-tls1", "-tls1_1", "-tls1_2"):
            self.assertTrue(self.client(relay, f"{version} without encrypt-then-MAC", version, "-no_etm", "-cipher",
                                        "AES128-SHA:@SECLEVEL=0"))
        self.check(relay)

    def test_resumption_by_id_and_by_ticket(self):
        relay = self.server("-www")
        session = self.path / "session"
        for version in ("-tls1_2", "-tls1_3"):
            for ticket in ((), ("-no_ticket",)) if version == "-tls1_2" else ((),):
                self.client(relay, f"{version} first {ticket}", version, *ticket, "-sess_out", session)
                self.client(relay, f"{version} resumed {ticket}", version, *ticket, "-sess_in", session)
        self.check(relay)

    def test_early_data(self):
        relay = self.server("-early_data", "-no_anti_replay")
        session, early = self.path / "session", self.path / "early"
        early.write_bytes(b"early imei=490154203237518\n")
        self.client(relay, "before early data", "-tls1_3", "-sess_out", session, pieces=[b"one\n", b"Q\n"])
        self.client(relay, "early data", "-tls1_3", "-sess_in", session, "-early_data", early,
                    pieces=[b"two\n", b"Q\n"])
        self.check(relay)

    def test_hello_retry_request(self):
        relay = self.server("-www", "-groups", "X448")
        self.assertTrue(self.client(relay, "retried hello", "-tls1_3", "-groups", "X25519:X448"))
        self.check(relay)

    def test_renegotiation(self):
        relay = self.server("-rev", "-client_renegotiation", "-legacy_renegotiation")
        self.client(relay, "renegotiated", "-tls1_2", pieces=[b"one imei\n", b"R\n", b"two imei\n", b"Q\n"])
        self.check(relay)

    def test_key_update_by_either_side(self):
        relay = self.server("-rev")
        self.client(relay, "keys updated", "-tls1_3",
                    pieces=[b"one imei\n", b"k\n", b"two imei\n", b"K\n", b"three imei\n", b"Q\n"])
        self.check(relay)

    @unittest.skipUnless(shutil.which("curl") and shutil.which("nghttpd"), "curl and nghttpd are not installed")
    def test_http2_of_curl(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        (self.path / "body").write_bytes(b'{"imei":"490154203237518"}' * 2000)
        self.servers.append(subprocess.Popen(
            ["nghttpd", "-a", "127.0.0.1", "-d", self.path, str(port), self.path / "ec.key", self.path / "ec.pem"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        time.sleep(1)
        relay = Relay(self.capture, port, 443)
        for version in ("1.2", "1.3"):
            subprocess.run(["curl", "-sk", "--http2", "--tlsv" + version, "--tls-max", version, "-o", "/dev/null",
                            "--data-binary", f"@{self.path}/body", f"https://127.0.0.1:{relay.port}/body"],
                           env={**os.environ, "SSLKEYLOGFILE": str(self.keys)}, timeout=60)
        self.names = {connection.key: "curl" for connection in relay.connections}
        self.assertEqual(len(self.names), 2)
        self.check(relay)


@unittest.skipUnless((BENCH / "dev").exists(), "no labelled captures beside this checkout")
class LabelledCaptures(AgainstTshark):
    def test_all_with_keys(self):
        for keys in sorted((BENCH / "dev").glob("*.keys")):
            capture = next(path for path in (keys.with_suffix(".pcap"), keys.with_suffix(".pcapng")) if path.exists())
            mine = self.compare(capture, keys)
            self.assertTrue(any(row[1] or row[2] for row in mine), capture)


if __name__ == "__main__":
    unittest.main()
