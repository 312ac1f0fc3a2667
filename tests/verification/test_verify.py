"""`pretraject verify`: what it says, what it accepts, and what somebody outside can add."""

from click.testing import CliRunner

from pretraject.verification.commands import verify
from tests.evidence import ground_on, tamper
from tests.privacy.running import erase
from tests.world import AT, DAY


def verified(url, *args, **given):
    ground = ground_on(url, **given)
    result = CliRunner().invoke(verify, args, obj=ground)
    ground.database.dispose()
    return result


def test_a_sound_database_is_verified(evidence_url):
    result = verified(evidence_url)

    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "faults: 0"), result.output
    assert "track_completion: 4" in result.stdout.splitlines()


def test_the_bundled_content_is_verified(published_url):
    result = verified(published_url)

    assert result.exit_code == 0, result.output


def test_somebody_erased_is_no_fault(evidence_url):
    erase(evidence_url)

    result = verified(evidence_url)

    assert result.exit_code == 0, result.output


def test_an_event_whose_person_was_let_go_is_no_fault(evidence_url):
    tamper(evidence_url, "UPDATE feed_event SET person_id = NULL, track_completion_id = NULL WHERE seq = 1")

    assert verified(evidence_url).exit_code == 0


def test_an_erasure_of_somebody_who_has_a_name_is_a_fault(evidence_url):
    erase(evidence_url)
    tamper(evidence_url, "UPDATE person SET declared_group = 'labour' WHERE id = 1")

    result = verified(evidence_url)

    assert "track_completion 1 is not of somebody erased" in result.stdout


def test_a_test_whose_answers_were_dropped_is_held_against_its_rule(evidence_url):
    tamper(evidence_url, "DELETE FROM drawn_question WHERE attempt_id = 1")
    assert verified(evidence_url).exit_code == 0

    judgement = '{"bars": [{"name": "overall", "correct": 1, "total": 15, "required_percent": 5}]}'
    tamper(evidence_url, f"UPDATE attempt SET judgement = '{judgement}' WHERE id = 1")
    assert "attempt 1: its judgement does not follow" in verified(evidence_url).stdout


def test_reading_that_may_be_dropped_by_now_is_not_asked_for(evidence_url):
    tamper(evidence_url, "DELETE FROM lesson_read")

    assert verified(evidence_url, at=AT + 400 * DAY).exit_code == 0


def test_other_keys_are_noticed(evidence_url, monkeypatch):
    monkeypatch.setattr("tests.evidence.SECRET", "another-secret-that-is-used-in-tests-only-4567")

    result = verified(evidence_url)

    assert "identifier 1: cannot be opened with these keys" in result.stdout
    assert "decision 1: the reason cannot be opened with these keys" in result.stdout
    assert "objection 1: the text cannot be opened with these keys" in result.stdout
    assert "objection 1: the answer cannot be opened with these keys" in result.stdout
    assert "signing_key 1: the private key cannot be opened with these keys" in result.stdout


def test_of_many_faults_the_first_are_printed(evidence_url):
    tamper(evidence_url, "UPDATE drawn_question SET correct = NOT correct WHERE correct IS NOT NULL")

    lines = verified(evidence_url).stdout.splitlines()

    assert sum("is marked otherwise than its answer" in line for line in lines) == 20
    assert any(line.startswith("… and ") for line in lines)


def places(url):
    """Return the places of the feed and of the audit as somebody outside knows them."""
    lines = verified(url).stdout.splitlines()
    return [line.removeprefix("chain: ") for line in lines if line.startswith("chain: ")]


def test_places_that_are_there_are_as_expected(evidence_url):
    feed, audit = places(evidence_url)
    cursor = feed.removeprefix("wewis:")

    assert verified(evidence_url, "--expect", feed, "--expect", audit, "--expect", cursor).exit_code == 0


def test_a_chain_whose_end_was_cut_off_looks_whole_until_somebody_expects_more(evidence_url):
    feed, audit = places(evidence_url)
    tamper(
        evidence_url,
        "DELETE FROM feed_event WHERE seq = 5",
        "DELETE FROM objection WHERE person_id = 1",
        "UPDATE feed_head SET seq = 4, hash = (SELECT hash FROM feed_event WHERE seq = 4)",
        "DELETE FROM audit_entry WHERE seq = 6",
        "UPDATE audit_head SET seq = 5, hash = (SELECT hash FROM audit_entry WHERE seq = 5)",
    )
    assert verified(evidence_url).exit_code == 0

    result = verified(evidence_url, "--expect", feed, "--expect", audit)
    assert result.exit_code == 1
    assert "wewis: place 5 is expected, but there is nothing; the last place is 4" in result.stdout
    assert "audit: place 6 is expected, but there is nothing; the last place is 5" in result.stdout


def test_another_past_is_noticed(evidence_url):
    result = verified(evidence_url, "--expect", f"2.{'0' * 16}")

    assert "wewis: place 2 is not the one expected" in result.stdout


def test_what_is_no_place_is_a_mistake_in_the_command(evidence_url):
    assert verified(evidence_url, "--expect", "yesterday").exit_code == 2


def test_an_old_database_is_not_verified(empty_sqlite_url):
    result = verified(empty_sqlite_url)

    assert (result.exit_code, "pretraject db upgrade" in result.output) == (2, True)
