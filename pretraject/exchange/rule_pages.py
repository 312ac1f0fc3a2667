"""The rules of yesterday, today and tomorrow for staff: what each asks for, and what is only assumed."""

from dataclasses import dataclass
from datetime import date

from flask import render_template

from pretraject.accounts.login import staff_required
from pretraject.core.clock import legal_date
from pretraject.enrolment.dated_rules import SETTINGS, Rule
from pretraject.enrolment.policy import Policy
from pretraject.enrolment.queries import find_policy
from pretraject.exchange import rule_words
from pretraject.web.context import now
from pretraject.web.headers import unstored
from pretraject.web.sessions import session
from pretraject.web.staff_pages import staff_blueprint

bp = staff_blueprint("rule_pages", __name__)


@dataclass(frozen=True)
class Track:
    """A track's rules in the order of their days, the one in force, and who they are for."""

    name: str
    rules: tuple[Rule, ...]
    in_force: Rule | None
    groups: tuple[str, ...]
    spared: tuple[str, ...]
    recipients: tuple[str, ...]


@bp.get("/rules/")
@staff_required()
@unstored
def rules() -> str:
    """Show what every rule of the policy asks for, and which of it is an assumption."""
    policy = find_policy(session)
    return render_template(
        "staff/rules.html",
        tracks=tracks_of(policy, on=legal_date(now())) if policy else [],
        policy=policy,
        settings=SETTINGS,
        words=rule_words,
    )


def tracks_of(policy: Policy, *, on: date) -> list[Track]:
    """Return the tracks in the order of the policy."""
    return [
        Track(
            name=name,
            rules=tuple(
                sorted((rule for rule in policy.rules if rule.track == name), key=lambda rule: rule.from_)
            ),
            in_force=policy.rule_for(name, on),
            groups=tuple(group for group in policy.groups if policy.track_of(group) == name),
            spared=tuple(
                group
                for group, given in policy.groups.items()
                if given.track == name and given.consequence == "none"
            ),
            recipients=tuple(policy.recipients_of(name)),
        )
        for name in dict.fromkeys(rule.track for rule in policy.rules)
    ]
