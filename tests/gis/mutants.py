"""Seeded mutations of drawings, and what another reader finds in them."""

import io
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from ezdxf import recover
from ezdxf.math import ConstructionEllipse, Vec3
from shapely import Polygon

from gis.areas import ring_area_m2
from gis.drawing.complaints import catalogue
from gis.drawing.dialect import load
from gis.drawing.read import parse
from gis.model import Survey
from kmap.building.scrutiny import judge
from rules import Book

STRANGE = (
    "nan", "-nan", "inf", "1e308", "-1e308", "1e400", "5e-324", "-0", "0", "1e9", "-1e9", "1,5",
    "１６", "൧൬", "0x10", "1_6", "", " ", "--5", "+-1", "1.2.3", "1e", "99999999999999999999",
    "SEQEND", "EOF", "SECTION", "ENDSEC", "ENTITIES", "\x00", "\x1b[2J", "-2147483648",
    "2147483647",
)  # fmt: skip
CODES = (
    "0", "1", "2", "5", "8", "10", "20", "42", "60", "62", "67", "70", "90", "100", "102", "230",
    "330", "999", "1001", "-5", "00", "310", "1070", "x",
)  # fmt: skip
Mutation = Callable[[Random, bytes], bytes]


def _bytes(dice: Random, data: bytes) -> bytes:
    out = bytearray(data)
    for _ in range(dice.randint(1, 12)):
        at, way = dice.randrange(len(out) or 1), dice.randrange(3)
        if way == 0 and out:
            out[at] = dice.randrange(256)
        elif way == 1:
            out[at:at] = dice.randbytes(dice.randint(1, 4))
        else:
            del out[at : at + dice.randint(1, 4)]
    return bytes(out)


def _cut(dice: Random, data: bytes) -> bytes:
    at = dice.randrange(len(data))
    return data[:at] if dice.random() < 0.7 else data[at:]


def _hole(dice: Random, data: bytes) -> bytes:
    at = dice.randrange(len(data))
    return data[:at] + data[at + dice.randint(1, 2000) :]


def _lines(dice: Random, data: bytes) -> bytes:
    lines = data.split(b"\n")
    for _ in range(dice.randint(1, 6)):
        at, other = dice.randrange(len(lines)), dice.randrange(len(lines))
        way = dice.randrange(4)
        if way == 0 and len(lines) > 1:
            del lines[at]
        elif way == 1:
            lines.insert(at, lines[other])
        elif way == 2:
            lines[at], lines[other] = lines[other], lines[at]
        else:
            lines[at] = dice.choice(STRANGE).encode()
    return b"\n".join(lines)


