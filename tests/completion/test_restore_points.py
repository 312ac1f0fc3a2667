"""A feed restored from a back-up tells whoever pulled more up to where the two agree."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pretraject.completion import feed, rules
from pretraject.completion.models import RestorePoint
from pretraject.core.chain import START_HASH
from tests.completion.test_feed import add_event, cursors
from tests.world import AT, DAY

WEWIS = "wewis"


@dataclass
class Life:
    """A feed by its events, with what it knows of its restores; a model of what restoring does."""

    events: tuple = ()
    stayed: tuple = ()


@dataclass
class World:
    """One place where a feed lives, its back-ups, and every cursor that was ever given out."""

    now: Life = field(default_factory=Life)
    backups: list = field(default_factory=list)
    cursors: set = field(default_factory=set)
    count: int = 0

    def add(self, number):
        for _ in range(number):
            self.count += 1
            self.now = Life((*self.now.events, self.count), self.now.stayed)
            self.cursors.add(self.now.events)

    def back_up(self):
        self.backups.append(self.now)

    def restore(self, which, *, replacing):
        backup = self.backups[which % len(self.backups)]
        stayed = common(backup.events, self.now.events) if replacing else len(backup.events)
        known = tuple(min(place, stayed) for place in self.now.stayed) if replacing else ()
        self.now = Life(backup.events, (*backup.stayed, *known, stayed))


def common(one, other):
    """Return how many events two feeds begin with alike."""
    alike = 0
    for here, there in zip(one, other, strict=False):
        if here != there:
            break
        alike += 1
    return alike


def answer(world, held):
    """Return what a cursor at the end of `held` is answered with; None when it fits."""
    if world.now.events[: len(held)] == held:
        return None
    found = rules.last_common(world.now.stayed, len(held))
    return min(len(held), len(world.now.events)) if found is None else found


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(1, 4)),
        st.tuples(st.just("back up"), st.none()),
        st.tuples(st.just("restore"), st.integers(0, 9)),
    ),
    max_size=25,
)


def lived(steps, *, replacing):
    world = World()
    world.back_up()
    restores = 0
    for what, value in steps:
        if what == "add":
            world.add(value)
        elif what == "back up":
            world.back_up()
        else:
            world.restore(value, replacing=replacing)
            restores += 1
    return world, restores


@given(STEPS)
def test_no_answer_is_past_what_is_common_after_any_restores(steps):
    world, restores = lived(steps, replacing=True)

    for held in world.cursors:
        said = answer(world, held)
        if said is not None:
            assert said <= common(world.now.events, held)
            if restores == 1:
                assert said == common(world.now.events, held)


@given(STEPS)
def test_who_compares_the_cursor_of_the_answer_never_goes_on_too_far(steps):
    """Into a new database a restore cannot know of others; then the recipient's own line tells."""
    world, _restores = lived(steps, replacing=False)

    for held in world.cursors:
        asked = held
        while (said := answer(world, asked)) is not None:
            assert said < len(asked)
            if held[:said] == world.now.events[:said]:
                break
            asked = held[:said]


def add_point(session, seq, hash_, *, recipient=WEWIS, at=AT):
    session.add(RestorePoint(recipient=recipient, seq=seq, hash=hash_, restored_at=at))
    session.flush()


@pytest.fixture
def five(session):
    """A feed of five events."""
    for number in range(5):
        add_event(session, number)
    feed.stamp(session, WEWIS, at=AT)
    return cursors(session)


def asked(session, seq, recipient=WEWIS):
    with pytest.raises(feed.CursorMismatchError) as refusal:
        feed.place_of(session, recipient, f"{seq}.{'f' * 16}")
    return refusal.value


@pytest.mark.parametrize("seq", [3, 5, 9])
def test_a_feed_that_went_on_names_the_last_common_event(session, five, seq):
    add_point(session, 2, five[1])

    assert asked(session, seq).last_common == five[1]


def test_of_several_restores_the_earliest_place_is_said(session, five):
    for seq, days in ((2, 1), (4, 2)):
        add_point(session, seq, five[seq - 1], at=AT + days * DAY)

    assert asked(session, 5).last_common == five[1]
    assert asked(session, 2).last_common == ""


def test_a_restore_before_the_first_event_leaves_nothing_in_common(session, five):
    add_point(session, 0, START_HASH)

    refusal = asked(session, 5)

    assert refusal.last_common == ""
    assert "the last place in common is the beginning" in str(refusal)


def test_a_restore_that_knew_nothing_of_a_recipient_left_nothing_of_its_feed(session, five):
    add_point(session, 3, five[2], recipient="agii")

    assert asked(session, 5).last_common == ""


def test_the_answer_says_how_to_make_sure(session, five):
    add_point(session, 2, five[1])

    assert f"the last place in common is {five[1]}; go on from there if" in str(asked(session, 5))
