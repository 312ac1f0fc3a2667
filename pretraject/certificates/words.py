"""What stands on paper, in words."""

from pretraject.web.i18n import _


def track_words(track: str) -> str:
    """Name a track."""
    names = {"labour": _("Coming to work"), "family": _("Coming to live with family")}
    return str(names.get(track, track))


def assurance_words(assurance: str) -> str:
    """Say how sure it is who took the test."""
    texts = {
        "supervised": _("under supervision"),
        "unsupervised": _("without supervision"),
    }
    return str(texts[assurance])
