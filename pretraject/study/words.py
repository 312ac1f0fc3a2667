"""The rules in words, for pages that say what counts."""

from collections.abc import Sequence

from pretraject.certificates.words import assurance_words as assurance_words
from pretraject.certificates.words import track_words as track_words
from pretraject.completion import rules
from pretraject.enrolment.policy import Rule, Task
from pretraject.web.i18n import _, long_date


def demand_words(completion: str) -> str:
    """Say what each module needs to count."""
    texts = {
        "followed": _("A module counts when you have read all its lessons."),
        "tested": _("A module counts when you have taken its test. You do not have to pass."),
        "passed": _("A module counts when you have passed its test."),
    }
    return str(texts[completion])


def bar_words(rule: Rule) -> Sequence[str]:
    """Say what passing a test asks for, one bar a line; nothing when no test has to be passed."""
    if rule.completion != "passed":
        return ()
    lines = (
        (rule.bars.overall, _("at least %(percent)s%% of all questions", percent=rule.bars.overall)),
        (
            rule.bars.values,
            _("at least %(percent)s%% of the questions about norms and values", percent=rule.bars.values),
        ),
        (
            rule.bars.practical,
            _("at least %(percent)s%% of the practical questions", percent=rule.bars.practical),
        ),
    )
    return tuple(str(line) for percent, line in lines if percent)


def consequence_words(consequence: str, *, later: Rule | None) -> str:
    """Say what follows for the permit when the course is not completed, today and later."""
    if consequence != "none":
        return str(
            _(
                "If you have not completed the course, WEWIS (the Flemish department for work)"
                " does not renew your work permit."
            )
        )
    if later is not None:
        return str(
            _(
                "If you have not completed the course, that has no effect on your work permit today."
                " From %(date)s on, WEWIS (the Flemish department for work) does not renew your work"
                " permit without it.",
                date=long_date(later.from_),
            )
        )
    return str(_("If you have not completed the course, that has no effect on your permit."))


def exemption_words(exemption: str) -> str:
    """Say why somebody does not have to follow the course."""
    texts = {
        "seasonal": _("You do not have to follow this course: you come for seasonal work."),
        "short-stay": _("You do not have to follow this course: you come for less than a year."),
        "completed-elsewhere": _("You do not have to follow this course: you did something like it before."),
    }
    return str(texts.get(exemption, _("You do not have to follow this course: you have an exemption.")))


def status_words(word: str) -> str:
    """Say how somebody stands, by the word an authority is told."""
    texts = {
        "completed": _("You have completed the course"),
        "exempt": _("You do not have to follow this course: you have an exemption."),
        "notCompleted": _("You have not completed the course yet"),
        "revoked": _("Your completion was withdrawn"),
        "undetermined": _("It is not certain whether you completed the course"),
    }
    return str(texts[word])


def obligation_words(obligation: str) -> str:
    """Say whether the course is a duty."""
    texts = {
        "required": _("This course is part of what you have to do once you live in Flanders."),
        "voluntary": _("Taking part is voluntary."),
    }
    return str(texts[obligation])


def event_words(kind: str) -> str:
    """Say what an authority is told of."""
    texts = {
        rules.COMPLETED: _("You have completed the course"),
        rules.REVOKED: _("Your completion was withdrawn"),
        rules.EXEMPTED: _("You have an exemption"),
        rules.EXEMPTION_ENDED: _("Your exemption ended"),
        rules.OBJECTION_CLOSED: _("Your objection was answered"),
    }
    return str(texts.get(kind, _("What is kept about you was corrected")))


def decision_words(kind: str, exemption: str | None) -> str:
    """Say what staff decided."""
    exempted = rules.EXEMPTED if exemption else rules.EXEMPTION_ENDED
    return event_words({"revocation": rules.REVOKED, "exemption": exempted}.get(kind, rules.CORRECTED))


def task_words(tasks: Sequence[Task]) -> list[str]:
    """Say what an agency does for people."""
    texts = {"trajectory": _("Civic integration (inburgering)"), "dutch": _("Learning Dutch")}
    return [str(texts[task]) for task in tasks]
