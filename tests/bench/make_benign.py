#!/usr/bin/env python3
"""Writes a capture of traffic without personal data, to count false findings on.

    make_benign.py OUT.pcap --size 5GiB [--seed 1] [--files DIR ...]
    telltale audit OUT.pcap --json events.jsonl --quiet
    make_benign.py --count events.jsonl OUT.pcap        findings per GiB, by type and location

Most of it goes from a device to a server, so that it is opened: package and media uploads, mirrors, pushes of git,
API chatter (ids, hashes, times, telemetry, catalogues, maps, routes, logs, sensors, builds, metrics), software
updates, NTP and DNS. Bodies are made from seeds and from the files of the system (--files, default /usr/lib,
/usr/share), none twice. Frames are as long as segmentation offload makes them.
"""
import argparse
import base64
import collections
import gzip
import json
import os
import pathlib
import random
import struct
import sys

WORDS = ("alpha beta gamma delta omega north river stone cloud paper light queue cache worker index table "
         "render batch shard merge split build stage deploy image layer mount agent probe meter pump valve motor "
         "relay filter sensor probe blend chart gauge panel widget basket ticket garden kettle lamp chair desk").split()
CITIES = "Oslo Rome Paris Quito Lima Kyiv Delhi Seoul Tokyo Cairo Lagos Hanoi Izmir Porto Gdansk Turin".split()
BRANDS = "Bosch Makita Levis Casio Yamaha Roland Ikea Lego Garmin Canon Nikon Sony Samsung Apple Xiaomi Lenovo".split()


