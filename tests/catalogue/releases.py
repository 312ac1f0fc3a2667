"""Publishes a tree the way a test needs it."""

from datetime import UTC, datetime

from pretraject.catalogue.actions import publish
from pretraject.catalogue.building import build_release
from pretraject.catalogue.parsing import parse_tree

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)


def release(session, tree, at=AT):
    """Publish the modules of a tree."""
    source = parse_tree(tree)
    built = {slug: build_release(tree, source, module) for slug, module in source.modules.items()}
    return publish(session, built, at=at)
