"""The web page as a server: what it answers, whom it lets in, and what hostile clients can do to it."""
import contextlib
import http.client
import json
import os
import pathlib
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import unittest

from support import ENVIRONMENT, ROOT, SAMPLE, TELLTALE, Run

KEYS = ROOT / "deploy/sample/sample.keys"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """telltale web on a port of its own."""

    def __init__(self, store, *options, address="127.0.0.1"):
        self.port = free_port()
        self.process = subprocess.Popen([TELLTALE, "web", "--store", store, "--listen", f"{address}:{self.port}", *map(str, options)],
                                        env=ENVIRONMENT, stderr=subprocess.PIPE, text=True)
        self.context = None
        self.csrf = ""
        end = time.monotonic() + 20
        while time.monotonic() < end and self.process.poll() is None:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            time.sleep(0.05)
        raise RuntimeError(self.process.stderr.read() if self.process.poll() is not None else "no answer")

    def connect(self):
        if self.context:
            return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=20, context=self.context)
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)

    def ask(self, method, path, body=None, headers=None):
        connection = self.connect()
        connection.request(method, path, body, {"X-Telltale-CSRF": self.csrf} | (headers or {}))
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        return answer, data

    def json(self, method, path, body=None, status=200, headers=None):
        answer, data = self.ask(method, "/api/v1" + path, json.dumps(body) if isinstance(body, dict) else body, headers)
        if answer.status != status:
            raise AssertionError(f"{method} {path}: {answer.status} {data[:300]}")
        return json.loads(data) if data else None

    def log_in(self):
        self.csrf = self.json("GET", "/session")["csrf"]
        return self

    def rss(self):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        return 0

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(20)
        self.process.stderr.close()
        return status


