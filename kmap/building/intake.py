"""Takes in what comes with a drawing: who reads it, and its site facts, read strictly."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from gis.model import Survey
from kmap.errors import KmapError


class Reader(Protocol):
    """Reads a drawing in a limited child; what is wrong with it is in its complaints."""

    def __call__(self, path: Path, /, *, dialect: str | None = None) -> Survey:
        """Read in the dialect of that name; None = the one the drawing plainly is of."""
        ...


MAX_SITE_BYTES = 1_000_000
"""Largest file of site facts."""


class SiteFactsError(KmapError):
    """The site facts cannot be read as a JSON object of facts."""

    code = "bad_site_facts"


def site_facts(text: str) -> dict[str, Any]:
    """Read a JSON object of facts; duplicate keys and NaN are refused.

    Raises:
        SiteFactsError: not JSON, not an object, a key twice, a number that is not finite.

    """
    try:
        data = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        msg = f"the site facts are not a JSON object of facts: {error}"
        raise SiteFactsError(msg, "സൈറ്റ് വിവരങ്ങൾ ശരിയായ JSON അല്ല.") from error
    if not isinstance(data, dict):
        msg = 'the site facts must be one JSON object, such as {"family": "municipal"}'
        raise SiteFactsError(msg, "സൈറ്റ് വിവരങ്ങൾ ഒരു JSON object ആയിരിക്കണം.")
    return data


def site_facts_file(path: Path) -> dict[str, Any]:
    """Read a file of site facts.

    Raises:
        SiteFactsError: the file cannot be opened, is too large, or what ``site_facts`` refuses.

    """
    try:
        if path.stat().st_size > MAX_SITE_BYTES:
            msg = f"{path} is larger than {MAX_SITE_BYTES} bytes"
            raise SiteFactsError(msg)
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path} cannot be read: {error}"
        raise SiteFactsError(msg) from error
    return site_facts(text)


def _once(pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
    out: dict[str, Any] = {}
    for key, value in pairs:
        if key in out:
            msg = f"{key!r} stands twice"
            raise ValueError(msg)
        out[key] = value
    return out


def _no_constant(name: str) -> Any:
    msg = f"{name} is not a number"
    raise ValueError(msg)
