"""Runs the site under gunicorn: one process with threads on SQLite, more on PostgreSQL."""

import logging
import threading
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from pretraject.app import build
from pretraject.core.clock import legal_date
from pretraject.core.ground import Ground, lay_ground
from pretraject.patience import PatientWorker
from pretraject.work import work_of_a_day, work_round

log = logging.getLogger(__name__)

WORK_SECONDS = 5
REQUEST_SECONDS = 60
GRACE_SECONDS = 30
"""How long requests under way may take to end when the site is told to stop."""

KEPT_SECONDS = 15
CONNECTIONS = 1000
"""Connections of one process, slow senders and idle browsers included; threads are few."""


class SiteLog(Logger):  # type: ignore[misc]
    """gunicorn's words among ours, as JSON: it would name addresses and paths otherwise."""

    def setup(self, cfg: Any) -> None:
        """Hand gunicorn's log to this process's."""
        super().setup(cfg)
        for logger in (self.error_log, self.access_log):
            logger.handlers.clear()
        self.error_log.propagate = True


class Site(BaseApplication):  # type: ignore[misc]
    """gunicorn with settings from us instead of from its own command line."""

    def __init__(self, ground: Ground, *, host: str, port: int, processes: int) -> None:
        self.ground = ground
        self.address = f"{host}:{port}"
        self.processes = processes
        super().__init__()

    def load_config(self) -> None:
        """Settle gunicorn's settings."""
        settings = {
            "bind": self.address,
            "workers": self.processes,
            "worker_class": PatientWorker,
            "threads": self.ground.config.threads,
            "timeout": REQUEST_SECONDS,
            "graceful_timeout": GRACE_SECONDS,
            "keepalive": KEPT_SECONDS,
            "worker_connections": CONNECTIONS,
            "loglevel": "error",
            "logger_class": SiteLog,
            "control_socket_disable": True,
            "post_worker_init": self.start_work,
        }
        for name, value in settings.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        """Build the site in the worker, with connections of its own."""
        self.ground = lay_ground(self.ground.config, self.ground.clock)
        return build(self.ground)

    def start_work(self, _worker: Any) -> None:
        """On SQLite do what is due later in a thread, so that nothing else need run.

        It shares the site's database, and so waits its turn to write like everybody.
        """
        if self.ground.config.database_url.startswith("sqlite"):
            threading.Thread(target=keep_working, args=(self.ground,), name="work", daemon=True).start()


def keep_working(ground: Ground, stop: threading.Event | None = None) -> None:
    """Do one round of work after another until told to stop, and once a day what is due daily."""
    stop = stop or threading.Event()
    done_for = None
    while True:
        try:
            work_round(ground)
            today = legal_date(ground.clock())
            if today != done_for:
                done_for = today
                work_of_a_day(ground)
        except Exception as error:  # noqa: BLE001 — a failed round must not end the next ones
            log.error("a round of work failed: %s", type(error).__name__)
        if stop.wait(WORK_SECONDS):
            return
