"""Many browsers at once: a few processes of threads, each with one connection that it keeps."""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import chain
from resource import RUSAGE_SELF, getrusage
from statistics import median, quantiles
from time import perf_counter


@dataclass(frozen=True)
class Visit:
    """What one browser asks again and again; it takes the bodies in turn."""

    path: str
    cookie: str = ""
    bodies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Load:
    """What came of it: requests a second, times in milliseconds, processor seconds of the asking."""

    requests: int
    seconds: float
    times: tuple[float, ...]
    own_cpu: float

    @property
    def rate(self) -> float:
        """Return requests a second."""
        return self.requests / self.seconds

    @property
    def p95(self) -> float:
        """Return the time that 95 of 100 requests stay below, in milliseconds."""
        return quantiles(self.times, n=20)[-1]

    @property
    def middle(self) -> float:
        """Return the median time in milliseconds."""
        return median(self.times)


def ask(ports: Sequence[int], visits: Sequence[Visit], *, each: int, processes: int = 2) -> Load:
    """Let every visit be made `each` times, all at once, spread over the ports."""
    shares = [
        [
            (ports[number % len(ports)], visit)
            for number, visit in enumerate(visits)
            if number % processes == share
        ]
        for share in range(processes)
    ]
    began = perf_counter()
    with ProcessPoolExecutor(processes) as pool:
        found = list(pool.map(_share, shares, [each] * processes))
    times = tuple(chain.from_iterable(times for times, _cpu in found))
    return Load(len(times), perf_counter() - began, times, sum(cpu for _times, cpu in found))


def _share(visits: list[tuple[int, Visit]], each: int) -> tuple[list[float], float]:
    with ThreadPoolExecutor(max(1, len(visits))) as pool:
        times = list(chain.from_iterable(pool.map(lambda one: _visit(*one, each), visits)))
    used = getrusage(RUSAGE_SELF)
    return times, used.ru_utime + used.ru_stime


def _visit(port: int, visit: Visit, each: int) -> list[float]:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Accept-Encoding": "br", "Cookie": visit.cookie}
    if visit.bodies:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    times = []
    for number in range(each):
        began = perf_counter()
        if visit.bodies:
            connection.request("POST", visit.path, visit.bodies[number % len(visit.bodies)], headers)
        else:
            connection.request("GET", visit.path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        times.append((perf_counter() - began) * 1000)
        assert answer.status < 400, answer.status
    connection.close()
    return times