class Maker:
    """Bodies of one seed. Each method returns (content type, path, bytes)."""

    def __init__(self, seed, files):
        self.r = random.Random(seed)
        self.files = files
        self.next_file = seed % max(1, len(files))

    def hex(self, n):
        return '%0*x' % (n, self.r.getrandbits(4 * n))

    def uuid(self):
        h = self.hex(32)
        return f'{h[:8]}-{h[8:12]}-4{h[13:16]}-a{h[17:20]}-{h[20:]}'

    def words(self, n):
        return ' '.join(self.r.choice(WORDS) for _ in range(n))

    def time(self):
        return 1_700_000_000 + self.r.randrange(60_000_000)

    def iso(self):
        return f'2025-{self.r.randrange(1, 13):02}-{self.r.randrange(1, 29):02}T{self.r.randrange(24):02}:' \
               f'{self.r.randrange(60):02}:{self.r.randrange(60):02}.{self.r.randrange(1000):03}Z'

    def rows(self, make, least=20, most=400):
        return [make() for _ in range(self.r.randrange(least, most))]

    # ---- structured chatter

    def orders(self):
        r = self.r
        return '/v2/orders/batch', {'batch': self.uuid(), 'orders': self.rows(lambda: {
            'orderId': str(r.randrange(10**14, 10**15)), 'sku': str(r.randrange(10**12, 10**13)), 'qty': r.randrange(1, 9),
            'price': round(r.random() * 500, 2), 'currency': 'EUR', 'created': self.iso(), 'status': r.choice(WORDS)})}

    def catalogue(self):
        r = self.r
        return '/catalog/import', {'products': self.rows(lambda: {
            'brand': r.choice(BRANDS), 'model': r.choice(WORDS).title() + f' {r.randrange(100, 9999)}', 'price': r.randrange(9, 2000),
            'ean': str(r.randrange(10**12, 10**13)), 'color': r.choice(WORDS), 'stock': r.randrange(99), 'weight': r.random() * 9})}

    def metrics(self):
        r = self.r
        return '/api/v1/metrics', [{'name': 'com.vendor.' + r.choice(WORDS), 'ts': self.time() * 1000, 'value': r.random() * 1000,
                                    'host': f'node-{r.randrange(99)}', 'p': [r.random(), r.random()],
                                    'id': self.uuid()} for _ in range(r.randrange(50, 500))]

    def sensors(self):
        r = self.r
        return '/iot/readings', {'site': self.hex(8), 'readings': self.rows(lambda: {
            't': round(18 + r.random() * 9, 4), 'h': round(r.random() * 100, 4), 'co2': r.randrange(400, 2000), 'x': round(r.gauss(0, 1), 5),
            'y': round(r.gauss(0, 1), 5), 'z': round(9.8 + r.gauss(0, .1), 5), 'ts': self.time()})}

    def traces(self):
        r = self.r
        return '/v1/traces', {'spans': self.rows(lambda: {
            'traceId': self.hex(32), 'spanId': self.hex(16), 'parentSpanId': self.hex(16), 'name': self.words(2), 'startTimeUnixNano':
            str(self.time() * 10**9 + r.randrange(10**9)), 'duration': r.randrange(10**6), 'status': {'code': r.randrange(3)}})}

    def map_view(self):
        r = self.r
        lat, lon = r.uniform(-60, 60), r.uniform(-170, 170)
        return '/map/view', {'zoom': r.randrange(3, 18), 'center': {'lat': lat, 'lng': lon}, 'bounds': {
            'north': lat + .1, 'south': lat - .1, 'east': lon + .1, 'west': lon - .1}, 'layers': self.rows(lambda: {
                'layer': r.choice(WORDS), 'tile': f'{r.randrange(18)}/{r.randrange(9999)}/{r.randrange(9999)}', 'opacity': r.random()})}

    def route(self):
        r = self.r
        lat, lon = r.uniform(-60, 60), r.uniform(-170, 170)
        points = []
        for _ in range(r.randrange(50, 600)):
            lat, lon = lat + r.gauss(0, .001), lon + r.gauss(0, .001)
            points.append([round(lon, 6), round(lat, 6)])
        return '/routes/plan', {'type': 'Feature', 'geometry': {'type': 'LineString', 'coordinates': points}, 'properties': {'name': self.words(2)}}

    def build(self):
        r = self.r
        return '/ci/report', {'build': r.randrange(10**6), 'commit': self.hex(40), 'branch': r.choice(WORDS), 'steps': self.rows(lambda: {
            'name': self.words(2), 'ms': r.randrange(10**5), 'exit': 0, 'log': self.words(12), 'artifact': 'sha256:' + self.hex(64)})}

    def social(self):
        r = self.r
        return '/feed/sync', {'cursor': str(r.randrange(10**18, 10**19)), 'posts': self.rows(lambda: {
            'id': str(r.randrange(10**18, 10**19)), 'text': self.words(12), 'likes': r.randrange(999), 'created_at': self.iso(), 'lang': 'en',
            'media': ['https://cdn.example/' + self.hex(24) + '.jpg']})}

    def experiment(self):
        r = self.r
        return '/runs/log', {'run': self.hex(8), 'model': r.choice(WORDS) + '_net', 'params': {'lr': r.random(), 'layers': r.randrange(99)},
                             'history': self.rows(lambda: {'epoch': r.randrange(99), 'loss': r.random(), 'mcc': r.random(), 'f1': r.random()})}

    def locale(self):
        return '/i18n/push', {'lang': 'xx', 'strings': {f'{self.r.choice(WORDS)}_{i}': self.words(5) for i in range(self.r.randrange(50, 500))}}

    def hosts(self):
        r = self.r
        return '/inventory/servers', {'servers': self.rows(lambda: {
            'host': f'{r.choice(WORDS)}-{r.randrange(99):02}', 'address': f'10.{r.randrange(256)}.{r.randrange(256)}.{r.randrange(256)}',
            'port': r.randrange(1, 65536), 'version': f'{r.randrange(9)}.{r.randrange(99)}.{r.randrange(99)}', 'digest': 'sha256:' + self.hex(64)})}

    def weather(self):
        r = self.r
        return '/weather/stations', {'stations': self.rows(lambda: {
            'name': r.choice(CITIES), 'lat': round(r.uniform(-60, 60), 5), 'lon': round(r.uniform(-170, 170), 5), 'temp': r.randrange(-20, 40)})}

    def events(self):
        r = self.r
        return '/collect', [{'e': r.choice(WORDS), 'sid': self.uuid(), 'seq': i, 't': self.time(), 'props': {
            'page': '/' + r.choice(WORDS), 'ms': r.randrange(9999), 'w': 1920, 'h': 1080, 'ref': 'https://www.example.com/' + self.hex(6)}}
            for i in range(r.randrange(20, 300))]

    # ---- text

    def csv(self):
        r = self.r
        lines = ['time,open,high,low,close,volume']
        lines += [f'{self.iso()},{r.uniform(1, 300):.4f},{r.uniform(1, 300):.4f},{r.uniform(1, 300):.4f},{r.uniform(1, 300):.4f},{r.randrange(10**7)}'
                  for _ in range(r.randrange(100, 1500))]
        return 'text/csv', '/quotes', '\n'.join(lines).encode()

    def influx(self):
        r = self.r
        return 'text/plain', '/write', '\n'.join(
            f'{r.choice(WORDS)},host=n{r.randrange(99)},zone={r.choice(WORDS)} value={r.random() * 100:.6f},count={r.randrange(10**6)}i {self.time()}{r.randrange(10**9):09}'
            for _ in range(r.randrange(100, 2000))).encode()

    def access_log(self):
        r = self.r
        return 'text/plain', '/logs', '\n'.join(
            f'10.0.{r.randrange(256)}.{r.randrange(256)} - - [02/Dec/2025:10:{r.randrange(60):02}:{r.randrange(60):02} +0000] "GET /{r.choice(WORDS)}/{self.hex(12)}?v={r.randrange(10**9)} '
            f'HTTP/1.1" {r.choice([200, 304, 404])} {r.randrange(10**6)} "-" "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"'
            for _ in range(r.randrange(50, 800))).encode()

    def app_log(self):
        r = self.r
        return 'text/plain', '/logs', '\n'.join(
            f'{self.iso()} {r.choice(["INFO", "WARN", "DEBUG"])} [{r.choice(WORDS)}-{r.randrange(16)}] com.vendor.{r.choice(WORDS)}.{r.choice(WORDS).title()}: '
            f'{self.words(6)} id={self.uuid()} took={r.randrange(9999)}ms' for _ in range(r.randrange(50, 800))).encode()

    def sitemap(self):
        return 'application/xml', '/sitemap', ('<urlset>' + ''.join(
            f'<url><loc>https://www.example.com/{self.r.choice(WORDS)}/{self.hex(10)}</loc><lastmod>{self.iso()}</lastmod></url>'
            for _ in range(self.r.randrange(50, 900))) + '</urlset>').encode()

    # ---- bytes

    def media(self):
        n = self.r.randrange(50_000, 1_500_000)
        head = struct.pack('>I', 24) + b'ftypmp42\0\0\0\0mp42isom' + struct.pack('>I', n) + b'mdat'
        return 'video/mp4', '/upload/' + self.hex(12), head + self.r.randbytes(n)

    def git(self):
        lines = ''.join(f'{len(x) + 4:04x}{x}' for x in (f'want {self.hex(40)} side-band-64k ofs-delta\n' for _ in range(self.r.randrange(5, 80))))
        pack = b'PACK' + struct.pack('>II', 2, self.r.randrange(999)) + self.r.randbytes(self.r.randrange(10_000, 400_000))
        return 'application/x-git-receive-pack-request', '/team/app.git/git-receive-pack', lines.encode() + b'0000' + pack

    def noise(self):
        return 'application/json', '/blob', json.dumps({'data': base64.b64encode(self.r.randbytes(self.r.randrange(1000, 90_000))).decode(),
                                                        'sha256': self.hex(64)}).encode()

    def protobuf(self):
        out = bytearray()
        for _ in range(self.r.randrange(100, 4000)):
            out += b'\x08' + bytes([self.r.randrange(128)]) + b'\x11' + struct.pack('<d', self.r.gauss(0, 50)) + b'\x1d' + struct.pack('<f', self.r.random())
        return 'application/x-protobuf', '/pb', bytes(out)

    def file(self):
        for _ in range(50):
            path = self.files[self.next_file % len(self.files)]
            self.next_file += 1
            try:
                body = path.read_bytes()[:3_000_000]
            except OSError:
                continue
            if len(body) > 2000:
                return 'application/octet-stream', '/pool/' + path.name, body
        return self.media()

    JSON = (orders, catalogue, metrics, sensors, traces, map_view, route, build, social, experiment, locale, hosts, weather, events)
    OTHERS = (csv, influx, access_log, app_log, sitemap, noise, protobuf)
    LARGE = (media, git, file, file)

    def message(self):
        pick = self.r.random()
        if pick < .45:
            path, value = self.r.choice(self.JSON)(self)
            return 'application/json', path, json.dumps(value).encode()
        return self.r.choice(self.OTHERS if pick < .7 else self.LARGE)(self)


