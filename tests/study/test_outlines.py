from pretraject.catalogue.outlines import outlines
from pretraject.catalogue.queries import get_module
from tests.study.readers import counted
from tests.study.small_module import DRAFT, MODULE


def test_an_outline_is_the_module_as_its_own_page_shows_it(learning):
    with learning.ground.database.reading() as session:
        for locale in ("nl", DRAFT, "en"):
            assert outlines(session, [MODULE], locale) == {MODULE: get_module(session, MODULE, locale)}


def test_a_module_never_published_is_left_out(learning):
    with learning.ground.database.reading() as session:
        assert outlines(session, ["nowhere"], "nl") == {}


def test_all_outlines_cost_two_queries(learning):
    with learning.ground.database.reading() as session, counted(learning) as statements:
        outlines(session, [MODULE, "nowhere"], "nl")

    assert len(statements) == 2
