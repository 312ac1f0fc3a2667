"""Times the pages a learner sees most, in process, on a throw-away SQLite database."""

import tempfile
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from pretraject.app import build
from pretraject.demo import prepare_demo

ROUNDS = 300
WARM_UP = 20
PAGES = (
    "/nl/",
    "/nl/modules/history-of-belgium/",
    "/nl/modules/history-of-belgium/lessons/congo/",
    "/ar/modules/history-of-belgium/lessons/congo/",
    "/nl/sign-in/",
)


def main() -> None:
    """Print, per page, the bytes sent and the median and 95th percentile of the time taken."""
    with tempfile.TemporaryDirectory() as folder:
        started = perf_counter()
        ground, _demo = prepare_demo(Path(folder), host="127.0.0.1", port=8000, tell=None)
        client = build(ground).test_client()
        print(f"ready after {perf_counter() - started:.1f} s; {ROUNDS} requests a page\n")
        print(f"{'page':<50} {'bytes':>7} {'median ms':>10} {'p95 ms':>8}")
        for path in PAGES:
            size, times = measure(client, path)
            print(f"{path:<50} {size:>7} {median(times):>10.2f} {quantiles(times, n=20)[-1]:>8.2f}")
        ground.database.dispose()


def measure(client, path):
    """Return the compressed size of a page and the time of each request in milliseconds."""
    times = []
    for number in range(WARM_UP + ROUNDS):
        started = perf_counter()
        response = client.get(path, headers={"Accept-Encoding": "br"})
        if number >= WARM_UP:
            times.append((perf_counter() - started) * 1000)
    return len(response.data), times


if __name__ == "__main__":
    main()