class Capture:
    """Frames of one device and its servers, written as pcap."""

    MAC = bytes.fromhex('9cc9eb000001'), bytes.fromhex('f4f5db000010')
    SEGMENT = 60_000

    def __init__(self, path):
        self.out = open(path, 'wb', 1 << 22)
        self.out.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 262144, 1))
        self.size = 24
        self.micros = 1_733_000_000_000_000
        self.flows = 0

    def frame(self, up, proto, server, payload):
        addresses = bytes([192, 168, 1, 50]) + server if up else server + bytes([192, 168, 1, 50])
        ip = struct.pack('>BBHHHBBH', 0x45, 0, 20 + len(payload), 0, 0x4000, 64, proto, 0) + addresses
        total = sum(struct.unpack('>10H', ip))
        total = (total & 0xffff) + (total >> 16)
        total = (total & 0xffff) + (total >> 16)
        ip = ip[:10] + struct.pack('>H', ~total & 0xffff) + ip[12:]
        data = (self.MAC[1] + self.MAC[0] if up else self.MAC[0] + self.MAC[1]) + b'\x08\0' + ip + payload
        self.micros += 200
        self.out.write(struct.pack('<IIII', self.micros // 10**6, self.micros % 10**6, len(data), len(data)))
        self.out.write(data)
        self.size += 16 + len(data)

    def conversation(self, chunks):
        """chunks: (goes up?, bytes)"""
        self.flows += 1
        server = bytes([93, 184, self.flows >> 8 & 255, self.flows & 255])
        port = 20_000 + self.flows % 40_000
        seq = {True: 1000, False: 5000}

        def segment(up, flags, data=b''):
            ports = (port, 80) if up else (80, port)
            head = struct.pack('>HHIIBBHHH', *ports, seq[up] & 0xffffffff, seq[not up] & 0xffffffff if flags & 16 else 0, 0x50, flags, 65000, 0, 0)
            self.frame(up, 6, server, head + data)
            seq[up] += len(data) + (1 if flags & 3 else 0)

        segment(True, 2)
        segment(False, 18)
        segment(True, 16)
        for up, data in chunks:
            for at in range(0, len(data), self.SEGMENT):
                segment(up, 24, data[at:at + self.SEGMENT])
            segment(not up, 16)
        segment(True, 17)
        segment(False, 17)
        segment(True, 16)

    def datagram(self, port, up, data):
        head = struct.pack('>HHHH', *((40_000, port) if up else (port, 40_000)), 8 + len(data), 0)
        self.frame(up, 17, bytes([192, 0, 2, 53]), head + data)


def request(maker, content_type, path, body):
    head = f'POST {path} HTTP/1.1\r\nHost: {maker.r.choice(WORDS)}.vendor.example\r\nContent-Type: {content_type}\r\nX-Request-Id: {maker.uuid()}\r\n'
    if maker.r.random() < .15:
        body = gzip.compress(body, 1)
        head += 'Content-Encoding: gzip\r\n'
    return f'{head}Content-Length: {len(body)}\r\n\r\n'.encode() + body


def response(body):
    return f'HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: {len(body)}\r\n\r\n'.encode() + body


def write(path, size, seed, roots):
    files = [p for root in roots for p in sorted(pathlib.Path(root).rglob('*')) if p.is_file() and not p.is_symlink()]
    random.Random(seed).shuffle(files)
    capture = Capture(path)
    while capture.size < size:
        maker = Maker(seed * 1_000_003 + capture.flows, files)
        maker.next_file = capture.flows * 3
        if maker.r.random() < .25:  # a download: counted, not opened
            get = f'GET /pool/{maker.hex(10)}.deb HTTP/1.1\r\nHost: deb.vendor.example\r\nUser-Agent: Debian APT-HTTP/1.3 (2.6.1)\r\n\r\n'
            capture.conversation([(True, get.encode()), (False, response(maker.file()[2]))])
        else:
            capture.conversation([(True, request(maker, *maker.message())) for _ in range(maker.r.randrange(1, 5))])
        capture.datagram(123, True, b'\x23' + bytes(39) + maker.r.randbytes(8))
        name = b''.join(bytes([len(x)]) + x.encode() for x in (maker.hex(8), maker.r.choice(WORDS), 'example')) + b'\0'
        capture.datagram(53, True, maker.r.randbytes(2) + b'\x01\0\0\x01\0\0\0\0\0\0' + name + b'\0\x01\0\x01')
    capture.out.close()
    print(f'{capture.size / 2**30:.2f} GiB, {capture.flows} connections')


def count(events, path):
    found = collections.Counter()
    inspected = 0
    for line in open(events, encoding='utf-8'):
        event = json.loads(line)
        if event['event_type'] == 'finding':
            finding = event['finding']
            found[finding['type'], finding['location'], finding['confidence'], finding.get('sample')] += 1
        if event['event_type'] == 'flow':
            inspected += event.get('inspection', {}).get('bytes_inspected', 0)
    gib = os.path.getsize(path) / 2**30
    for key, n in found.most_common(60):
        print(n, *key)
    total = sum(found.values())
    print(f'{total} findings in {gib:.2f} GiB ({inspected / 2**30:.2f} GiB opened): {total / gib:.2f} per GiB')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('capture')
    parser.add_argument('--size', default='5GiB')
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--files', nargs='*', default=['/usr/lib', '/usr/share'])
    parser.add_argument('--count', metavar='EVENTS')
    options = parser.parse_args()
    if options.count:
        return count(options.count, options.capture)
    units = {'GiB': 2**30, 'MiB': 2**20}
    size = float(options.size[:-3]) * units[options.size[-3:]]
    return write(options.capture, int(size), options.seed, options.files)


if __name__ == '__main__':
    sys.exit(main())
