#!/usr/bin/env python3
"""Writes a capture for speed tests: make_capture.py OUT.pcap [MEGABYTES | FLOWSflows]. Same arguments, same bytes.

A mix as a home or office uplink sees it: nine tenths of the bytes are downloads; HTTP pages, JSON uploads
(one in ten with an identifier and a position, one in three gzipped), TLS with random records, DNS, QUIC-like
UDP, and lone SYNs. Or, as in "1000000flows", a flood: so many flows of one packet each, SYNs of a scan and of
forged senders, and UDP probes, at 50,000 a second; as in "1000000probes" all of them carry payload. Invented throughout."""
import gzip
import json
import random
import struct
import sys

MSS = 1448


def checksum_free_ipv4(proto, src, dst, payload, ident):
    total = 20 + len(payload)
    return struct.pack(">BBHHHBBH4s4s", 0x45, 0, total, ident & 0xffff, 0x4000, 64, proto, 0, src, dst) + payload


class Capture:
    def __init__(self, path, seed=20200629, rate=4000):
        self.rate = rate  # frames a second
        self.file, self.rng, self.now, self.size, self.ident = open(path, "wb"), random.Random(seed), 1_600_000_000.0, 24, 0
        self.file.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, 1))

    def frame(self, src, dst, proto, l4):
        self.ident += 1
        data = b"\x02\0\0\0\0\x01" + b"\x02\0\0\0" + src[2:] + b"\x08\0" + checksum_free_ipv4(proto, src, dst, l4, self.ident)
        self.now += self.rng.expovariate(self.rate)
        self.file.write(struct.pack("<IIII", int(self.now), int(self.now % 1 * 1e6), len(data), len(data)) + data)
        self.size += 16 + len(data)

    def udp(self, a, pa, b, pb, payload):
        self.frame(a, b, 17, struct.pack(">HHHH", pa, pb, 8 + len(payload), 0) + payload)

    def tcp(self, client, server, port, turns):
        """turns: (from_client, bytes), each cut into segments and acknowledged every second one."""
        sport, seq = self.rng.randrange(32768, 61000), [self.rng.getrandbits(32), self.rng.getrandbits(32)]

        def send(side, flags, payload=b""):
            src, dst, sp, dp = (client, server, sport, port) if side == 0 else (server, client, port, sport)
            ack = seq[1 - side] if flags & 16 else 0
            self.frame(src, dst, 6, struct.pack(">HHIIBBHHH", sp, dp, seq[side], ack, 0x50, flags, 64240, 0, 0) + payload)
            seq[side] = seq[side] + len(payload) + (flags & 3 != 0) & 0xffffffff

        send(0, 2)
        send(1, 18)
        send(0, 16)
        for from_client, data in turns:
            side = 0 if from_client else 1
            for i, at in enumerate(range(0, len(data), MSS)):
                send(side, 24, data[at:at + MSS])
                if i % 2:
                    send(1 - side, 16)
        send(0, 17)
        send(1, 17)
        send(0, 16)


def upload(rng):
    doc = {"event": rng.choice(["open", "tap", "scroll"]), "session": "%016x" % rng.getrandbits(64), "build": rng.randrange(9999),
           "items": [{"id": rng.randrange(10**6), "name": "item %d" % rng.randrange(999), "seen": rng.random() < 0.5}
                     for _ in range(rng.randrange(5, 60))]}
    if rng.random() < 0.1:
        doc["device"] = {"model": "Test Phone %d" % rng.randrange(9), "brand": "samsung", "android_id": "%016x" % rng.getrandbits(64)}
        doc["location"] = {"latitude": round(rng.uniform(-60, 60), 6), "longitude": round(rng.uniform(-170, 170), 6), "accuracy": 12}
    return json.dumps(doc).encode()


