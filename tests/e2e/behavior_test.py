"""An hour of a busy network with a DNS tunnel (iodine), an ICMP tunnel (ptunnel), a beacon and a bulk upload in it: all four
are told, of the right device, and nothing else. The tunnels are recorded from the real programs."""
import itertools
import os
import pathlib
import random
import shutil
import struct
import subprocess
import tempfile
import unittest

from live_net import Net, SERVER, sh, skip_unless_possible, wait_for
from recorder import checksum
from support import audit

START = 1795600000
HOUR = 3600
ROUTER = bytes.fromhex("a47733000001")
TUNNELLER, BEACON, UPLOADER = "192.168.7.2", "192.168.7.21", "192.168.7.22"
MOST = 48_000  # bytes a frame, as segmentation offload makes them


def ip_bytes(text):
    return bytes(map(int, text.split(".")))


def ipv4(source, target, protocol, payload):
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(payload), 0, 0x4000, 64, protocol, 0) + ip_bytes(source) + ip_bytes(target)
    return head[:10] + struct.pack(">H", checksum(head)) + head[12:] + payload


class Hour:
    """Ethernet frames of many devices, each with its time."""

    def __init__(self, seed):
        self.r = random.Random(seed)
        self.frames = []
        self.ports = itertools.count(32768)

    def add(self, at, device, from_device, packet):
        mac = bytes.fromhex("a4773300") + ip_bytes(device)[2:]
        ends = (ROUTER + mac) if from_device else (mac + ROUTER)
        self.frames.append((at, ends + b"\x08\x00" + packet))

    def bytes(self, size):
        return self.r.randbytes(size)

    def tcp(self, at, device, server, port, turns, pause=0.03):
        """Turns are (from_device, bytes); returns when it ended."""
        ends, seq = ((device, next(self.ports)), (server, port)), [self.r.getrandbits(31), self.r.getrandbits(31)]

        def segment(side, flags, payload=b""):
            (source, sport), (target, dport) = ends[side], ends[1 - side]
            tcp = struct.pack(">HHIIBBHHH", sport, dport, seq[side], seq[1 - side] if flags & 0x10 else 0, 0x50, flags, 65535, 0, 0)
            self.add(at, device, side == 0, ipv4(source, target, 6, tcp + payload))
            seq[side] = (seq[side] + len(payload) + (1 if flags & 3 else 0)) & 0xFFFFFFFF

        for side, flags in ((0, 2), (1, 0x12), (0, 0x10)):
            segment(side, flags)
            at += pause / 2
        for from_device, data in turns:
            side = 0 if from_device else 1
            for begin in range(0, len(data), MOST):
                segment(side, 0x18, data[begin:begin + MOST])
                at += pause / 10
            segment(1 - side, 0x10)
            at += pause
        for side in (0, 1):
            segment(side, 0x11)
        return at

    def udp(self, at, device, server, port, turns, pause=0.02, own_port=None):
        own = own_port or next(self.ports)
        for from_device, data in turns:
            source, target = ((device, own), (server, port)) if from_device else ((server, port), (device, own))
            payload = struct.pack(">HHHH", source[1], target[1], 8 + len(data), 0) + data
            self.add(at, device, from_device, ipv4(source[0], target[0], 17, payload))
            at += pause
        return at

    def times(self, mean):
        """Of somebody who does something now and then."""
        at = self.r.expovariate(1 / mean)
        while at < HOUR - 60:
            yield at
            at += self.r.expovariate(1 / mean)

    def ask(self, at, device, name):
        labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
        question = labels + struct.pack(">BHH", 0, 1, 1)
        answer = b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 300, 4) + self.bytes(4)
        number = self.bytes(2)
        return self.udp(at, device, "192.168.7.1", 53, [(True, number + struct.pack(">HHHHH", 0x100, 1, 0, 0, 0) + question),
                                                         (False, number + struct.pack(">HHHHH", 0x8180, 1, 1, 0, 0) + question + answer)])

    def save(self, path):
        with open(path, "wb") as out:
            out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
            for at, frame in sorted(self.frames, key=lambda item: item[0]):
                out.write(struct.pack("<IIII", START + int(at), int(at % 1 * 1e6), len(frame), len(frame)) + frame)


SITES = ("news.example", "shop.example", "mail.example", "video.example", "maps.example", "wiki.example", "bank.example")


