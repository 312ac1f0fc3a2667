"""Whatever is sent to whatever place: nothing breaks, nothing is stored, nothing is lost."""

import pytest

from pretraject.app import build
from pretraject.config import Config
from pretraject.core.ground import lay_ground
from tests.hostile.doors import rules_for_people
from tests.hostile.running import Run
from tests.site import SECRET


def endpoints():
    """Return every endpoint for people."""
    ground = lay_ground(Config(secret_key=SECRET, database_url="sqlite://"))
    found = sorted({rule.endpoint for rule in rules_for_people(build(ground))})
    ground.database.dispose()
    return found


@pytest.mark.parametrize("endpoint", endpoints())
def test_nothing_that_is_sent_does_harm(ready, doors, sqlite_stage, postgresql_stage, endpoint):
    run = Run([sqlite_stage, postgresql_stage], ready.cast)

    faults = [fault for door in doors if door.endpoint == endpoint for fault in run.at(door)]

    assert faults == []
    assert run.sent > 0
