"""Answers kept in memory: a tile ready to send in each coding, for the version it was cut from.

Used on the event loop only, so it needs no lock. Least recently used goes out first.
"""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

import brotli

from api.headers import SAFE

MVT = "application/vnd.mapbox-vector-tile"
KEPT_BYTES = 64_000_000
"""What is kept in memory, in bytes."""
ENTRY_BYTES = 3_000
"""What an entry costs besides its bodies: a client may ask for endlessly many empty tiles."""
BROTLI = 5
"""Quality: a tenth smaller than gzip in about its time."""
Headers = list[tuple[bytes, bytes]]
Message = dict[str, object]
_ALWAYS: Headers = [
    *[(name.encode(), value.encode()) for name, value in SAFE.items()],
    (b"cache-control", b"public, no-cache"),  # kept by the client, and asked after each time
    (b"vary", b"accept-encoding"),
]


@dataclass(frozen=True, slots=True)
class Reply:
    """One coding of a tile as ASGI messages: the whole answer, and the 304 to who has it."""

    tag: bytes
    start: Message
    body: Message
    same: Message


EMPTY_BODY: Message = {"type": "http.response.body", "body": b""}


@dataclass(slots=True)
class Entry:
    """A tile of one version: gzipped MVT or a PNG, and each reply made of it so far."""

    version: int
    packed: bytes
    kind: str = MVT
    replies: dict[str, Reply] = field(default_factory=dict)

    def reply(self, coding: str) -> Reply:
        """Return the reply in ``br``, ``gzip`` or plain (empty), made on first use."""
        if coding not in self.replies:
            self.replies[coding] = self._made(coding)
        return self.replies[coding]

    def _made(self, coding: str) -> Reply:
        if self.kind != MVT:
            coding = ""  # a picture is packed already
        mark = hashlib.blake2b(self.packed, digest_size=12).hexdigest()
        tag = f'"{mark}{"-" + coding if coding and self.packed else ""}"'.encode()
        shared: Headers = [*_ALWAYS, (b"etag", tag)]
        same: Message = {"type": "http.response.start", "status": 304, "headers": shared}
        if not self.packed:
            start: Message = {"type": "http.response.start", "status": 204, "headers": shared}
            return Reply(tag, start, EMPTY_BODY, same)
        sent = self._coded(coding)
        headers: Headers = [
            *shared,
            (b"content-type", self.kind.encode()),
            (b"content-length", str(len(sent)).encode()),
        ]
        if coding:
            headers.append((b"content-encoding", coding.encode()))
        start = {"type": "http.response.start", "status": 200, "headers": headers}
        return Reply(tag, start, {"type": "http.response.body", "body": sent}, same)

    def _coded(self, coding: str) -> bytes:
        if coding == "gzip" or self.kind != MVT:
            return self.packed
        raw = gzip.decompress(self.packed)
        return bytes(brotli.compress(raw, quality=BROTLI)) if coding == "br" else raw

    def cost(self) -> int:
        """Return what keeping it costs, bytes: at worst gzip, Brotli and plain together."""
        return ENTRY_BYTES + 5 * len(self.packed)


@dataclass
class Shelf:
    """Entries by address, each true only while its layer is still at its version."""

    limit: int = KEPT_BYTES
    size: int = 0
    _kept: OrderedDict[str, tuple[str, Entry]] = field(default_factory=OrderedDict)

    def get(self, path: str, versions: Mapping[str, int] | None) -> Entry | None:
        """Return the entry of an address; None where there is none, or it is past."""
        found = self._kept.get(path)
        if found is None or versions is None:
            return None
        layer, entry = found
        if versions.get(layer) != entry.version:
            return None
        self._kept.move_to_end(path)
        return entry

    def put(self, path: str, layer: str, entry: Entry) -> None:
        """Keep an entry, in place of an older one of the same address."""
        old = self._kept.pop(path, None)
        self.size += entry.cost() - (old[1].cost() if old else 0)
        self._kept[path] = (layer, entry)
        while self.size > self.limit:
            self.size -= self._kept.popitem(last=False)[1][1].cost()

    def __len__(self) -> int:
        return len(self._kept)
