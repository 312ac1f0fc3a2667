"""nginx as it is shipped, before real processes: only ports, folders and certificate are the test's."""

import os
import shutil
import ssl
from datetime import UTC, datetime, timedelta
from http.client import HTTPSConnection
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.reliability.browsing import Answer
from tests.reliability.running import Process, free_port, until

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
HOST = "leren.example.be"
STARTING_SECONDS = 30


def nginx_program():
    """Find nginx; Debian keeps it off a user's PATH."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    return found or pytest.fail("nginx was not found: run tests/system-packages, or install it")


def make_certificate(folder):
    """Write a certificate of our own for the host, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    folder.mkdir(exist_ok=True)
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


class Nginx(Process):
    """nginx with the configuration that is shipped, before some instances of the site.

    `more` is put where pages are passed on, to try what somebody else's proxy might do.
    """

    def __init__(self, folder, ports, *, more=""):
        folder.mkdir(exist_ok=True)
        self.port, plain = free_port(), free_port()
        make_certificate(folder / "certificates")
        site = (DEPLOY / "nginx" / "site.conf").read_text()
        changes = {
            "listen 80 ": f"listen 127.0.0.1:{plain} ",
            "listen 443 ": f"listen 127.0.0.1:{self.port} ",
            "/etc/nginx/certificates": f"{folder}/certificates",
            "/var/cache/nginx": str(folder),
            "    location / {": f"    location / {{\n{more}",
        }
        for shipped, ours in changes.items():
            assert shipped in site, shipped
            site = site.replace(shipped, ours)
        servers = "".join(f"server 127.0.0.1:{port};" for port in ports)
        paths = "".join(
            f"{name}_temp_path {folder}/{name};"
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        user = "user root;" if os.geteuid() == 0 else ""  # pytest's folders are closed to others
        config = folder / "nginx.conf"
        config.write_text(
            f"{user} daemon off; pid {folder}/pid; error_log stderr warn; events {{}}\n"
            f"http {{ {paths} upstream pretraject {{ {servers} keepalive 32; }}\n{site} }}\n"
        )
        self.plain = plain
        command = (nginx_program(), "-c", str(config), "-p", str(folder))
        super().__init__(command, environment=dict(os.environ), log=folder / "nginx.log")

    def start(self):
        """Start it and wait until it answers."""
        super().start()
        until(self._answers, seconds=STARTING_SECONDS, what=f"nginx answers, see {self.log}")

    def _answers(self):
        assert not self.ended(), self.log.read_text()
        try:
            return self.get("/health").status == 200
        except OSError:
            return False

    def get(self, path, cookies=None, *, method="GET", headers=None):
        """Ask for a page on a connection of its own, as a browser does for this host."""
        trust = ssl.create_default_context(cafile=str(self.log.parent / "certificates" / "certificate.pem"))
        trust.check_hostname = False  # we connect to 127.0.0.1
        connection = HTTPSConnection("127.0.0.1", self.port, timeout=30, context=trust)
        cookie = "; ".join(f"{name}={value}" for name, value in (cookies or {}).items())
        sent = (
            {"Host": HOST, "Connection": "close"} | ({"Cookie": cookie} if cookie else {}) | (headers or {})
        )
        try:
            connection.request(method, path, headers=sent)
            response = connection.getresponse()
            body = response.read()
        finally:
            connection.close()
        got = dict(response.headers.items())
        if "Set-Cookie" in got:
            got["Set-Cookie"] = "; ".join(SimpleCookie(got["Set-Cookie"]).keys())
        return Answer(response.status, got.get("Location", ""), body.decode(errors="replace"), got)
