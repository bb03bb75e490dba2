"""One drawing drawn in many ways: what it measures and every verdict stay the same."""

import json
import math
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import ezdxf
import pytest
from ezdxf import transform
from ezdxf.addons import r12export
from ezdxf.document import Drawing
from ezdxf.entities import DXFEntity
from ezdxf.math import Matrix44

from gis.drawing.dialect import load
from gis.drawing.survey import survey
from gis.model import Survey
from kmap.facts import translate
from rules import Book, evaluate, shipped_book

DAY = date(2026, 1, 15)
OWN = Path(__file__).resolve().parents[2] / "data" / "plans"
SITE = json.loads((OWN / "site.json").read_text(encoding="utf-8"))
PLANS = ["kl02_house_202m2", "house_that_passes"]
Change = Callable[[Drawing], None]


def measured(document: Drawing) -> list[DXFEntity]:
    """What lies in model space on the layers that are measured."""
    return [e for e in document.modelspace() if load().measures(e.dxf.layer)]


def moved(matrix: Matrix44) -> Change:
    """Everything elsewhere."""
    return lambda document: transform.inplace(document.modelspace(), matrix)


def turned(degrees: float) -> Change:
    return moved(Matrix44.z_rotate(math.radians(degrees)))


def in_units(code: int, metres: float) -> Change:
    """The same in other units, and the header says so."""

    def change(document: Drawing) -> None:
        moved(Matrix44.scale(1 / metres, 1 / metres, 1 / metres))(document)
        document.header["$INSUNITS"] = code

    return change


def unsaid_units(metres: float) -> Change:
    """The same in other units, and the header says metres all the same."""
    return in_units(6, metres)


def reordered(document: Drawing) -> None:
    document.modelspace().entity_space.entities.reverse()


def layers_as(rename: Callable[[str], str]) -> Change:
    def change(document: Drawing) -> None:
        for entity in measured(document):
            old, name = entity.dxf.layer, rename(entity.dxf.layer)
            if old in document.layers and name not in document.layers:
                document.layers.add(name, color=document.layers.get(old).color)
            entity.dxf.layer = name

    return change


def in_pieces(document: Drawing) -> None:
    """Polylines as the lines and arcs they are made of."""
    space = document.modelspace()
    for entity in measured(document):
        if entity.dxftype() == "LWPOLYLINE":
            for piece in entity.virtual_entities():
                space.add_entity(piece)
            space.delete_entity(entity)


def old_polylines(document: Drawing) -> None:
    space = document.modelspace()
    for entity in measured(document):
        if entity.dxftype() == "LWPOLYLINE":
            space.add_polyline2d(
                entity.get_points("xyb"), format="xyb", close=entity.closed,
                dxfattribs={"layer": entity.dxf.layer, "color": entity.dxf.color},
            )  # fmt: skip
            space.delete_entity(entity)


def hatched(document: Drawing) -> None:
    """Each outline filled with a hatch."""
    space = document.modelspace()
    for entity in measured(document):
        if entity.dxftype() == "LWPOLYLINE":
            fill = space.add_hatch(entity.dxf.color, dxfattribs={"layer": entity.dxf.layer})
            fill.paths.add_polyline_path(entity.get_points("xyb"), is_closed=True)


def only_hatched(document: Drawing) -> None:
    hatched(document)
    for entity in measured(document):
        if entity.dxftype() == "LWPOLYLINE":
            document.modelspace().delete_entity(entity)


def in_blocks(placing: dict[str, Any]) -> Change:
    """What is measured lies in a block in a block, placed so that it comes to lie as before."""

    def change(document: Drawing) -> None:
        space = document.modelspace()
        inner = document.blocks.new("SAME_INNER")
        outer = document.blocks.new("SAME_OUTER")
        outer.add_blockref("SAME_INNER", (3, 4), {"rotation": 20})
        first = outer.query("INSERT").first.matrix44()
        second = space.add_blockref("SAME_OUTER", (100, -50), placing).matrix44()
        back = first @ second
        back.inverse()
        for entity in measured(document):
            if entity.dxftype() != "INSERT":
                space.move_to_layout(entity, inner)
        transform.inplace(inner, back)

    return change


def as_release(release: str, binary: bool) -> Callable[[Drawing, Path], None]:
    def write(document: Drawing, path: Path) -> None:
        if release == "R12":
            document = r12export.convert(document)
        else:
            document.dxfversion = release
        document.saveas(path, fmt="bin" if binary else "asc")

    return write


