"""Whether a request or a query by number costs more with a million people enrolled than with a thousand."""

from collections.abc import Iterator

from sqlalchemy import text

from benchmarks.pages import answering
from benchmarks.rounds import Row, Timed, alternate
from benchmarks.sites import LESSON, call, site_on
from pretraject.completion.status import statuses_by_number
from pretraject.core.ground import Ground

ZEROS = "00000000000000000000000000000000"
NUMBERS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i < :last) ",
    "postgresql": "WITH n(i) AS (SELECT generate_series(CAST(:first AS integer), CAST(:last AS integer))) ",
}
HEX = {"sqlite": "printf('%064x', i)", "postgresql": "lpad(to_hex(i), 64, '0')"}
BYTES = {"sqlite": "x'00'", "postgresql": "'\\x00'::bytea"}
ASKED = 500
"""One of those who are there from the first."""
MOMENT = "'2026-11-01 12:00:00+00'"


def measure(ground: Ground, kind: str, *, people: tuple[int, int], rounds: int, each: int) -> Iterator[Row]:
    """Yield how much dearer a signed-in lesson, an answer and my path are with many people."""
    site = site_on(ground)
    answers = answering(site)
    calls = {
        "signed-in lesson": lambda: call(site.app, LESSON, cookie=site.cookie),
        "my path": lambda: call(site.app, "/nl/my/", cookie=site.cookie),
        "status by number": lambda: ask(ground),
        "answer saved": lambda: call(site.app, site.question, cookie=site.cookie, body=next(answers)),
    }
    timed: list[dict[str, Timed]] = []
    first = 1
    for number in people:
        fill(ground, first=first, last=number)
        first = number + 1
        timed.append(alternate(calls, rounds=rounds, each=each))
    few, many = timed
    for name in calls:
        times = many[name].middle / few[name].middle
        what = f"{kind}: {name}, {people[1]:,} learners ÷ {people[0]:,}"
        yield Row(what, f"**{times:.2f}** ({many[name]} ÷ {few[name]})", "≤ 1.2")


def ask(ground: Ground) -> None:
    """Ask for the status of one of those who were filled in, as an authority does."""
    place = ("wewis", "fileNumber", f"{ASKED:064x}")
    with ground.database.reading() as session:
        if len(statuses_by_number(session, [place], at=ground.clock())) != 1:
            raise LookupError("nobody was found")


def fill(ground: Ground, *, first: int, last: int) -> None:
    """Add people with accounts, sign-ins, numbers, enrolments and lessons read, without detours."""
    with ground.database.writing() as session:
        name = session.get_bind().dialect.name
        numbers, code, raw = NUMBERS[name], HEX[name], BYTES[name]
        base = 10_000_000
        values = {"first": first, "last": last}
        no = "0" if name == "sqlite" else "false"
        for statement in (
            "INSERT INTO account (id, kind, locale, created_at) SELECT "
            f"i + {base}, 'learner', 'nl', {MOMENT} FROM n",
            "INSERT INTO sign_in (account_id, token_hash, shared, created_at, seen_at, expires_at) SELECT "
            f"i + {base}, {code}, {no}, {MOMENT}, {MOMENT}, {MOMENT} FROM n",
            "INSERT INTO person (id, key, account_id, declared_group, created_at) SELECT "
            f"i + {base}, substr({code}, 33), i + {base}, 'labour', {MOMENT} FROM n",
            "INSERT INTO identifier (id, person_id, issuer, kind, value_sealed, value_index, valid_from)"
            " SELECT "
            f"i + {base}, i + {base}, 'wewis', 'fileNumber', {raw}, {code}, {MOMENT} FROM n",
            'INSERT INTO enrolment (person_id, identifier_id, policy_version_id, issuer, "group",'
            " competent_region, enrolled_at) SELECT "
            f"i + {base}, i + {base}, (SELECT min(id) FROM policy_version), 'wewis', 'labour', 'flanders',"
            f" {MOMENT} FROM n",
            "INSERT INTO lesson_read (person_id, module, lesson, release_id, read_at) SELECT "
            f"i + {base}, 'history-of-belgium', 'congo', (SELECT min(id) FROM release), {MOMENT} FROM n",
        ):
            into, _, rest = statement.partition(") SELECT ")
            if name == "sqlite":
                session.execute(text(f"{into}) {numbers}SELECT {rest}"), values)
            else:
                session.execute(text(f"{into}) {numbers}SELECT {rest}"), values)
        session.commit()
        session.execute(text("ANALYZE"))
        session.commit()
