"""The settings of a rule in words, for staff."""

from collections.abc import Iterable

from babel.numbers import format_decimal

from pretraject.enrolment.dated_rules import Renewal, Rule
from pretraject.enrolment.policy import Policy
from pretraject.web.context import page_language
from pretraject.web.i18n import _, _n, listed


def track_words(track: str) -> str:
    """Name a track."""
    names = {"labour": _("Labour migration"), "family": _("Family migration")}
    return str(names.get(track, track))


def group_words(group: str) -> str:
    """Name a group."""
    names = {
        "labour": _("who comes to work"),
        "partner": _("partner of who comes to work"),
        "family": _("who comes to live with family"),
    }
    return str(names.get(group, group))


def setting_words(setting: str) -> str:
    """Name a setting."""
    names = {
        "completion": _("What makes a module count"),
        "modules": _("Modules"),
        "bars": _("Marks to reach"),
        "draw": _("Questions drawn"),
        "wait-hours": _("Wait after a failed test"),
        "term-months": _("Term after arrival"),
        "renewal": _("Renewal window"),
        "consequence": _("Consequence"),
        "regions": _("Competent regions with the duty"),
        "exempt-groups": _("Exempt groups"),
    }
    return str(names.get(setting, setting))


def standing_words(rule: Rule, setting: str) -> str:
    """Say whether a setting is an assumption, fixed, or one that the policy says without a date."""
    if rule.is_assumed(setting):
        return str(_("assumption"))
    undated = {"regions": rule.regions, "exempt-groups": rule.exempt_groups}
    return str(_("same for all dates") if setting in undated and undated[setting] is None else _("fixed"))


def value_lines(policy: Policy, rule: Rule, setting: str) -> list[str]:
    """Say what a rule asks for in one setting, a line for each part."""
    match setting:
        case "completion":
            return [_completion(rule.completion)]
        case "modules":
            return list(rule.modules)
        case "bars":
            return _bars(rule)
        case "draw":
            return [
                str(_("values: %(number)s", number=rule.draw.values)),
                str(_("practical: %(number)s", number=rule.draw.practical)),
            ]
        case "wait-hours":
            return [str(_n("%(num)d hour", "%(num)d hours", rule.wait_hours))]
        case "term-months":
            months = rule.term_months
            return [str(_n("%(num)d month", "%(num)d months", months) if months else _("none: no duty"))]
        case "renewal":
            return _renewal(rule.renewal) if rule.renewal else [str(_("none"))]
        case "consequence":
            return [_consequence(rule.consequence)]
        case "regions":
            return _named(policy.regions_of(rule), _regions())
        case "exempt-groups":
            return _named(policy.exempt_groups_of(rule), exemption_names())
    return [str(getattr(rule, setting.replace("-", "_")))]


def _completion(completion: str) -> str:
    texts = {
        "followed": _("all its lessons read"),
        "tested": _("its test taken"),
        "passed": _("its test passed"),
    }
    return str(texts[completion])


def _bars(rule: Rule) -> list[str]:
    return [
        str(_("overall: %(percent)s%%", percent=rule.bars.overall)),
        str(_("values: %(percent)s%%", percent=rule.bars.values)),
        str(_("practical: %(percent)s%%", percent=rule.bars.practical)),
    ]


def _renewal(renewal: Renewal) -> list[str]:
    if renewal.in_months:
        opens, closes = (_number(months) for months in renewal.in_months)
        return [
            str(_("opens %(months)s months before expiry", months=opens)),
            str(_("closes %(months)s months before expiry", months=closes)),
        ]
    opens_days, closes_days = renewal.in_days or (0, 0)
    return [
        str(_("opens %(days)s days before expiry", days=opens_days)),
        str(_("closes %(days)s days before expiry", days=closes_days)),
    ]


def _number(number: float) -> str:
    return str(format_decimal(number, locale=page_language().formats))


def _consequence(consequence: str) -> str:
    texts = {"none": _("none"), "no-renewal": _("WEWIS does not renew the work permit")}
    return str(texts[consequence])


def _regions() -> dict[str, str]:
    return {
        "flanders": str(_("Flanders")),
        "brussels": str(_("Brussels")),
        "wallonia": str(_("Wallonia")),
        "german-speaking-community": str(_("German-speaking Community")),
    }


def exemption_names() -> dict[str, str]:
    """Return what an exemption is for, by its word."""
    return {
        "seasonal": str(_("seasonal work")),
        "short-stay": str(_("stay under a year")),
        "completed-elsewhere": str(_("did something like it elsewhere")),
        "other": str(_("other, decided for one person")),
    }


def _named(words: Iterable[str], names: dict[str, str]) -> list[str]:
    return [names.get(word, word) for word in words] or [str(_("none"))]


def track_rows(
    groups: Iterable[str], spared: Iterable[str], recipients: Iterable[str]
) -> list[tuple[str, str]]:
    """Say who a track is for, who is spared its consequence, and who is told, as labels and values."""
    rows = (
        (_("For"), [group_words(group) for group in groups]),
        (_("Never a consequence for"), [group_words(group) for group in spared]),
        (_("Told to"), list(recipients) or [str(_("nobody"))]),
    )
    return [(str(label), listed(names)) for label, names in rows if names]