def _tags(dice: Random, data: bytes) -> bytes:
    lines = data.split(b"\n")
    for _ in range(dice.randint(1, 6)):
        at = dice.randrange(max(len(lines) // 2, 1)) * 2
        way = dice.randrange(5)
        if way == 0 or len(lines) < 4:
            lines[at] = dice.choice(CODES).encode()
        elif way == 1:
            del lines[at : at + 2]
        elif way == 2:
            lines[at:at] = lines[at : at + 2]
        elif way == 3:
            lines[at : at + 4] = [*lines[at + 2 : at + 4], *lines[at : at + 2]]
        else:
            lines[at:at] = [dice.choice(CODES).encode(), dice.choice(STRANGE).encode()]
    return b"\n".join(lines)


def _numbers(dice: Random, data: bytes) -> bytes:
    lines = data.split(b"\n")
    places = [i for i in range(1, len(lines), 2) if lines[i].strip()[:1] in b"-.0123456789"]
    for _ in range(dice.randint(1, 4) if places else 0):
        lines[dice.choice(places)] = dice.choice(STRANGE).encode()
    return b"\n".join(lines)


def _entities(dice: Random, data: bytes) -> bytes:
    """Drop, double or move whole entities and section marks."""
    parts = data.replace(b"\r\n", b"\n").split(b"\n  0\n")
    for _ in range(dice.randint(1, 3)):
        at, other = dice.randrange(len(parts)), dice.randrange(len(parts))
        way = dice.randrange(3)
        if way == 0 and len(parts) > 2:
            del parts[at]
        elif way == 1:
            parts.insert(other, parts[at])
        else:
            parts[at], parts[other] = parts[other], parts[at]
    return b"\n  0\n".join(parts)


def _encoding(dice: Random, data: bytes) -> bytes:
    text = data.decode("utf-8", "replace")
    ways: list[Callable[[], bytes]] = [
        lambda: text.encode("utf-16"),
        lambda: text.encode("utf-16-be"),
        lambda: b"\xef\xbb\xbf" + data,
        lambda: data.replace(b"\r\n", b"\n").replace(b"\n", b"\r"),
        lambda: data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
        lambda: data.replace(b"\n", b"\n\n"),
        lambda: data.replace(b"\n", b"\x00\n"),
        lambda: data + dice.randbytes(200),
        lambda: dice.randbytes(200) + data,
        lambda: data.replace(b"ANSI_1252", b"ANSI_" + str(dice.randrange(2000)).encode()),
    ]
    return dice.choice(ways)()


MUTATIONS: tuple[Mutation, ...] = (
    _bytes, _cut, _hole, _lines, _tags, _numbers, _entities, _encoding,
)  # fmt: skip


def mutant(data: bytes, seed: int) -> bytes:
    """Return the mutant of a drawing that belongs to a seed: mostly one mutation, at times two."""
    dice = Random(seed)
    for _ in range(1 if dice.random() < 0.8 or len(data) < 200 else 2):
        data = dice.choice(MUTATIONS)(dice, data) or b"\n"
    return data


Drawn = Counter[tuple[str, str, tuple[tuple[float, float], ...]]]


def drawn(data: bytes) -> Drawn:
    """Return what another reader finds on the layers of the dialect in model space.

    Outlines, circles and linear dimensions, by layer, kind and places to 1 mm. ezdxf reads; a
    file it refuses for other parts of it is read plainly, pair by pair.
    """
    try:
        document, _ = recover.read(io.BytesIO(data))
    except Exception:  # noqa: BLE001 - it leaks whatever went wrong
        return _plainly(data)
    found: Drawn = Counter()
    for one in document.modelspace():
        if one.dxftype() == "LWPOLYLINE":
            found[one.dxf.layer, "outline", _places(one.get_points("xy"))] += 1
        elif one.dxftype() in {"ELLIPSE", "SPLINE"}:
            found[one.dxf.layer, "curve", _size(_area(one.flattening(1e-5)))] += 1
        elif one.dxftype() == "CIRCLE":
            found[one.dxf.layer, "circle", _places([one.dxf.center, (one.dxf.radius, 0)])] += 1
        elif one.dxftype() == "DIMENSION":
            places = _places([one.dxf.defpoint2, one.dxf.defpoint3])
            found[one.dxf.layer, "dimension", places] += 1
    return _measured(found)


def _plainly(data: bytes) -> Drawn:
    lines = data.decode("latin-1").replace("\r\n", "\n").split("\n")
    pairs = [(a.strip(), b.strip()) for a, b in zip(lines[::2], lines[1::2], strict=False)]
    start = pairs.index(("2", "ENTITIES"))
    found: Drawn = Counter()
    kind, own = "", list[tuple[str, str]]()
    for code, value in [*pairs[start + 1 :], ("0", "")]:
        if code != "0":
            own.append((code, value))
            continue
        every: dict[str, list[str]] = {}
        for name, said in own:
            every.setdefault(name, []).append(said)
        if "67" not in every:
            with suppress(KeyError, ValueError):  # broken: our reader must leave it out as well
                _add(found, kind, every)
        kind, own = value, []
        if kind == "ENDSEC":
            break
    return _measured(found)


def _add(found: Drawn, kind: str, every: dict[str, list[str]]) -> None:
    def points(*codes: tuple[str, str]) -> list[tuple[float, float]]:
        return [
            (float(x), float(y)) for a, b in codes for x, y in zip(every[a], every[b], strict=True)
        ]

    layer = every.get("8", ["0"])[0]  # a thing without a layer lies on layer 0
    if kind == "LWPOLYLINE":
        found[layer, "outline", _places(points(("10", "20")))] += 1
    elif kind == "ELLIPSE":
        centre, axis = points(("10", "20"), ("11", "21"))
        ratio, start, end = (float(every[code][0]) for code in ("40", "41", "42"))
        made = ConstructionEllipse(centre, axis, (0, 0, 1), ratio, start, end)
        found[layer, "curve", _size(_area(made.flattening(1e-5)))] += 1
    elif kind == "CIRCLE":
        radius = (float(every["40"][0]), 0.0)
        found[layer, "circle", _places([*points(("10", "20")), radius])] += 1
    elif kind == "DIMENSION":
        places = _places(points(("13", "23"), ("14", "24")))
        found[layer, "dimension", places] += 1


def _measured(found: Drawn) -> Drawn:
    return Counter({key: n for key, n in found.items() if load().measures(key[0])})


def read_here(data: bytes) -> Drawn:
    """Return what our reader finds, in the form of :func:`drawn`."""
    found: Drawn = Counter()
    for one in parse(data, load().measures).entities:
        if one.excess:
            size = ring_area_m2(one.points, one.bulges) + one.excess
            found[one.layer, "curve", _size(size)] += 1
        elif one.kind in {"outline", "dimension"}:
            found[one.layer, one.kind, _places(one.points)] += 1
        elif one.kind == "circle":
            found[one.layer, one.kind, _places([*one.points, (one.radius, 0)])] += 1
    return found


def _area(points: Iterable[Vec3]) -> float:
    ring = [(p.x, p.y) for p in points]
    return float(Polygon(ring).area) if len(ring) > 2 else 0.0


def _size(area: float) -> tuple[tuple[float, float], ...]:
    """Give a curve's area to 0.01, whichever way it runs."""
    return ((round(abs(area), 2), 0.0),)


def _places(points: Iterable[Sequence[float]]) -> tuple[tuple[float, float], ...]:
    return tuple((round(p[0], 3) + 0.0, round(p[1], 3) + 0.0) for p in points)


FAILURES = {"reading_failed", "reading_too_long", "reading_too_large"}
"""Complaints that say the reader, not the drawing, gave up."""


@dataclass
class Court:
    """Judges drawings by one book and site, and says what is wrong with how a mutant came out."""

    book: Book
    site: dict[str, Any]
    day: date

    def answer(self, survey: Survey) -> dict[str, Any]:
        """Judge a survey, without cures."""
        return judge(survey, site=self.site, as_of=self.day, book=self.book, tried=1).answer

    def faults(self, original: dict[str, Any], data: bytes, found: Survey) -> list[str]:
        """Return the faults of a mutant's survey; none is as it must be."""
        said = {c["code"] for c in found.complaints}
        out = [f"gave up: {code}" for code in sorted(said & FAILURES)]
        out += [f"no such code: {code}" for code in sorted(said - catalogue().keys())]
        try:
            everything = [found.measurements, found.sketch, found.complaints]
            json.dumps([everything, [m.value for m in found.measures]], allow_nan=False)
        except ValueError:
            out.append("a number that is none")
        if not found.readable or any(c["severity"] == "error" for c in found.complaints):
            return out if found.complaints else [*out, "unreadable without a complaint"]
        answer = self.answer(found)
        if answer["verdict"] != "pass":
            return out
        if original["verdict"] != "pass":
            out.append("passes, and the original does not")
        elif answer["facts"] != original["facts"] and drawn(data) != read_here(data):
            out.append("passes by facts that another reader does not find")
        return out
