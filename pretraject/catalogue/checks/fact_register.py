"""Checks of the fact register: what is out of date, what nobody uses."""

from datetime import date

from pretraject.catalogue import tree as files
from pretraject.catalogue.facts import facts_in
from pretraject.catalogue.parsing import Source
from pretraject.catalogue.tree import Tree


def check_facts(source: Source, tree: Tree, today: date) -> None:
    """Check each fact's dates; a fact that no lesson uses is mentioned as advice."""
    document = source.facts_document
    if document is None:
        return
    used = {
        fact
        for path, body in tree.items()
        if path.endswith(".md")
        for fact in facts_in(body.decode(errors="replace"))
    }
    for name, fact in source.facts.items():
        if fact.review < today:
            problem = f"expired fact {name}: it was to be reviewed by {fact.review}"
            cure = "look it up again, then set value, checked and review"
            source.findings.fault(files.FACTS, document.line((name, "review")), problem, cure)
        if fact.review < fact.checked:
            problem = f"fact {name} is to be reviewed before it was checked"
            source.findings.fault(files.FACTS, document.line((name, "review")), problem, "correct the dates")
        if name not in used:
            line = document.line((name,))
            source.findings.advise(files.FACTS, line, f"no lesson uses fact {name}", "use it or take it out")