def flood(capture, flows, a_probe_in):
    rng = capture.rng
    for i in range(flows):
        target = bytes([192, 168, i >> 8 & 3, i & 255 or 1])
        source = bytes([203, 0, 113, 9]) if i % 2 else rng.randbytes(3) + b"\x07"
        port = 1024 + i % 64000
        if i % a_probe_in == 0:
            capture.udp(source, port, target, 1 + i // a_probe_in % 65535, b"probe %d" % i)
        else:
            capture.frame(source, target, 6, struct.pack(">HHIIBBHHH", port, 1 + i // 1024 % 65535, i, 0, 0x50, 2, 64240, 0, 0))


def main():
    out, size = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "200"
    for kind, a_probe_in in (("flows", 10), ("probes", 1)):
        if not size.endswith(kind):
            continue
        capture = Capture(out, rate=50_000)
        flood(capture, int(size[:-len(kind)]), a_probe_in)
        print("%s: %d frames, %d bytes" % (out, capture.ident, capture.size))
        return
    capture, megabytes = Capture(out), float(size)
    rng = capture.rng
    page = b"<p>" + b"lorem ipsum dolor sit amet " * 4000
    while capture.size < megabytes * 1e6:
        client = bytes([192, 168, rng.randrange(4), rng.randrange(2, 250)])
        server = bytes([rng.randrange(11, 120), rng.randrange(256), rng.randrange(256), rng.randrange(1, 255)])
        kind = rng.random()
        if kind < 0.25:
            body = page[:rng.randrange(500, 60000)]
            capture.tcp(client, server, 80, [(1, b"GET /page/%d?lang=en HTTP/1.1\r\nHost: www%d.example.com\r\nUser-Agent: bench\r\n\r\n" % (rng.randrange(999), rng.randrange(99))),
                                             (0, b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)])
        elif kind < 0.40:
            body, coding = upload(rng), b""
            if rng.random() < 0.3:
                body, coding = gzip.compress(body, mtime=0), b"Content-Encoding: gzip\r\n"
            capture.tcp(client, server, 80, [(1, b"POST /collect HTTP/1.1\r\nHost: t%d.example.com\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\n\r\n" % (rng.randrange(99), coding, len(body)) + body),
                                             (0, b"HTTP/1.1 204 No Content\r\n\r\n")])
        elif kind < 0.70:
            record = lambda n: b"\x17\x03\x03" + struct.pack(">H", n) + rng.randbytes(n)
            capture.tcp(client, server, 443, [(1, b"\x16\x03\x01\x00\xc8\x01\x00\x00\xc4\x03\x03" + rng.randbytes(194)), (0, b"".join(record(4000) for _ in range(rng.randrange(1, 20)))),
                                              (1, record(rng.randrange(50, 2000)))])
        elif kind < 0.85:
            name = b"\x04h%03d\x07example\x03com\0" % rng.randrange(999)
            query = struct.pack(">HHHHHH", rng.getrandbits(16), 0x100, 1, 0, 0, 0) + name + b"\0\x01\0\x01"
            port = rng.randrange(32768, 61000)
            capture.udp(client, port, bytes([9, 9, 9, 9]), 53, query)
            capture.udp(bytes([9, 9, 9, 9]), 53, client, port, query[:2] + b"\x81\x80\0\x01\0\x01\0\0\0\0" + query[12:] + b"\xc0\x0c\0\x01\0\x01\0\0\x01\x2c\0\x04" + server)
        elif kind < 0.92:
            port = rng.randrange(32768, 61000)
            for i in range(rng.randrange(5, 40)):
                payload = (b"\xc3\0\0\0\x01\x08" if i == 0 else b"\x43") + rng.randbytes(1200)
                capture.udp(*((client, port, server, 443) if i % 8 == 0 else (server, 443, client, port)), payload)
        else:
            capture.frame(client, server, 6, struct.pack(">HHIIBBHHH", rng.randrange(32768, 61000), rng.randrange(1, 1024), rng.getrandbits(32), 0, 0x50, 2, 64240, 0, 0))
    print("%s: %d frames, %d bytes" % (out, capture.ident, capture.size))


if __name__ == "__main__":
    main()
