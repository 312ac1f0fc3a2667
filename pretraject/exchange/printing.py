"""Letters as a PDF, by WeasyPrint, which is installed only where PDF is wanted."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, BinaryIO

from pretraject.core.errors import InvalidError
from pretraject.exchange.letters import ENDING, beginning

VARIANT = "pdf/ua-1"
MISSING = (
    "PDF needs WeasyPrint and the libraries it uses: pip install 'pretraject[pdf]', and on Debian"
    " apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 ({error})"
)
NO_FONT = (
    "no font on this machine has {signs}; install the fonts that docs/letters.md names,"
    " such as fonts-noto-core and fonts-noto-cjk"
)


class CannotPrintError(InvalidError):
    """A PDF cannot be made here, or not of these letters."""


class Printer:
    """Puts pages together to a PDF for people who read with a screen reader as well.

    It fetches nothing: no address is opened but those that hold the picture themselves.
    """

    def __init__(self) -> None:
        try:
            self._weasyprint: Any = import_module("weasyprint")
            fonts: Any = import_module("weasyprint.text.fonts")
            urls: Any = import_module("weasyprint.urls")
        except (ImportError, OSError) as error:
            raise CannotPrintError(MISSING.format(error=error)) from error
        self._fonts = fonts.FontConfiguration()
        self._fetcher = urls.URLFetcher(allowed_protocols=("data",))
        self._sheets: list[Any] = []

    def add(self, page: str) -> None:
        """Lay out a letter. Raises CannotPrintError when it is longer than a page."""
        html = self._weasyprint.HTML(string=beginning() + page + ENDING, url_fetcher=self._fetcher)
        sheets = html.render(font_config=self._fonts, pdf_variant=VARIANT)
        if len(sheets.pages) != 1:
            raise CannotPrintError("a letter is longer than one page; shorten --sender")
        self._sheets.append(sheets)

    def write(self, file: BinaryIO) -> None:
        """Write what was added, and forget it. Raises CannotPrintError when a font is missing."""
        pages = [page for sheets in self._sheets for page in sheets.pages]
        with _missing_signs() as missing:
            self._sheets[0].copy(pages).write_pdf(file, pdf_variant=VARIANT)
        self._sheets.clear()
        if missing:
            raise CannotPrintError(NO_FONT.format(signs=" ".join(sorted(missing)[:8])))


class _Missing(logging.Handler):
    """Collects the signs for which no font was found: WeasyPrint only logs them."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.signs: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        """Take the sign out of a record about one."""
        if str(record.msg).startswith(".notdef") and isinstance(record.args, tuple):
            self.signs.add(str(record.args[0]))


@contextmanager
def _missing_signs() -> Iterator[set[str]]:
    handler, log = _Missing(), logging.getLogger("weasyprint")
    log.addHandler(handler)
    try:
        yield handler.signs
    finally:
        log.removeHandler(handler)
