"""Names and numbers as people type them, in either script, folded to one form.

>>> fold("നീലത്തുറ ") == fold("നീലത്തുറ")
True
>>> parse_survey("൧൪൫/2a").key
'145/2a'
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote

from kmap.land.errors import BadSurveyNumberError

_VIRAMA = "\u0d4d"
_CHILLU = {
    "\u0d7a": "\u0d23",
    "\u0d7b": "\u0d28",
    "\u0d7c": "\u0d30",
    "\u0d7d": "\u0d32",
    "\u0d7e": "\u0d33",
    "\u0d7f": "\u0d15",
    "\u0d56": "\u0d2f",
    "\u0d55": "\u0d34",
    "\u0d54": "\u0d2e",
}
_FOLDS = str.maketrans(
    {
        **{chillu: base + _VIRAMA for chillu, base in _CHILLU.items()},
        **{chr(0x0D66 + digit): str(digit) for digit in range(10)},
        "\u200c": None,
        "\u200d": None,
        "\u0d4c": "\u0d57",
    }
)
_SURVEY = re.compile(
    r"^(?:(?P<block>[^:]{1,12}):)?(?P<number>[0-9]{1,6}[a-z]?)(?:/(?P<sub>.{1,12}))?$"
)


def fold(text: str) -> str:
    """Fold case, Malayalam chillu forms, joiners, digits, accents and punctuation away.

    >>> fold("വോര്\u200dക്കാടി") == fold("വോർക്കാടി")
    True
    """
    plain = unicodedata.normalize("NFKD", text.casefold()).translate(_FOLDS)
    plain = unicodedata.normalize("NFC", plain).translate(_FOLDS)
    return "".join(c for c in plain if c.isalnum() or unicodedata.category(c) == "Mc" or _kept(c))


def _kept(char: str) -> bool:
    """Malayalam vowel signs and the virama are marks, yet carry meaning."""
    return "\u0d00" <= char <= "\u0d7f" and unicodedata.category(char) == "Mn"


@dataclass(frozen=True)
class Survey:
    """A survey number: block (when given), number and subdivision, folded."""

    block: str | None
    number: str
    subdivision: str

    @property
    def key(self) -> str:
        """The form the register is searched by: ``145/2a``, or ``145``."""
        return survey_key(self.number, self.subdivision)


def parse_survey(text: str) -> Survey:
    """Read ``145/2A``, ``145-2A``, ``൧൪൫/2A`` or ``BLOCK:145/2A``.

    Raises BadSurveyNumberError when it is none of these.
    """
    plain = text.strip().translate(_FOLDS).casefold().replace("-", "/")
    found = _SURVEY.match(re.sub(r"\s+", "", plain).strip("/"))
    if found is None:
        raise BadSurveyNumberError(
            "That is not a survey number. Write it like 145/2A, or BLOCK:145/2A.",
            "ഇത് സർവേ നമ്പറല്ല. 145/2A അല്ലെങ്കിൽ BLOCK:145/2A എന്ന് എഴുതുക.",
        )
    return Survey(found["block"], found["number"], (found["sub"] or "").strip("/"))


def survey_key(number: str, subdivision: str) -> str:
    """Return the folded key of a survey number.

    >>> survey_key("145", "2A")
    '145/2a'
    """
    both = f"{number}/{subdivision}" if subdivision else number
    return re.sub(r"\s+", "", both.translate(_FOLDS).casefold())


def plot_id(village: str, block: str, survey: str, subdivision: str) -> str:
    """Return a plot's public id: village:block:survey:subdivision, percent-encoded.

    >>> plot_id("NLT", "1", "145", "2/A")
    'NLT:1:145:2%2FA'
    """
    return ":".join(quote(part, safe="") for part in (village, block, survey, subdivision))


def tile_id(public_id: str) -> int:
    """Return a stable number below 2^53 (exact in a browser) for a public id.

    >>> 0 < tile_id("NLT:1:145:2A") < 2**53
    True
    """
    return int.from_bytes(hashlib.sha256(public_id.encode()).digest()[:8], "big") >> 11


@dataclass(frozen=True)
class Query:
    """A search as typed: a plot id, or a name, a survey number, or both; all folded."""

    plot_id: str | None
    name: str
    number: str | None


def query(text: str) -> Query:
    """Read a search in either script: ``NLT/145/2A``, ``neelathura 145``, ``145/2a``, a name.

    >>> query("നീലത്തുറ ൧൪൫/2").number
    '145/2'
    """
    plain = text[:200].replace("\0", "").strip()
    if plain.count(":") == 3:
        return Query(plain, "", None)
    digits = plain.translate(_FOLDS)
    found = re.search(
        r"(?:[0-9]+\s*:\s*)?[0-9][0-9a-zA-Z]*(?:\s*[/-]\s*[0-9a-zA-Z]+)*\s*$", digits
    )
    if found is None:
        return Query(None, fold(plain), None)
    number = found.group().split(":")[-1]
    try:
        key = parse_survey(number).key
    except BadSurveyNumberError:
        return Query(None, fold(plain), None)
    return Query(None, fold(digits[: found.start()]), key)
