"""Errors of the law: one base, one class per happening, each with a stable code."""

from dataclasses import dataclass
from typing import ClassVar, NoReturn, Protocol


class RulesError(Exception):
    """Base of every error of the rule engine."""

    code: ClassVar[str] = "rules_error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a rule book: where it is and what to do."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class BookError(RulesError):
    """The rule book cannot be used; every problem names its file and line."""

    code = "bad_book"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class FactError(RulesError):
    """A fact was refused; ``code`` says why and ``fact`` names it."""

    code = "bad_fact"

    def __init__(self, code: str, fact: str, message: str) -> None:
        super().__init__(_plain(message))
        self.code = code  # type: ignore[misc]  # one class, many codes, each documented in rules.facts
        self.fact = _plain(fact)


def _plain(text: str) -> str:
    """Replace what cannot be written as UTF-8 (half a surrogate pair in a name from outside)."""
    return text.encode("utf-8", "replace").decode("utf-8")


class ChainError(RulesError):
    """The symbolic chain could not be built or did not come to an end."""

    code = "chain_error"


class Located(Protocol):
    """Anything that knows where in the book it stands."""

    @property
    def file(self) -> str:
        """File of the book."""

    @property
    def line(self) -> int:
        """Line of the file, from 1."""


def refuse(at: Located, message: str) -> NoReturn:
    """Raise a BookError that points to a place of the book."""
    raise BookError((Problem(at.file, at.line, message),))
