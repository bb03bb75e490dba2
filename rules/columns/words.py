"""The code book: every word a number, the same for all columns of a rule book."""

import threading
from collections.abc import Iterable


class Words:
    """Words and their codes, from 0 up; new words come at the end."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._lock = threading.Lock()
        self._codes: dict[str, int] = {}
        self.list: list[str] = []
        for word in words:
            self.code(word)

    def __len__(self) -> int:
        return len(self.list)

    def code(self, word: str) -> int:
        """Give a word's code; a new word gets the next one."""
        found = self._codes.get(word)
        if found is None:
            with self._lock:
                found = self._codes.get(word)
                if found is None:
                    found = len(self.list)
                    self.list.append(word)
                    self._codes[word] = found
        return found
