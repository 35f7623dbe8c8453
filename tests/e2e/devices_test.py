"""Who a device is: the name it gives in DHCP is known wherever it speaks, whatever address it has."""
import pathlib
import socket
import struct
import tempfile
import unittest

from support import audit

PHONE, ROUTER = bytes.fromhex("a47733010203"), bytes.fromhex("a47733fffefd")
SERVER = "203.0.113.20"


def ethernet(src, dst, kind, payload):
    return dst + src + struct.pack(">H", kind) + payload


def ipv4(src, dst, proto, payload):
    return struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 0, 0, 64, proto, 0, socket.inet_aton(src),
                       socket.inet_aton(dst)) + payload


def udp(sport, dport, payload):
    return struct.pack(">HHHH", sport, dport, 8 + len(payload), 0) + payload


def dhcp(message, mac, name, requested=None, own="0.0.0.0", parameters=b""):
    options = bytes([53, 1, message]) + bytes([12, len(name)]) + name
    if parameters:
        options += bytes([55, len(parameters)]) + parameters
    if requested:
        options += b"\x32\x04" + socket.inet_aton(requested)
    body = struct.pack(">BBBBIHH4s12x16s192x", 1, 1, 6, 0, 7, 0, 0, socket.inet_aton(own), mac)
    return udp(68, 67, body + b"\x63\x82\x53\x63" + options + b"\xff")


def say(mac, address, text):
    if ":" in address:
        payload = udp(5000, 9000, text)
        packet = struct.pack(">IHBB", 6 << 28, len(payload), 17, 64) + socket.inet_pton(socket.AF_INET6, address) + \
            socket.inet_pton(socket.AF_INET6, "2001:db8::20") + payload
        return ethernet(mac, ROUTER, 0x86DD, packet)
    return ethernet(mac, ROUTER, 0x0800, ipv4(address, SERVER, 17, udp(5000, 9000, text)))


class Devices(unittest.TestCase):
    def audit(self, *frames):
        data = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)
        for number, frame in enumerate(frames):
            data += struct.pack("<IIII", 1795600000 + number, 0, len(frame), len(frame)) + frame
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "dhcp.pcap"
            path.write_bytes(data)
            runs = [audit(path, "--workers", workers) for workers in (1, 8)]
        self.assertEqual(runs[0].status, 0, runs[0].err)
        self.assertEqual(runs[0].out, runs[1].out, "the same whatever the number of workers is")
        return runs[0]

    IMEI = b'{"imei":"490154203237518"}'

    def test_a_name_given_before_there_is_an_address_names_every_address(self):
        addresses = [f"192.168.1.{n}" for n in range(20, 22)] + [f"fd00::{n}" for n in range(1, 12)]
        broadcast = b"\xff" * 6
        run = self.audit(
            ethernet(PHONE, broadcast, 0x0800, ipv4("0.0.0.0", "255.255.255.255", 17, dhcp(1, PHONE, b"Annas-Phone"))),
            ethernet(PHONE, broadcast, 0x0800,
                     ipv4("0.0.0.0", "255.255.255.255", 17, dhcp(3, PHONE, b"Annas-Phone", addresses[0]))),
            *(say(PHONE, address, self.IMEI) for address in addresses))
        found = [e for e in run.of_type("finding") if e["finding"]["type"] == "imei"]
        self.assertEqual({e["src_ip"] for e in found}, set(addresses))
        for event in found:
            self.assertEqual(event["device"]["id"], "a4:77:33:01:02:03")
            self.assertEqual(event["device"]["name"], "Annas-Phone")
            self.assertEqual(event["device"]["name_source"], "dhcp")
        self.assertEqual(len(run.of_type("device")), 1, "told once")

    def test_a_name_that_comes_later_or_changes_is_told(self):
        address = "192.168.1.30"
        run = self.audit(say(PHONE, address, self.IMEI),
                         ethernet(PHONE, ROUTER, 0x0800, ipv4(address, "192.168.1.1", 17, dhcp(3, PHONE, b"one", own=address))),
                         ethernet(PHONE, ROUTER, 0x0800, ipv4(address, "192.168.1.1", 17, dhcp(3, PHONE, b"two", own=address))))
        names = [e["device"].get("name", "") for e in run.of_type("device") if e["device"]["ip"] == address]
        self.assertEqual(names, ["", "one", "two"])

    def test_a_phone_that_draws_a_new_mac_stays_itself(self):
        first, second = bytes.fromhex("02aabbccdd01"), bytes.fromhex("06aabbccdd02")

        def join(mac, address):
            return ethernet(mac, b"\xff" * 6, 0x0800, ipv4("0.0.0.0", "255.255.255.255", 17,
                                                           dhcp(3, mac, b"Annas-Phone", address, parameters=b"\x01\x03\x06")))

        quiet = [say(PHONE, "192.168.1.9", b"x")] * 15  # seconds in which the first MAC is not heard
        run = self.audit(join(first, "192.168.1.40"), say(first, "192.168.1.40", self.IMEI), *quiet,
                         join(second, "192.168.1.41"), say(second, "192.168.1.41", self.IMEI))
        found = [e["device"] for e in run.of_type("finding") if e["finding"]["type"] == "imei"]
        self.assertEqual([(d["id"], d["mac"], d.get("inferred", False)) for d in found],
                         [("02:aa:bb:cc:dd:01", "02:aa:bb:cc:dd:01", False), ("02:aa:bb:cc:dd:01", "06:aa:bb:cc:dd:02", True)])


if __name__ == "__main__":
    unittest.main()
