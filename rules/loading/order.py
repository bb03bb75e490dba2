"""Putting things that need each other in order."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet


def in_order(needs: Mapping[str, AbstractSet[str]]) -> list[str] | None:
    """Order names so that each stands after what it needs; None when they go in a circle.

    >>> in_order({"b": {"a"}, "a": set()})
    ['a', 'b']
    """
    done: dict[str, None] = {}
    waiting = dict(needs)
    while waiting:
        ready = [name for name, wants in waiting.items() if wants <= done.keys()]
        if not ready:
            return None
        for name in ready:
            done[name] = None
            del waiting[name]
    return list(done)
