"""Every check of a translation by name: whether it is a gate, and what it looks at.

A gate stops a release; advice is for a person to look at. The table in docs/translation.md
says the same, a test looks.
"""

from dataclasses import dataclass

from pretraject.catalogue.findings import Findings


@dataclass(frozen=True)
class Check:
    """A check: its name stands in what it finds."""

    name: str
    gate: bool
    looks_at: str


CHECKS = {
    check.name: check
    for check in (
        Check("file", True, "the catalogue can be read, line by line"),
        Check("current", True, "the catalogue has the texts of now, in their canonical form"),
        Check("missing", True, "every text is translated, and none only guessed (fuzzy)"),
        Check("bank", True, "enough questions are left where some are held back"),
        Check("values", True, "placeholders such as %(count)s are the same"),
        Check("plural", True, "a form for each of the language's numbers"),
        Check("numbers", True, "numbers, years and telephone numbers are the same, in any digits"),
        Check("facts", True, "{fact:…} are the same"),
        Check("links", True, "links to lessons are the same"),
        Check("markup", True, "no HTML, pictures or broken links; a text is one line"),
        Check(
            "controls", True, "no invisible characters, but ZWNJ in Persian, Dari, Pashto, Urdu and Sorani"
        ),
        Check("script", True, "the language's own letters, and never two scripts in one word"),
        Check("untranslated", True, "the text is not simply the source"),
        Check("sister", True, "the text is not that of a neighbouring language, such as Farsi in Dari"),
        Check("options", True, "no two answers to a question are the same"),
        Check("end", True, "the end of a sentence is marked as in the source, by the script's own mark"),
        Check("state", True, "the review state can be read"),
        Check("key", True, "a second reader chose the right answer from the translation"),
        Check("msgfmt", True, "gettext's own `msgfmt --check` accepts the file"),
        Check("language", True, "a detector takes a lesson's text for the right language"),
        Check(
            "alike", False, "plural forms that all read the same, where the language inflects after numbers"
        ),
        Check("negation", False, "a “not” on one side only"),
        Check("length", False, "much longer or shorter than the source"),
        Check("outdated", False, "the source changed in meaning since; a dated notice is shown"),
        Check("held-back", False, "the source changed too much: another language is shown"),
        Check("stale", False, "the text changed since it was reviewed or its key was read"),
        Check("unread", False, "nobody chose the answer from the translation alone"),
        Check("unnoted", False, "nobody noted who translated"),
    )
}


@dataclass(frozen=True)
class Teller:
    """Notes what is wrong in one file."""

    findings: Findings
    file: str

    def tell(self, check: str, line: int | None, problem: str, cure: str, *, segment: str = "") -> None:
        """Note what a check found, as a fault or as advice; the segment stands first, then the check."""
        note = self.findings.fault if CHECKS[check].gate else self.findings.advise
        note(self.file, line, f"{segment}: {check}: {problem}" if segment else f"{check}: {problem}", cure)
