"""One request through OpenSSL's own client and server, recorded: what TLS tests start from."""
import pathlib
import socket
import subprocess
import time

from recorder import Relay


def record_request(folder, capture, request, *args):
    """Adds a connection that carries `request` to `capture`; returns the key log of it."""
    folder = pathlib.Path(folder)
    keys, certificate = folder / "s_client.keys", folder / "server.pem"
    keys.unlink(missing_ok=True)
    if not certificate.exists():
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=api.example.com",
                        "-addext", "subjectAltName=DNS:api.example.com,DNS:*.example.net", "-keyout", certificate,
                        "-out", folder / "server.crt"], check=True, capture_output=True)
        certificate.write_bytes(certificate.read_bytes() + (folder / "server.crt").read_bytes())
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen(["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-cert", certificate, "-quiet"],
                              stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.05)
        relay = Relay(capture, port, 443)
        client = subprocess.Popen(["openssl", "s_client", "-connect", f"127.0.0.1:{relay.port}", "-servername",
                                   "api.example.com", "-nocommands", "-keylogfile", keys, *args],
                                  stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        client.stdin.write(request)
        client.stdin.flush()
        time.sleep(1)
        client.stdin.close()
        client.wait(30)
        relay.stop()
    finally:
        server.kill()
        server.communicate()
    return keys.read_bytes()