CHANGES: dict[str, Change] = {
    "as it is": lambda document: None,
    "turned by 37 degrees": turned(37),
    "on its head": turned(180),
    "turned by 271.3 degrees": turned(271.3),
    "far off": moved(Matrix44.translate(2_000_000, 1_200_000, 0)),
    "mirrored": moved(Matrix44.scale(-1, 1, 1)),
    "mirrored and turned": moved(Matrix44.chain(Matrix44.scale(1, -1, 1), Matrix44.z_rotate(0.5))),
    "entities reversed": reordered,
    "layers in small letters": layers_as(str.lower),
    "layers without underscores": layers_as(lambda name: name.replace("_", "")),
    "layers with double underscores": layers_as(lambda name: name.replace("_", "__")),
    "layers with hyphens": layers_as(lambda name: name.replace("_", "-")),
    "layers with spaces": layers_as(lambda name: name.replace("_", " ")),
    "in millimetres": in_units(4, 0.001),
    "in centimetres": in_units(5, 0.01),
    "in inches": in_units(1, 0.0254),
    "in feet": in_units(2, 0.3048),
    "in feet unsaid": unsaid_units(0.3048),
    "in millimetres unsaid": unsaid_units(0.001),
    "in pieces": in_pieces,
    "old polylines": old_polylines,
    "filled with hatches": hatched,
    "only hatches": only_hatched,
    "in blocks": in_blocks({"rotation": 33}),
    "in mirrored blocks": in_blocks({"xscale": -1, "rotation": -14}),
    "in blocks of another scale": in_blocks({"xscale": 25, "yscale": 25}),
}
RELEASES = [("R12", False), ("R2000", False), ("R2018", False), ("R12", True), ("R2018", True)]


@pytest.fixture(scope="module")
def book() -> Book:
    return shipped_book()


@pytest.fixture(scope="module")
def plans(
    shared: Path, book: Book, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[Path, Survey, dict[str, str]]]:
    """Name -> (its measured entities alone, what the whole drawing measures, its verdicts)."""
    folder = tmp_path_factory.mktemp("slim")
    out = {}
    for name in PLANS:
        path = shared / "plans" / f"{name}.dxf"
        path = path if path.exists() else OWN / path.name
        slim(path, folder / path.name)
        found = survey(path)
        out[name] = folder / path.name, found, verdicts(found, book)
    return out


def slim(path: Path, to: Path) -> None:
    """Leave out what is not measured, so that the many ways to draw the rest go fast."""
    document = ezdxf.readfile(path)
    space, kept = document.modelspace(), set(measured(document))
    for entity in [e for e in space if e not in kept]:
        space.delete_entity(entity)
    for block in list(document.blocks):
        if not block.is_any_layout:
            document.blocks.delete_block(block.name, safe=False)
    document.saveas(to)


def verdicts(found: Survey, book: Book) -> dict[str, str]:
    facts = translate(found, SITE, load(), book).facts
    clauses = evaluate(book, facts, DAY).as_json()["clauses"]
    return {name: clause["verdict"] for name, clause in clauses.items()}


def values(found: Survey) -> list[tuple[tuple[Any, ...], Any]]:
    """Everything measured, in an order that does not hang on the drawing's own."""
    out = []
    for m in found.measures:
        key = (m.name, m.block, m.level, m.floor, m.typed, m.how, str(m.details.get("key")))
        out.append((key, m.value))
    return sorted(out, key=lambda row: (str(row[0]), str(row[1])))


def the_same(one: Survey, other: Survey) -> None:
    mine, theirs = values(one), values(other)
    assert [key for key, _ in mine] == [key for key, _ in theirs]
    for (key, value), (_, wanted) in zip(mine, theirs, strict=True):
        if isinstance(wanted, (float, list, dict)):
            assert value == pytest.approx(wanted, rel=1e-6, abs=1e-6), key
        else:
            assert value == wanted, key


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("how", CHANGES)
def test_a_drawing_drawn_otherwise_is_the_same_drawing(
    tmp_path: Path, plans, book: Book, plan: str, how: str
):
    path, before, judged = plans[plan]
    document = ezdxf.readfile(path)
    CHANGES[how](document)
    document.saveas(tmp_path / "other.dxf")
    after = survey(tmp_path / "other.dxf")
    the_same(after, before)
    assert verdicts(after, book) == judged


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize(("release", "binary"), RELEASES)
def test_a_drawing_in_any_form_of_dxf_is_the_same_drawing(
    tmp_path: Path, plans, book: Book, plan: str, release: str, binary: bool
):
    path, before, judged = plans[plan]
    as_release(release, binary)(ezdxf.readfile(path), tmp_path / "other.dxf")
    after = survey(tmp_path / "other.dxf")
    assert (
        after.drawing["release"]
        == {"R12": "AC1009", "R2000": "AC1015", "R2018": "AC1032"}[release]
    )
    long = any(len(layer) > 31 for layer in before.drawing["layers_measured"])
    if release == "R12" and long:  # that release cuts the names of layers
        assert "layer_names_cut" in {c["code"] for c in after.complaints}
        lost = {key[0] for key, _ in values(before)} - {key[0] for key, _ in values(after)}
        assert lost <= {"light_depth", "rooms_to_air"}
        return
    the_same(after, before)
    assert verdicts(after, book) == judged