class Web(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.at = pathlib.Path(cls.folder.name)
        cls.store = cls.at / "s.sqlite"
        assert Run("audit", SAMPLE, "--quiet", "--store", cls.store).status == 0
        cls.server = Server(cls.store).log_in()

    @classmethod
    def tearDownClass(cls):
        status = cls.server.stop()
        cls.folder.cleanup()
        assert status == 0, status

    def tearDown(self):
        self.assertEqual(self.server.json("GET", "/status")["sensor"], "telltale", "the server lives")

    def raw(self, request, wait=5):
        """What comes back for these bytes, until the server closes or says nothing for `wait` seconds."""
        with socket.create_connection(("127.0.0.1", self.server.port), 5) as s:
            s.settimeout(wait)
            got = b""
            with contextlib.suppress(OSError):
                s.sendall(request)
                while piece := s.recv(65536):
                    got += piece
            return got

    def test_says_what_the_store_says(self):
        listed = Run("devices", "--store", self.store, "--json")
        devices = {d["device"]["id"] for d in listed.events}
        self.assertEqual({d["id"] for d in self.server.json("GET", "/devices")["items"]}, devices)
        findings = Run("findings", "--store", self.store, "--json").events
        self.assertEqual(self.server.json("GET", "/findings?count=1")["count"], len(findings))
        self.assertEqual(self.server.json("GET", "/findings?limit=1000")["items"], findings)
        overview = self.server.json("GET", "/overview")
        self.assertEqual(overview["totals"]["findings"], len(findings))
        self.assertEqual(sum(c["findings"] for c in overview["totals"]["classes"]), len(findings))

    def test_pages_follow_each_other(self):
        ids, cursor = [], ""
        while True:
            page = self.server.json("GET", f"/findings?limit=5&cursor={cursor}")
            ids += [e["event_id"] for e in page["items"]]
            cursor = page["next"]
            if not cursor:
                break
        self.assertEqual(len(ids), len(set(ids)))
        self.assertEqual(len(ids), self.server.json("GET", "/findings?count=1")["count"])

    def test_an_unchanged_answer_is_not_sent_again(self):
        answer, _ = self.server.ask("GET", "/api/v1/devices")
        again, body = self.server.ask("GET", "/api/v1/devices", headers={"If-None-Match": answer.getheader("ETag")})
        self.assertEqual((again.status, body), (304, b""))

    def test_an_event_is_explained(self):
        alert = self.server.json("GET", "/alerts?limit=1")["items"][0]
        one = self.server.json("GET", f"/events/{alert['event_id']}")
        self.assertEqual(one["event"]["event_id"], alert["event_id"])
        self.assertEqual(one["explanation"]["verdict"]["rule"], alert["verdict"]["rule"])
        self.assertIn(f"ip.addr == {alert['src_ip']}", one["wireshark"])
        self.assertEqual(one["frames"], sorted({f["packet"] for f in alert["verdict"]["findings"]}))

    def test_every_answer_keeps_browsers_from_harm(self):
        for path in ("/", "/api/v1/status", "/nothing"):
            answer, _ = self.server.ask("GET", path)
            self.assertIn("default-src 'none'", answer.getheader("Content-Security-Policy"))
            self.assertNotIn("unsafe", answer.getheader("Content-Security-Policy"))
            self.assertEqual(answer.getheader("X-Content-Type-Options"), "nosniff")
            self.assertEqual(answer.getheader("X-Frame-Options"), "DENY")

    def test_another_name_for_this_machine_is_refused(self):
        for host in ("evil.example", "127.0.0.1.evil.example", "evil.example:8480"):
            answer, _ = self.server.ask("GET", "/api/v1/status", headers={"Host": host})
            self.assertEqual(answer.status, 421)
        self.assertIn(b" 421 ", self.raw(b"GET /api/v1/status HTTP/1.1\r\n\r\n", 2))

    def test_malformed_requests_are_refused(self):
        for request in (b"\r\n\r\n", b"GET\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + os.urandom(200),
                        b"GET / HTTP/9.9\r\nHost: 127.0.0.1\r\n\r\n", b"A" * 70000, b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
                        b"POST /api/v1/mutes HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -5\r\n\r\n",
                        b"POST /api/v1/mutes HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                        b"GET /%00%ff/../../etc/passwd HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
                        b"GET /assets/../../../../etc/passwd HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
                        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nRange: bytes=" + b"0-1," * 1000 + b"5-6\r\n\r\n"):
            got = self.raw(request, 1)
            self.assertNotIn(b" 200 OK", got[:20], request[:60])
            self.assertNotIn(b"root:", got)

    def test_endless_headers_are_cut_off(self):
        began = self.server.rss()
        with socket.create_connection(("127.0.0.1", self.server.port), 5) as s:
            s.settimeout(10)
            sent = 0
            with contextlib.suppress(OSError):
                s.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
                while sent < (64 << 20):
                    sent += s.send((b"X-%08d: " % sent + b"y" * 4000 + b"\r\n") * 16)
        self.assertLess(sent, 16 << 20)
        self.assertLess(self.server.rss() - began, 16 << 20)

    def test_a_body_nobody_wants_is_not_taken(self):
        self.assertIn(b" 400 ", self.raw(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 40\r\n\r\nGET /api/v1/status HTTP/1.1\r\nHost: x\r\n\r\n", 2))
        self.server.json("POST", "/mutes", "x" * 100_000, status=413)
        answer, _ = self.server.ask("POST", "/api/v1/mutes", b"\x1f\x8b", {"Content-Encoding": "gzip"})
        self.assertEqual(answer.status, 415)

    def test_many_slow_clients_keep_nobody_out(self):
        slow = [socket.create_connection(("127.0.0.1", self.server.port), 5) for _ in range(20)]
        for s in slow:
            s.sendall(b"GET / HTTP/1.1\r\nHost: ")
        self.server.json("GET", "/status")
        end = time.monotonic() + 25
        for s in slow:  # each is let go of
            s.settimeout(max(0.1, end - time.monotonic()))
            with contextlib.suppress(ConnectionError):
                while s.recv(4096):
                    pass
            s.close()
        self.assertLess(time.monotonic(), end)

    def test_a_flood_of_connections_is_survived(self):
        flood = []
        with contextlib.suppress(OSError):
            for _ in range(600):
                flood.append(socket.create_connection(("127.0.0.1", self.server.port), 2))
        turned_away = 0
        for s in flood[-50:]:
            s.settimeout(1)
            with contextlib.suppress(OSError):
                turned_away += s.recv(100).startswith(b"HTTP/1.1 503")
        self.assertGreater(turned_away, 10)
        for s in flood:
            s.close()
        end = time.monotonic() + 20
        while True:
            with contextlib.suppress(OSError, http.client.HTTPException, AssertionError):
                self.server.json("GET", "/status")
                break
            self.assertLess(time.monotonic(), end, "nobody is let in any more")
            time.sleep(0.2)

    def upload(self, capture, keys=None, name="a.pcap"):
        upload = self.server.json("POST", "/uploads")["id"]
        self.addCleanup(self.server.ask, "DELETE", f"/api/v1/uploads/{upload}")
        self.server.json("PUT", f"/uploads/{upload}/capture?name={name}", capture)
        if keys:
            self.server.json("PUT", f"/uploads/{upload}/keys", keys)
        self.server.json("POST", f"/uploads/{upload}/start")
        return upload

    def state_of(self, upload, *wanted):
        end = time.monotonic() + 60
        while time.monotonic() < end:
            state = self.server.json("GET", f"/uploads/{upload}")
            if state["state"] in wanted:
                return state
            time.sleep(0.05)
        self.fail(f"still {state}")

    def test_an_upload_is_audited_as_the_command_does(self):
        upload = self.upload(SAMPLE.read_bytes(), KEYS.read_bytes(), name="%3Cb%3Ex.pcap")
        state = self.state_of(upload, "done", "failed")
        self.assertEqual((state["state"], state["problem"], state["name"]), ("done", "", "<b>x.pcap"))
        report = self.at / "same.json"
        Run("audit", SAMPLE, "--keys", KEYS, "--quiet", "--report", report)
        summary = json.loads(report.read_text())["summary"]
        self.assertEqual((state["findings"], state["alerts"]), (summary["findings"], summary["alerts"]))
        answer, page = self.server.ask("GET", f"/api/v1/uploads/{upload}/report")
        self.assertEqual(answer.getheader("Content-Type"), "text/html; charset=utf-8")
        self.assertIn("sandbox", answer.getheader("Content-Security-Policy"))
        self.assertTrue(f"<b>{summary['findings']}</b>".encode() in page)
        self.assertFalse(str(self.at).encode() in page, "the report names a folder of this machine")

    def test_a_bad_upload_harms_nobody(self):
        for capture in (b"", b"garbage" * 1000, SAMPLE.read_bytes()[:-9], os.urandom(100_000)):
            state = self.state_of(self.upload(capture), "done", "failed")
            self.assertNotEqual(state["problem"], "")
            self.assertNotIn(str(self.at), state["problem"])

    def test_an_upload_can_be_cancelled(self):
        records = SAMPLE.read_bytes()
        upload = self.upload(records[:24] + records[24:] * 600)
        self.state_of(upload, "running", "done")
        self.server.json("DELETE", f"/uploads/{upload}", status=204)
        self.server.json("GET", f"/uploads/{upload}", status=404)
        self.state_of(self.upload(records), "done")

    def test_there_is_an_end_to_uploads(self):
        made = []
        for _ in range(8):
            made.append(self.server.json("POST", "/uploads")["id"])
        self.server.json("POST", "/uploads", status=409)
        for upload in made:
            self.server.json("DELETE", f"/uploads/{upload}", status=204)
        for path in ("../x", "..%2f..%2fetc", "ffff"):
            answer, _ = self.server.ask("GET", f"/api/v1/uploads/{path}/report")
            self.assertEqual(answer.status, 404)


class Limits(unittest.TestCase):
    def test_a_larger_upload_than_allowed_is_cut_off(self):
        with tempfile.TemporaryDirectory() as folder:
            config = pathlib.Path(folder) / "c.yaml"
            config.write_text("web: {max_upload: 2MiB}\n")
            store = pathlib.Path(folder) / "s.sqlite"
            Run("audit", SAMPLE, "--quiet", "--store", store)
            server = Server(store, "-c", config).log_in()
            try:
                upload = server.json("POST", "/uploads")["id"]
                with contextlib.suppress(OSError):
                    answer, _ = server.ask("PUT", f"/api/v1/uploads/{upload}/capture", bytes(5 << 20))
                    self.assertEqual(answer.status, 413)
                stored = sum(f.stat().st_size for f in (pathlib.Path(folder) / "uploads").rglob("*") if f.is_file())
                self.assertLess(stored, 3 << 20)
            finally:
                self.assertEqual(server.stop(), 0)


class Access(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.at = pathlib.Path(self.folder.name)
        self.store = self.at / "s.sqlite"
        Run("audit", SAMPLE, "--quiet", "--store", self.store)

    def test_others_are_let_in_only_with_a_password_and_over_tls(self):
        refused = Run("web", "--store", self.store, "--listen", f"0.0.0.0:{free_port()}")
        self.assertEqual(refused.status, 2)
        self.assertIn("telltale web passwd", refused.err)
        self.assertEqual(Run("web", "passwd", "--store", self.store, stdin=b"short\n").status, 2)
        self.assertEqual(Run("web", "passwd", "--store", self.store, stdin=b"a long password\n").status, 0)
        made = Run("web", "token", "siem", "--store", self.store)
        token = made.out.decode().strip()
        access = (self.at / "web.access").read_text()
        self.assertNotIn("a long password", access)
        self.assertNotIn(token, access)
        server = Server(self.store, address="0.0.0.0")
        try:
            server.context = ssl.create_default_context(cafile=self.at / "web.pem")
            server.context.check_hostname = False
            self.assertEqual((self.at / "web.key").stat().st_mode & 0o777, 0o600)
            server.json("GET", "/status", status=401)
            server.json("GET", "/status", headers={"Authorization": f"Bearer {token}"})
            server.json("POST", "/session", {"password": "wrong"}, status=403)
            answer, body = server.ask("POST", "/api/v1/session", json.dumps({"password": "a long password"}))
            cookie = answer.getheader("Set-Cookie")
            self.assertIn("Secure", cookie)
            self.assertIn("HttpOnly", cookie)
            server.json("GET", "/status", headers={"Cookie": cookie.split(";")[0]})
            for _ in range(8):
                server.ask("POST", "/api/v1/session", json.dumps({"password": "wrong"}))
            server.json("POST", "/session", {"password": "a long password"}, status=429)
            # Somebody who speaks no TLS.
            with socket.create_connection(("127.0.0.1", server.port), 5) as s:
                s.settimeout(15)
                s.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                with contextlib.suppress(OSError):
                    self.assertNotIn(b"200 OK", s.recv(1000))
        finally:
            self.assertEqual(server.stop(), 0)

    def test_a_taken_port_is_said(self):
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            s.listen()
            run = Run("web", "--store", self.store, "--listen", f"127.0.0.1:{s.getsockname()[1]}")
        self.assertEqual(run.status, 2)
        self.assertIn("cannot be listened on", run.err)
        run = Run("web", "--store", self.at / "missing.sqlite")
        self.assertEqual(run.status, 2)
        self.assertIn("missing.sqlite", run.err)


if __name__ == "__main__":
    unittest.main()