def host_name(r):
    """Names of ordinary traffic, those of content networks among them."""
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    code = "".join(r.choice(letters) for _ in range(r.randrange(8, 15)))
    return r.choice((f"www.{r.choice(SITES)}", f"{code}.cloudfront.net", f"r{r.randrange(9)}---sn-{code[:8]}.googlevideo.com",
                     f"{code[:6]}.edge.{r.choice(SITES)}", f"{r.randrange(256)}.{r.randrange(256)}.168.192.in-addr.arpa"))


def outside(r):
    return f"{r.choice((93, 104, 142, 151, 185))}.{r.randrange(1, 255)}.{r.randrange(1, 255)}.{r.randrange(1, 255)}"


def browse(hour, device):
    r = hour.r
    homes = [outside(r) for _ in range(8)]
    for at in hour.times(90):
        for _ in range(r.randrange(1, 6)):
            at = hour.ask(at, device, host_name(r))
            hour.tcp(at, device, r.choice(homes), 443, [(True, hour.bytes(r.randrange(400, 2000))), (False, hour.bytes(r.randrange(3000, 90000)))])
            at += r.random()


def keep_time(hour, device):
    server = outside(hour.r)
    for at in range(hour.r.randrange(64), HOUR, 64):
        hour.udp(at, device, server, 123, [(True, b"\x23" + hour.bytes(47)), (False, b"\x24" + hour.bytes(47))], own_port=123)


def stay_connected(hour, device):
    """A push service: one connection, a heartbeat a minute."""
    beats = [(side, hour.bytes(40)) for _ in range(50) for side in (True, False)]
    hour.tcp(hour.r.random() * 60, device, outside(hour.r), 5228, beats, pause=30)


def watch(hour, device):
    server, at = outside(hour.r), hour.r.randrange(600)
    while at < HOUR - 300:
        at = hour.tcp(at, device, server, 443, [(True, hour.bytes(700)), (False, hour.bytes(1_500_000))]) + hour.r.uniform(3, 12)


def call(hour, device):
    turns = [(bool(n % 2), hour.bytes(900)) for n in range(6000)]
    hour.udp(hour.r.randrange(2000), device, outside(hour.r), 3478, turns, pause=0.05)


def share_photos(hour, device):
    for at in hour.times(1500):
        hour.tcp(at, device, outside(hour.r), 443, [(True, hour.bytes(hour.r.randrange(200_000, 1_500_000))), (False, hour.bytes(600))])


def update(hour, device):
    hour.tcp(hour.r.randrange(3000), device, outside(hour.r), 80,
             [(True, b"GET /pool/main/x.deb HTTP/1.1\r\nHost: mirror.example\r\n\r\n"),
              (False, b"HTTP/1.1 200 OK\r\nContent-Length: 4000000\r\n\r\n" + hour.bytes(4_000_000))])


def poll_weather(hour, device):
    server, at = outside(hour.r), hour.r.randrange(600)
    while at < HOUR:
        hour.tcp(at, device, server, 443, [(True, hour.bytes(500)), (False, hour.bytes(hour.r.randrange(3000, 6000)))])
        at += 900


def ping_router(hour, device):
    start, body = hour.r.randrange(3000), bytes(range(48))
    for number in range(60):
        for kind, from_device in ((8, True), (0, False)):
            echo = struct.pack(">BBHHH", kind, 0, 0, 77, number) + struct.pack("<Q", start + number) + body
            echo = echo[:2] + struct.pack(">H", checksum(echo)) + echo[4:]
            ends = (device, "9.9.9.9") if from_device else ("9.9.9.9", device)
            hour.add(start + number + (0 if from_device else 0.01), device, from_device, ipv4(*ends, 1, echo))


ORDINARY = ((browse, keep_time, stay_connected), (browse, watch), (browse, call, share_photos), (keep_time, poll_weather),
            (browse, update, ping_router), (stay_connected, keep_time, poll_weather), (browse, watch, share_photos), (browse, browse))


def ordinary_hour(seed):
    hour = Hour(seed)
    for number, habits in enumerate(ORDINARY):
        for habit in habits:
            habit(hour, f"192.168.7.{30 + number}")
    for device in (BEACON, UPLOADER):  # who does something odd is not odd all the time
        browse(hour, device)
    return hour


def add_beacon(hour):
    server, at = outside(hour.r), 5.0
    while at < HOUR - 10:
        hour.tcp(at, BEACON, server, 8443, [(True, hour.bytes(hour.r.randrange(180, 190))), (False, hour.bytes(90))])
        at += 60 * hour.r.uniform(0.8, 1.2)
    return server


