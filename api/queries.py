"""The parameters several addresses take, checked strictly before anything is asked."""

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from api.refusals import BadQueryError
from kmap.days import today

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?"
    r"(Z|[-+ ][0-9]{2}:[0-9]{2})",
    re.ASCII,
)
_NUMBER = re.compile(r"[+-]?[0-9]{1,20}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?", re.ASCII)
_TEXT = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]*")


def day(text: Any) -> date:
    """Return the date in ``text``, written YYYY-MM-DD and no other way; ValueError otherwise."""
    if isinstance(text, date):
        return text
    if not isinstance(text, str) or not _DAY.fullmatch(text):
        raise ValueError("a date is written YYYY-MM-DD")
    return date.fromisoformat(text)


def number(text: Any) -> Any:
    """Return ``text`` when it is a finite number in plain digits; ValueError otherwise."""
    if isinstance(text, str) and not _NUMBER.fullmatch(text):
        raise ValueError("a finite number in plain digits is needed")
    return text


def _plain(text: Any) -> Any:
    if isinstance(text, str) and not _TEXT.fullmatch(text):
        raise ValueError("control characters are not text")
    return text


def given_day(text: str | None) -> date:
    """Return the day a form names; today when it names none. Raises BadQueryError."""
    try:
        return today() if text is None else day(text)
    except ValueError:
        raise BadQueryError(
            "as_of: a date that exists is needed, written YYYY-MM-DD.",
            "as_of: YYYY-MM-DD എന്ന രൂപത്തിലുള്ള ശരിയായ തീയതി വേണം.",
        ) from None


Day = Annotated[date, BeforeValidator(day), WithJsonSchema({"type": "string", "format": "date"})]
Longitude = Annotated[float, BeforeValidator(number), Field(ge=-180, le=180, allow_inf_nan=False)]
Latitude = Annotated[float, BeforeValidator(number), Field(ge=-90, le=90, allow_inf_nan=False)]
ShortText = Annotated[str, BeforeValidator(_plain), Field(min_length=1, max_length=120)]
Lang = Literal["en", "ml"]


def moment(text: Any) -> datetime:
    """Return the time in ``text``, ISO 8601 with its offset; ValueError otherwise.

    A plus sign that a query string has turned into a space is one again.
    """
    if isinstance(text, datetime) and text.tzinfo is not None:
        return text
    if not isinstance(text, str) or not _TIME.fullmatch(text):
        raise ValueError("a time is written YYYY-MM-DDThh:mm:ss+05:30, with its offset")
    return datetime.fromisoformat(text.replace(" ", "+"))


Moment = Annotated[
    datetime, BeforeValidator(moment), WithJsonSchema({"type": "string", "format": "date-time"})
]


class AsOf(BaseModel):
    """The day whose law and register are asked for, and the language of the answer's texts."""

    model_config = ConfigDict(extra="forbid")

    as_of: Annotated[Day | None, Field(description="The day, in India; today when left out.")] = (
        None
    )
    lang: Annotated[
        Lang | None, Field(description="One language only: each {en, ml} becomes its text.")
    ] = None

    def on(self) -> date:
        """Return the day asked for."""
        return self.as_of or today()
