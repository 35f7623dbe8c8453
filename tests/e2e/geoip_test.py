"""telltale geoip as its users run it: databases made of open data, looked up, described and updated from a
server on loopback. Also read with mmdblookup, where mmdb-bin is installed."""
import base64
import gzip
import hashlib
import http.server
import io
import json
import os
import pathlib
import shutil
import subprocess
import tarfile
import tempfile
import threading
import unittest

from support import TELLTALE, SAMPLE

COUNTRIES = """# Generated: Thu, 25 Jun 2020 04:33:59 GMT
# Vendor:    A Project
# License:   CC BY 4.0
8.8.8.0,8.8.8.255,US
77.88.0.0,77.88.255.255,RU
77.88.8.0,77.88.8.7,FI
1.0.0.3,1.0.5.9,AU
2400:3200::,2400:3200:ffff:ffff:ffff:ffff:ffff:ffff,CN
198.51.100.0,198.51.100.255,AU
"""
NETWORKS = """8.8.8.0\t8.8.8.255\t15169\tUS\tGOOGLE
77.88.0.0\t77.88.255.255\t13238\tRU\tYANDEX LLC
9.9.9.0\t9.9.9.255\t0\tNone\tNot routed
"""


class Folder(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.dir = pathlib.Path(self.folder.name)
        (self.dir / "countries.csv").write_text(COUNTRIES)
        with gzip.open(self.dir / "networks.tsv.gz", "wt") as out:
            out.write(NETWORKS)
        os.utime(self.dir / "networks.tsv.gz", (1_590_000_000, 1_590_000_000))  # older than the countries

    def run_(self, *args, **env):
        done = subprocess.run([TELLTALE, "geoip", *map(str, args)], capture_output=True, timeout=120, text=True,
                              env={"PATH": "/usr/bin:/bin", "TZ": "UTC", "LC_ALL": "C.UTF-8", **env})
        return done.returncode, done.stdout, done.stderr

    def build(self, *names, out="out"):
        return self.run_("build", "--out", self.dir / out, "--from", *[self.dir / n for n in names])

    def config(self, text):
        path = self.dir / "c.yaml"
        path.write_text(text)
        return path

    def built_config(self, extra=""):
        out = self.dir / "out"
        return self.config("geoip: {databases: [%s, %s]%s}\n" % (out / "telltale-country.mmdb", out / "telltale-asn.mmdb", extra))


class BuildAndLookUp(Folder):
    def test_open_data_becomes_databases_that_are_looked_up(self):
        status, out, err = self.build("countries.csv", "networks.tsv.gz")
        self.assertEqual((status, err), (0, ""))
        status, out, err = self.run_("lookup", "-c", self.built_config(), "--json", "8.8.8.8", "77.88.8.8", "77.88.8.7",
                                     "2400:3200::1", "9.9.9.9", "198.51.100.1", "::ffff:8.8.8.8")
        self.assertEqual(status, 0, err)
        rows = {row["ip"]: row for row in map(json.loads, out.splitlines())}
        self.assertEqual({ip: (r["country"], r["asn"], r["as_org"]) for ip, r in rows.items()},
                         {"8.8.8.8": ("US", 15169, "GOOGLE"), "77.88.8.8": ("RU", 13238, "YANDEX LLC"),
                          "77.88.8.7": ("RU", 13238, "YANDEX LLC"), "2400:3200::1": ("CN", None, None),
                          "9.9.9.9": (None, None, None), "198.51.100.1": (None, None, None)})
        self.assertEqual(rows["2400:3200::1"]["country_source"]["date"], "2020-06-25")
        self.assertIn("special purpose", rows["198.51.100.1"]["special"])

    def test_a_smaller_range_wins_and_a_later_file_too(self):
        self.build("networks.tsv.gz", "countries.csv")
        _, out, _ = self.run_("lookup", "-c", self.built_config(), "--json", "77.88.8.7", "77.88.8.8")
        self.assertEqual([json.loads(line)["country"] for line in out.splitlines()], ["FI", "RU"])

    def test_the_table_shows_date_and_licence(self):
        self.build("countries.csv", "networks.tsv.gz")
        _, out, err = self.run_("lookup", "-c", self.built_config(", max_age: 1d"), "8.8.8.8", "2400:3200::1")
        self.assertRegex(out, r"8\.8\.8\.8 +US +AS15169 +GOOGLE")
        self.assertIn("CC BY 4.0", out)
        self.assertIn("A Project", out)
        self.assertRegex(err, r"telltale-country\.mmdb: its data is of 2020-06-25, \d+ days old")
        status, out, _ = self.run_("info", "-c", self.built_config())
        self.assertEqual(status, 0)
        self.assertRegex(out, r"telltale-country\.mmdb +telltale-Country +country")

    def test_garbage_is_counted_and_told_with_its_line(self):
        (self.dir / "bad.csv").write_text(COUNTRIES + "garbage\n5.0.0.0,4.0.0.0,DE\n")
        status, _, err = self.build("bad.csv")
        self.assertEqual(status, 3)
        self.assertRegex(err, r"bad\.csv:10: not a line of the format country \(CSV\); 2 such lines were left out")

    def test_what_cannot_be_read_is_one_line_and_status_2(self):
        (self.dir / "text").write_text("no data here\n")
        for args in (("build", "--out", self.dir, "--from", self.dir / "text"), ("build", "--out", self.dir, "--from", "/nonexistent"),
                     ("lookup", "8.8.8"), ("lookup", "-c", self.config("geoip: {databases: [text]}\n"), "8.8.8.8"),
                     ("lookup", "-c", self.config("geoip: {databases: []}\n"), "8.8.8.8"), ("lookup",), ()):
            status, out, err = self.run_(*args)
            self.assertEqual((status, out, err.count("\n")), (2, "", 1), (args, err))

    def test_databases_are_found_where_they_usually_stand(self):
        home = self.dir / "home/.local/share/telltale"
        self.build("countries.csv", out=home)
        (home / "broken.mmdb").write_text("broken")
        _, out, err = self.run_("lookup", "--json", "1.0.0.3", HOME=str(self.dir / "home"))
        self.assertEqual(json.loads(out)["country"], "AU")
        self.assertRegex(err, r"broken\.mmdb: not a usable MMDB database: .*; left out")

    def test_an_audit_names_countries(self):
        (self.dir / "all.csv").write_text("1.0.0.0,126.255.255.255,AU\n128.0.0.0,191.255.255.255,BR\n193.0.0.0,223.255.255.255,CN\n")
        self.build("all.csv")
        config = self.config("geoip: {databases: [%s]}\n" % (self.dir / "out/telltale-country.mmdb"))
        run = subprocess.run([TELLTALE, "audit", SAMPLE, "-c", config, "--json", "-"], capture_output=True, timeout=120)
        self.assertEqual(run.returncode, 0, run.stderr)
        events = [json.loads(line) for line in run.stdout.splitlines()]
        countries = {e["destination"]["country"] for e in events if e["event_type"] == "alert" and "country" in e["destination"]}
        self.assertTrue(countries, "no alert tells a country")
        self.assertLessEqual(countries, {"AU", "BR", "CN"})

    @unittest.skipUnless(shutil.which("mmdblookup"), "mmdb-bin is not installed")
    def test_mmdblookup_reads_every_boundary(self):
        for size in (24, 28, 32):
            status, _, err = self.run_("build", "--record-size", size, "--out", self.dir / "out", "--from", self.dir / "countries.csv")
            self.assertEqual(status, 0, err)
            for address, country in (("8.8.7.255", None), ("8.8.8.0", "US"), ("8.8.8.255", "US"), ("8.8.9.0", None),
                                     ("77.87.255.255", None), ("77.88.0.0", "RU"), ("77.88.7.255", "RU"), ("77.88.8.0", "FI"),
                                     ("77.88.8.7", "FI"), ("77.88.8.8", "RU"), ("77.88.255.255", "RU"), ("77.89.0.0", None),
                                     ("1.0.0.2", None), ("1.0.0.3", "AU"), ("1.0.5.9", "AU"), ("1.0.5.10", None), ("::ffff:8.8.8.8", "US"),
                                     ("2400:31ff:ffff:ffff:ffff:ffff:ffff:ffff", None), ("2400:3200::", "CN"),
                                     ("2400:3200:ffff:ffff:ffff:ffff:ffff:ffff", "CN"), ("2400:3201::", None)):
                done = subprocess.run(["mmdblookup", "--file", self.dir / "out/telltale-country.mmdb", "--ip", address, "country", "iso_code"],
                                      capture_output=True, text=True)
                told = done.stdout.split('"')[1] if '"' in done.stdout else None
                self.assertEqual(told, country, (size, address, done.stderr))


class Server(http.server.BaseHTTPRequestHandler):
    files = {}
    seen = []

    def do_GET(self):
        self.seen.append((self.path, self.headers.get("Authorization"), self.headers.get("If-Modified-Since")))
        body = self.files.get(self.path)
        if self.headers.get("If-Modified-Since") and body is not None and "conditional" in self.path:
            self.send_response(304)
            self.end_headers()
            return
        self.send_response(200 if body is not None else 404)
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *args):
        pass