def add_upload(hour):
    server = outside(hour.r)
    hour.tcp(1200, UPLOADER, server, 443, [(True, hour.bytes(200_000_000)), (False, hour.bytes(3000))])
    return server


def record_tunnels(folder):
    """What iodine and ptunnel send while each carries a request of 20 kB, as (seconds, frame)."""
    capture, body = folder / "tunnels.pcap", folder / "body"
    body.write_bytes(os.urandom(15_000).hex().encode()[:20_000])
    with Net("tunnel") as net:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        dump = net.start(net.box, "tcpdump", "-i", "br-lan", "-w", str(capture), "-U", "-s0", **quiet)
        wait_for("tcpdump", capture.exists)
        net.start(net.server, "iodined", "-f", "-c", "-P", "secret", "10.99.0.1", "t.tunnel.example", **quiet)
        net.start(net.phone, "iodine", "-f", "-r", "-P", "secret", SERVER, "t.tunnel.example", **quiet)
        wait_for("iodine", lambda: "10.99.0" in sh(f"ip -n {net.phone} addr"))
        sh(f"ip netns exec {net.phone} curl -s --max-time 60 --data-binary @{body} http://10.99.0.1/", timeout=90)
        net.start(net.server, "ptunnel", "-x", "secret", **quiet)
        net.start(net.phone, "ptunnel", "-p", SERVER, "-lp", "8000", "-da", "127.0.0.1", "-dp", "80", "-x", "secret", **quiet)
        wait_for("ptunnel", lambda: ":8000 " in sh(f"ip netns exec {net.phone} ss -ltn"))
        sh(f"ip netns exec {net.phone} curl -s --max-time 60 --data-binary @{body} http://127.0.0.1:8000/", timeout=90)
        dump.terminate()
        dump.wait()
    data, at, frames = capture.read_bytes(), 24, []
    while at + 16 <= len(data):
        seconds, micro, size, _ = struct.unpack_from("<IIII", data, at)
        frames.append((seconds + micro / 1e6, data[at + 16:at + 16 + size]))
        at += 16 + size
    first = frames[0][0]
    return [(time - first, frame) for time, frame in frames]


class Behavior(unittest.TestCase):
    def anomalies(self, hour, folder):
        path = pathlib.Path(folder) / "hour.pcap"
        hour.save(path)
        run = audit(path)
        path.unlink()
        self.assertEqual(run.status, 0, run.err)
        return run.of_type("anomaly")

    def told(self, events):
        return sorted((e["src_ip"], e["anomaly"]["type"]) for e in events)

    def test_an_ordinary_hour_has_none(self):
        with tempfile.TemporaryDirectory() as folder:
            for seed in (1, 2, 3):
                with self.subTest(seed=seed):
                    self.assertEqual(self.anomalies(ordinary_hour(seed), folder), [])

    def test_a_beacon_and_an_upload_are_found_among_it(self):
        with tempfile.TemporaryDirectory() as folder:
            for seed in (4, 5, 6):
                with self.subTest(seed=seed):
                    hour = ordinary_hour(seed)
                    servers = {"beacon": add_beacon(hour), "bulk_upload": add_upload(hour)}
                    events = self.anomalies(hour, folder)
                    self.assertEqual(self.told(events), [(BEACON, "beacon"), (UPLOADER, "bulk_upload")])
                    self.assertEqual({e["anomaly"]["type"]: e["dest_ip"] for e in events}, servers)

    def test_real_tunnels_are_found_among_it(self):
        skip_unless_possible()
        missing = [name for name in ("iodine", "iodined", "ptunnel", "tcpdump") if shutil.which(name) is None]
        if missing or not os.path.exists("/dev/net/tun"):
            self.skipTest(f"not here: {', '.join(missing) or '/dev/net/tun'}")
        with tempfile.TemporaryDirectory() as folder:
            tunnels = record_tunnels(pathlib.Path(folder))
            hour = ordinary_hour(7)
            hour.frames += [(600 + at, frame) for at, frame in tunnels]
            add_beacon(hour)
            add_upload(hour)
            self.assertEqual(self.told(self.anomalies(hour, folder)),
                             [(TUNNELLER, "dns_tunnel"), (TUNNELLER, "icmp_tunnel"), (BEACON, "beacon"), (UPLOADER, "bulk_upload")])


if __name__ == "__main__":
    unittest.main()
