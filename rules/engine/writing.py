"""Writing one generated function: lines, blocks, and the names that are already at hand in each.

A fact is read from the place's values once in a block, a local name of the law is worked out
where it is first needed. Everything is pure, so working something out early changes nothing.
"""

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from typing import Any

from rules.conditions import Expression, Unknown
from rules.conditions.compiling import Tables
from rules.conditions.source import KNOWN, MAYBE, UNKNOWN, Piece, Pool, Writer

Key = tuple[Any, ...]


class Body:
    """The body of a function of ``v`` (the values of a place) and ``e`` (all places of a fact)."""

    def __init__(self, tables: Tables, *, flat: bool) -> None:
        self.pool = Pool()
        self.tables = tables
        self.flat = flat
        self.lines: list[str] = []
        self.depth = 1
        self.made = 0
        self.at_hand: dict[Key, Piece] = {}

    def line(self, text: str) -> None:
        """Write a line into the present block."""
        self.lines.append("    " * self.depth + text)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Write an indented block; what is worked out inside is not at hand after it."""
        self.line(head)
        outside, self.at_hand = self.at_hand, dict(self.at_hand)
        self.depth += 1
        yield
        self.depth -= 1
        self.at_hand = outside

    def name(self, piece: Piece, key: Key | None = None) -> Piece:
        """Give a piece a name, unless it is a constant or a name already."""
        if piece.fixed or piece.code.isidentifier():
            named = piece
        else:
            named = Piece(f"n{self.made}", piece.state)
            self.made += 1
            self.line(f"{named.code} = {piece.code}")
        if key is not None:
            self.at_hand[key] = named
        return named

    def function(self) -> Callable[..., Any]:
        """Compile what was written."""
        source = "def made(v, e):\n" + "\n".join(self.lines)
        scope: dict[str, Any] = self.pool.values
        # only our own tokens and the repr of numbers and words stand in it, see conditions.source
        exec(compile(source, "<the law, compiled>", "exec"), scope)  # noqa: S102
        made: Callable[..., Any] = scope["made"]
        return made


class Scope:
    """What names stand for in one world of a clause (or in one worked-out fact)."""

    def __init__(
        self,
        body: Body,
        known: AbstractSet[str],
        told: AbstractSet[str],
        steps: Mapping[str, Expression],
    ) -> None:
        self.body = body
        self.known = known
        self.told = told  # facts that hold an Unknown which says what is missing
        self.steps = steps
        self.writer = Writer(self.resolve, body.pool, body.tables, body.flat)
        self._keys: dict[str, Key] = {}

    def write(self, expression: Expression) -> Piece:
        """Write an expression of this scope."""
        return self.writer.write(expression)

    def named(self, expression: Expression) -> Piece:
        """Write an expression and give it a name."""
        return self.body.name(self.write(expression))

    def resolve(self, name: str) -> Piece:
        """Say what a name stands for; a local name is worked out on the first call."""
        key = self._key(name)
        found = self.body.at_hand.get(key)
        if found is None:
            local = self.steps.get(name)
            found = self.body.name(self._fact(name) if local is None else self.write(local), key)
        return found

    def _fact(self, name: str) -> Piece:
        if name in self.known:
            return Piece(f"v[{name!r}]", KNOWN)
        if name in self.told:
            return Piece(f"v[{name!r}]", UNKNOWN)
        return self.writer.fixed(_absent(name))

    def _key(self, name: str) -> Key:
        """Name what a local name means: its expression and what those it reads mean."""
        local = self.steps.get(name)
        if local is None:
            return (name,)
        found = self._keys.get(name)
        if found is None:
            inner = tuple(self._key(one) for one in sorted(local.names) if one in self.steps)
            found = self._keys[name] = (id(local), *inner)
        return found


_ABSENT: dict[str, Unknown] = {}


def _absent(name: str) -> Unknown:
    return _ABSENT.setdefault(name, Unknown((name,)))


__all__ = ["MAYBE", "Body", "Scope"]
