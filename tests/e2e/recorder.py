"""Records what real programs say to each other without a privilege: a relay between client and server that
writes every piece it passes on as a TCP segment of a capture, from the addresses the caller names."""
import itertools
import select
import socket
import struct
import threading

CLIENT, SERVER = "192.168.7.20", "203.0.113.20"
MSS = 1400


class Capture:
    """A pcap in the making (link type raw IP). One clock for all connections: a millisecond a packet."""

    def __init__(self):
        self.lock, self.records, self.ports = threading.Lock(), [], itertools.count(40001)

    def add(self, packet):
        n = len(self.records)
        self.records.append(struct.pack("<IIII", 1795600000 + n // 1000, n % 1000 * 1000, len(packet), len(packet)) + packet)

    def save(self, path):
        path.write_bytes(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 101) + b"".join(self.records))
        return path


class Connection:
    """One recorded connection; send(0, ...) is the client's, send(1, ...) the server's."""

    def __init__(self, capture, server_port, client=CLIENT, server=SERVER):
        self.capture = capture
        self.ends = ((client, next(capture.ports)), (server, server_port))
        self.seq, self.closed = [1000, 9000], [False, False]
        self.segment(0, 0x02)
        self.segment(1, 0x12)
        self.segment(0, 0x10)

    @property
    def key(self):
        return "%s:%d" % self.ends[0]

    def segment(self, side, flags, payload=b""):
        (src, sport), (dst, dport) = self.ends[side], self.ends[1 - side]
        tcp = struct.pack(">HHIIBBHHH", sport, dport, self.seq[side], self.seq[1 - side] if flags & 0x10 else 0, 0x50,
                          flags, 65535, 0, 0) + payload
        addresses = socket.inet_aton(src) + socket.inet_aton(dst)
        tcp = tcp[:16] + struct.pack(">H", checksum(addresses + struct.pack(">BBH", 0, 6, len(tcp)) + tcp)) + tcp[18:]
        head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0x4000, 64, 6, 0) + addresses
        self.capture.add(head[:10] + struct.pack(">H", checksum(head)) + head[12:] + tcp)
        self.seq[side] = (self.seq[side] + len(payload) + (1 if flags & 3 else 0)) & 0xFFFFFFFF

    def send(self, side, data):
        with self.capture.lock:
            for at in range(0, len(data), MSS):
                self.segment(side, 0x18, data[at:at + MSS])

    def close(self, side):
        with self.capture.lock:
            if not self.closed[side]:
                self.segment(side, 0x11)
            self.closed[side] = True


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(">%dH" % (len(data) // 2), data))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF


class Relay:
    """Listens on a port of its own on 127.0.0.1 and passes on to `target`; records as `port`."""

    def __init__(self, capture, target, port):
        self.capture, self.target, self.as_port, self.connections = capture, target, port, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.threads = [threading.Thread(target=self.accept, daemon=True)]
        self.threads[0].start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self.pass_on, args=(client,), daemon=True)
            self.threads.append(thread)
            thread.start()

    def pass_on(self, client):
        server = socket.create_connection(("127.0.0.1", self.target))
        with self.capture.lock:
            connection = Connection(self.capture, self.as_port)
        self.connections.append(connection)
        sides, open_sides = [client, server], {client, server}
        while open_sides:
            for here in select.select(list(open_sides), [], [], 10)[0] or list(open_sides):
                side = sides.index(here)
                try:
                    data = here.recv(65536)
                except OSError:
                    data = b""
                if data:
                    connection.send(side, data)
                try:
                    sides[1 - side].sendall(data) if data else sides[1 - side].shutdown(socket.SHUT_WR)
                except OSError:
                    pass
                if not data:
                    connection.close(side)
                    open_sides.discard(here)
        client.close()
        server.close()

    def stop(self):
        """Waits for the connections under way."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for thread in list(self.threads):
            thread.join(15)
