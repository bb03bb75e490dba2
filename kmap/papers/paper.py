"""One way to make a paper: a template, its words, and PDF from the same HTML.

WeasyPrint sets the pages (see docs/decisions/0004-papers-with-weasyprint.md). It is given no way
to fetch anything: a paper is whole in itself.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from kmap.errors import KmapError
from kmap.papers import format as written
from kmap.papers import texts, verify
from kmap.papers.format import LANGS, Lang
from kmap.papers.plan import FONTS

_CSS_UNSAFE: Final = re.compile(r"[^\w\s.,:/·()\-\u0D00-\u0D7F\u200c\u200d]")


class PaperError(KmapError):
    """A paper could not be made; the message says what to change."""

    code = "paper_failed"


def language(name: str) -> Lang:
    """Return the language by its code. Raises PaperError for another than ``en`` and ``ml``."""
    for lang in LANGS:
        if lang == name:
            return lang
    raise PaperError(
        f"No papers in language {name!r}. Ask for en or ml.",
        "ഈ ഭാഷയിൽ രേഖകളില്ല. en അല്ലെങ്കിൽ ml എന്ന് ആവശ്യപ്പെടുക.",
    )


def css_text(*parts: str) -> str:
    """Words for a CSS string: letters of both scripts, digits and a few marks; all else goes.

    >>> css_text('ab"}c', 'd')
    'abc · d'
    """
    return " · ".join(_CSS_UNSAFE.sub("", part) for part in parts if part)


def _final(value: object) -> object:
    """Return what a template prints: text freed of control characters, its squares readable."""
    if isinstance(value, Markup):
        return value
    text = str(escape(written.plain(value)))
    return Markup(text.replace("²", "<sup>2</sup>"))  # noqa: S704 - escaped the line before


@lru_cache(maxsize=1)
def _environment() -> Environment:
    """Return the templates, escaping everything; a name that is not there is an error."""
    found = Environment(
        loader=PackageLoader("kmap.papers", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_final,
    )
    found.globals.update(fonts=FONTS)
    return found


def render(template: str, lang: Lang, view: Mapping[str, Any]) -> str:
    """Return a whole HTML page from a template; ``t`` gives its words, the filters its numbers."""
    environment = _environment().overlay()
    environment.filters = environment.filters | _filters(lang)
    return environment.get_template(template).render(
        view,
        lang=lang,
        t=lambda key: texts.text(key, lang),
        word=lambda name: texts.verdict(name, lang),
        trust=lambda mark: texts.trust(mark, lang),
    )


def _filters(lang: Lang) -> dict[str, Callable[..., str]]:
    """Return the filters that write numbers, dates and places in ``lang``."""
    return {
        "quantity": partial(_quantity, lang=lang),
        "day": partial(written.day, lang=lang),
        "pick": partial(written.pick, lang=lang),
        "place": partial(written.place, lang=lang),
        "land_area": partial(written.land_area, lang=lang),
    }


def _quantity(value: Any, unit: str | None = None, *, lang: Lang) -> str:
    """Write a value with its unit, as a filter is called."""
    return written.quantity(value, unit, lang)


def _refuse(url: str, *_: object, **__: object) -> dict[str, Any]:
    """Fetch nothing: papers carry all they need."""
    raise PaperError(f"A paper may not fetch {url[:80]!r}; put it into the template.")


def pdf(html: str, attached: bytes | None = None) -> bytes:
    """PDF of a whole HTML page, the signed extract attached. The same gives the same bytes."""
    from weasyprint import HTML, Attachment  # noqa: PLC0415 - half a second; HTML papers need not

    files = [] if attached is None else [Attachment(string=attached, **_ATTACHED)]
    page = HTML(string=html, url_fetcher=_refuse, base_url=None)
    return bytes(page.write_pdf(pdf_tags=True, attachments=files))


_ATTACHED: Final[Mapping[str, Any]] = {
    "name": verify.ATTACHED,
    "description": "The signed extract, canonical JSON (RFC 8785)",
    "relationship": "Data",
    "created": datetime(2000, 1, 1, tzinfo=UTC),  # nothing of the clock is in a paper
    "modified": datetime(2000, 1, 1, tzinfo=UTC),
    "url_fetcher": _refuse,
}
