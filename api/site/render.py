"""Templates to responses: the same head, texts and notices on every page."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from api.site.assets import Assets, find_assets
from api.site.texts import Lang, other, texts
from kmap.papers import format as written

WEB = Path(__file__).resolve().parent.parent / "web"
PUBLIC = "public, max-age=60"
PRIVATE = "no-store"


@dataclass(frozen=True)
class Site:
    """The template environment and the browser's files."""

    templates: Environment
    assets: Assets
    book_id: str
    book_hash: str

    def page(
        self,
        request: Request,
        lang: Lang,
        name: str,
        values: Mapping[str, Any],
        *,
        status: int = 200,
        caching: str = PUBLIC,
    ) -> HTMLResponse:
        """Render template ``name`` with ``values`` and the names every page has."""
        words = texts(lang)
        html = self.templates.get_template(name).render(
            t=words,
            own=words.own,
            lang=lang,
            other_lang=other(lang),
            switch_url=switched(request, lang),
            number=number,
            ares=lambda area_m2: number(area_m2 / written.M2_PER_ARE),
            cents=lambda area_m2: number(area_m2 / written.M2_PER_CENT),
            day=lambda value: written.day(value, lang),
            marked=marked,
            asset=self.assets.url,
            book_id=self.book_id,
            book_hash=written.short(self.book_hash),
            **values,
        )
        headers = {"cache-control": caching, "content-language": lang}
        return HTMLResponse(html, status_code=status, headers=headers)


def number(value: float, most: int = 2) -> str:
    """Write a number with at most ``most`` decimals and Indian grouping."""
    return written.number(float(value), 0, most)


def marked(text: str) -> Markup:
    """Write a text with its ``*names*`` in italics; everything else is escaped.

    >>> str(marked("*a* < 3"))
    '<em>a</em> &lt; 3'
    """
    return Markup(re.sub(r"\*(\w+)\*", r"<em>\1</em>", str(escape(text))))  # noqa: S704  # escaped


def switched(request: Request, lang: Lang) -> str:
    """Return this page's address in the other language, with the same query."""
    path = request.url.path
    if path.startswith("/ogc"):  # standard addresses; the language is a parameter there
        asked = {**request.query_params, "f": "html", "lang": other(lang)}
        return f"{path}?{urlencode(asked)}"
    same = path.startswith((f"/{lang}/", f"/{lang}?")) or path == f"/{lang}"
    target = f"/{other(lang)}{path[3:]}" if same else f"/{other(lang)}/"
    query = [pair for pair in request.query_params.multi_items() if pair[0] != "part"]
    return f"{target}?{urlencode(query)}" if same and query else target


@cache
def build_site(vendor: Path, book_id: str, book_hash: str) -> Site:
    """Read templates and list assets, once; ``vendor`` holds the files fetched from npm."""
    environment = Environment(
        loader=FileSystemLoader(WEB / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return Site(environment, find_assets(WEB / "static", vendor), book_id, book_hash)