class Update(Folder):
    def setUp(self):
        super().setUp()
        Server.files, Server.seen = {}, []
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.url = "http://127.0.0.1:%d" % self.server.server_address[1]
        self.build("countries.csv", "networks.tsv.gz")
        self.mmdb = (self.dir / "out/telltale-country.mmdb").read_bytes()
        self.data = self.dir / "data"

    def update(self, entry, **env):
        config = self.config("geoip:\n  update:\n    - %s\n" % json.dumps(entry))
        return self.run_("update", "-c", config, "--out", self.data, **env)

    def test_gzip_with_checksum(self):
        packed = gzip.compress(self.mmdb)
        Server.files = {"/country.mmdb.gz": packed, "/sum": (hashlib.sha256(packed).hexdigest().upper() + "  country.mmdb.gz\n").encode()}
        status, out, err = self.update({"url": self.url + "/country.mmdb.gz", "sha256_url": self.url + "/sum"})
        self.assertEqual(status, 0, err)
        self.assertIn("data/country.mmdb: written, data of 2020-06-25", out)
        self.assertEqual((self.data / "country.mmdb").read_bytes(), self.mmdb)
        self.assertEqual(os.listdir(self.data), ["country.mmdb"])

    def test_archive_with_account_and_key_from_the_environment(self):
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w:gz") as tar:
            for name, body in (("Geo_20260625/LICENSE.txt", b"terms"), ("Geo_20260625/Geo-Country.mmdb", self.mmdb)):
                entry = tarfile.TarInfo(name)
                entry.size = len(body)
                tar.addfile(entry, io.BytesIO(body))
        Server.files = {"/download?suffix=tar.gz": archive.getvalue()}
        entry = {"url": self.url + "/download?suffix=tar.gz", "account_env": "GEO_ACCOUNT", "licence_key_env": "GEO_KEY"}
        status, _, err = self.update(entry)
        self.assertEqual(status, 3)
        self.assertIn("the environment variable GEO_ACCOUNT is not set", err)
        status, out, err = self.update(entry, GEO_ACCOUNT="42", GEO_KEY="s3cret")
        self.assertEqual(status, 0, err)
        self.assertEqual((self.data / "Geo-Country.mmdb").read_bytes(), self.mmdb)
        self.assertEqual(Server.seen[-1][1], "Basic " + base64.b64encode(b"42:s3cret").decode())
        self.assertNotIn("s3cret", out + err)

    def test_a_key_in_the_url_is_never_told(self):
        entry = {"url": self.url + "/a.mmdb?token={licence_key}", "licence_key_env": "GEO_KEY"}
        status, out, err = self.update(entry, GEO_KEY="s3 cret")
        self.assertEqual(status, 3)
        self.assertIn("the server answered 404", err)
        self.assertEqual(Server.seen[-1][0], "/a.mmdb?token=s3%20cret")
        self.assertNotIn("cret", (out + err).replace("licence_key", ""))

    def test_last_month_where_this_one_is_not_out_yet(self):
        Server.files = {}
        self.update({"url": self.url + "/{year}-{month}.mmdb", "file": "country.mmdb"})
        this, last = [path for path, _, _ in Server.seen]
        Server.files = {last: self.mmdb}
        status, _, err = self.update({"url": self.url + "/{year}-{month}.mmdb", "file": "country.mmdb"})
        self.assertEqual(status, 0, err)
        self.assertRegex(this, r"^/20\d\d-\d\d\.mmdb$")
        self.assertNotEqual(this, last)
        self.assertEqual((self.data / "country.mmdb").read_bytes(), self.mmdb)

    def test_what_is_bad_is_not_taken_and_the_old_stays(self):
        self.data.mkdir()
        (self.data / "country.mmdb").write_bytes(self.mmdb)
        os.utime(self.data / "country.mmdb", (1, 1))
        Server.files = {"/country.mmdb": self.mmdb + b"x", "/sum": b"0" * 64, "/nosum": b"<html>", "/half/country.mmdb": self.mmdb[:-400],
                        "/damaged/country.mmdb.gz": gzip.compress(self.mmdb)[:-50], "/page/country.mmdb": b"<html>sorry</html>"}
        for entry, told in (({"url": "/country.mmdb", "sha256_url": "/sum"}, "its SHA-256 is not the published one"),
                            ({"url": "/country.mmdb", "sha256_url": "/nosum"}, "is no SHA-256"),
                            ({"url": "/country.mmdb", "sha256_url": "/missing"}, "the server answered 404"),
                            ({"url": "/half/country.mmdb"}, "not a usable MMDB database"),
                            ({"url": "/damaged/country.mmdb.gz"}, "cannot be unpacked"),
                            ({"url": "/page/country.mmdb"}, "not a usable MMDB database"),
                            ({"url": "/absent/country.mmdb"}, "the server answered 404")):
            status, _, err = self.update({key: self.url + value for key, value in entry.items()})
            self.assertEqual((status, err.count("\n")), (3, 1), err)
            self.assertIn(told, err)
            self.assertIn("what was there before stays", err)
            self.assertEqual((self.data / "country.mmdb").read_bytes(), self.mmdb)
            self.assertEqual(os.listdir(self.data), ["country.mmdb"])

    def test_nothing_newer_is_not_fetched_again(self):
        Server.files = {"/conditional/country.mmdb": self.mmdb}
        entry = {"url": self.url + "/conditional/country.mmdb"}
        self.assertEqual(self.update(entry)[0], 0)
        status, out, _ = self.update(entry)
        self.assertEqual(status, 0)
        self.assertIn("nothing newer", out)

    def test_without_anything_to_download(self):
        status, _, err = self.run_("update", "-c", self.config("{}\n"))
        self.assertEqual(status, 2)
        self.assertIn("names nothing to download", err)


if __name__ == "__main__":
    unittest.main()
