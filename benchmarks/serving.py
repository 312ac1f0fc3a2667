"""The site as it is served: real processes, real connections, many clients."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from importlib.util import find_spec
from pathlib import Path
from threading import Event
from time import perf_counter
from urllib.parse import urlencode

from sqlalchemy import make_url

from benchmarks.databases import tool
from benchmarks.export import environment
from benchmarks.load import Load, Visit, ask
from benchmarks.rounds import Row
from benchmarks.sites import LESSON, call, site_on
from pretraject.core.ground import Ground
from tests.reliability.running import free_port

CLIENTS = 16
GRANIAN = "benchmarks.granian_site:app"


def measure(ground: Ground, kind: str, folder: Path, *, quick: bool) -> Iterator[Row]:
    """Yield what one and two instances serve, and what limits them."""
    each = 20 if quick else 200
    sites = [site_on(ground) for _ in range(CLIENTS)]
    answers = [
        Visit(
            site.question,
            site.cookie,
            tuple(urlencode(site.form | {"answer": option}) for option in site.options),
        )
        for site in sites
    ]
    reading = [Visit(LESSON)] * CLIENTS
    began = perf_counter()
    with server(ground) as first:
        yield Row(f"{kind}: start-up until healthy", f"{perf_counter() - began:.1f} s")
        ask([first.port], reading, each=5)
        saved = ask([first.port], answers, each=each)
        yield Row(
            f"{kind}: answer saved, {CLIENTS} clients",
            f"p95 **{saved.p95:.0f} ms**, median {saved.middle:.0f} ms, {saved.rate:.0f}/s",
            "p95 ≤ 100 ms" if kind == "PostgreSQL" else "",
        )
        read = ask([first.port], reading, each=each * 2)
        yield Row(f"{kind}: anonymous lesson, {CLIENTS} clients", f"{read.rate:.0f}/s, p95 {read.p95:.1f} ms")
        yield from memory(first, reading, kind, quick=quick)
    body = call(sites[0].app, LESSON)
    with nginx(folder, body) as port:
        static = ask([port], [Visit("/page.html")] * CLIENTS, each=each * 2)
        yield Row(
            f"{kind}: lesson ÷ nginx with the same bytes",
            f"{read.rate / static.rate:.2f} ({static.rate:.0f}/s)",
        )
    commits = commit_rate(ground, folder)
    if commits:
        figure = f"{saved.rate / commits:.2f} ({commits:.0f} commits/s)"
        yield Row(f"{kind}: answers saved ÷ the database's own commits", figure)
    if kind == "PostgreSQL":
        yield from instances(ground, answers, each=each, alone=saved)
        yield from granian(ground, reading, each=each * 2, ours=read)


class Server:
    """A process that serves, and those it starts."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process = process
        self.port = port

    def resident(self) -> float:
        """Return the megabytes that its processes hold."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in children)
        return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024


@contextmanager
def server(ground: Ground, command: tuple[str, ...] = (), port: int | None = None) -> Iterator[Server]:
    """Serve in a process of its own until it is no longer needed."""
    port = port or free_port()
    own = (sys.executable, "-c", "from pretraject.cli import main; main()", "serve", "--port", str(port))
    process = subprocess.Popen(
        command or own, env=environment(ground), stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    try:
        wait_until_up(port)
        yield Server(process, port)
    finally:
        process.terminate()
        process.wait(timeout=90)


def wait_until_up(port: int) -> None:
    """Ask until somebody answers."""
    for _ in range(2400):
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                return
        except OSError:
            Event().wait(0.05)
    raise AssertionError("the server never answered")


def memory(running: Server, visits: list[Visit], kind: str, *, quick: bool) -> Iterator[Row]:
    """Yield how much the server grows from request 1,000 to 10,000."""
    first, rest = (10, 50) if quick else (1000 // CLIENTS, 9000 // CLIENTS)
    ask([running.port], visits, each=first)
    before = running.resident()
    ask([running.port], visits, each=rest)
    what = f"{kind}: memory, request 1,000 to 10,000"
    yield Row(what, f"**{running.resident() - before:+.1f} MB** (at {before:.0f} MB)", "≤ 10 MB")


def instances(ground: Ground, answers: list[Visit], *, each: int, alone: Load) -> Iterator[Row]:
    """Yield what two instances save, against one."""
    with ExitStack() as opened:
        ports = [opened.enter_context(server(ground)).port for _ in range(2)]
        ask(ports, answers, each=5)
        both = ask(ports, answers, each=each)
    share = both.own_cpu / both.seconds / (os.cpu_count() or 1)
    yield Row(
        "PostgreSQL: two instances ÷ one, answers saved",
        f"**{both.rate / alone.rate:.2f}** ({both.rate:.0f}/s ÷ {alone.rate:.0f}/s; the clients took"
        f" {share:.0%} of the machine)",
        "≥ 1.6",
    )


def granian(ground: Ground, visits: list[Visit], *, each: int, ours: Load) -> Iterator[Row]:
    """Yield what granian serves of the same page, where it is installed."""
    if find_spec("granian") is None:
        yield Row("granian ÷ gunicorn, anonymous lesson", "granian is not installed: `pip install granian`")
        return
    port = free_port()
    command = (sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", "1")
    with server(ground, (*command, "--blocking-threads", "8", GRANIAN), port):
        ask([port], visits, each=5)
        theirs = ask([port], visits, each=each)
    yield Row("granian ÷ gunicorn, anonymous lesson", f"{theirs.rate / ours.rate:.2f} ({theirs.rate:.0f}/s)")


@contextmanager
def nginx(folder: Path, body: bytes) -> Iterator[int]:
    """Have nginx send the bytes of a page, compressed already, from a file."""
    root, port = folder / "static", free_port()
    root.mkdir(exist_ok=True)
    (root / "page.html").write_bytes(body)
    config = root / "nginx.conf"
    config.write_text(
        f"daemon off; pid {root}/pid; error_log stderr crit; events {{}}\n"
        f"http {{ access_log off; types {{ text/html html; }} client_body_temp_path {root}/b;"
        f" proxy_temp_path {root}/p; fastcgi_temp_path {root}/f; uwsgi_temp_path {root}/u;"
        f" scgi_temp_path {root}/s; keepalive_requests 100000;\n"
        f" server {{ listen 127.0.0.1:{port}; root {root}; add_header Content-Encoding br;"
        " location = /health { return 200 ok; } } }\n"
    )
    os.chmod(folder, 0o755)  # nginx drops root and must read the page
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    process = subprocess.Popen([program, "-c", str(config), "-p", str(root)])
    try:
        wait_until_up(port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def commit_rate(ground: Ground, folder: Path) -> float:
    """Return how many one-row commits a second the database does by its own tools."""
    address = make_url(ground.config.database_url)
    statement = (
        "INSERT INTO throttle (kind, key_hash, count, last_at)"
        " VALUES ('name', lower(hex(randomblob(32))), 0, '2026-11-01');"
    )
    if address.get_backend_name() == "sqlite":
        times = 300
        script = (
            "PRAGMA journal_mode=TRUNCATE; PRAGMA synchronous=FULL;"
            + f"BEGIN IMMEDIATE; {statement} COMMIT;" * times
        )
        began = perf_counter()
        subprocess.run(
            [tool("sqlite3") or "sqlite3", str(address.database)],
            input=script.encode(),
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return times / (perf_counter() - began)
    file = folder / "commit.sql"
    file.write_text(
        "INSERT INTO throttle (kind, key_hash, count, last_at)"
        " VALUES ('name', gen_random_uuid()::text, 0, now());\n"
    )
    plain = address.render_as_string(hide_password=False)
    said = subprocess.run(
        [
            tool("pgbench") or "pgbench",
            "-n",
            "-f",
            str(file),
            "-c",
            str(CLIENTS),
            "-j",
            "2",
            "-T",
            "5",
            plain,
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return next(float(line.split()[2]) for line in said.splitlines() if line.startswith("tps"))
