"""A world in which somebody can complete something."""

import pytest

from tests.world import learner, make_release, publish_rules


@pytest.fixture
def release(session):
    """A module in a published policy."""
    publish_rules(session)
    return make_release(session)


@pytest.fixture
def person(session, release):
    """Somebody an authority knows, who has completed nothing."""
    return learner(session)
