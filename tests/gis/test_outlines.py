"""Whatever encloses an area: each kind of DXF entity, written by ezdxf, against areas by hand."""

import math
from collections.abc import Callable
from pathlib import Path

import ezdxf
import numpy as np
import pytest
from ezdxf import math as ezmath
from ezdxf.document import Drawing
from ezdxf.layouts import Modelspace

from gis.drawing.survey import survey

LAYER = "BLK_1_FLR_0_BLT_UP_AREA"
ON = {"layer": LAYER, "color": 25}
BOX = [(40, 0), (50, 0), (50, 8), (40, 8)]
Draw = Callable[[Modelspace], object]


def paper(release: str = "R2010") -> tuple[Drawing, Modelspace]:
    """A drawing in metres with its plot."""
    document = ezdxf.new(release, units=6)
    space = document.modelspace()
    box = [(0, 0), (16, 0), (16, 16), (0, 16)]
    if release == "R12":
        space.add_polyline2d(box, close=True, dxfattribs={"layer": "PLOT_BOUNDARY"})
    else:
        space.add_lwpolyline(box, close=True, dxfattribs={"layer": "PLOT_BOUNDARY"})
    return document, space


def read(tmp_path: Path, draw: Draw, release: str = "R2010"):
    document, space = paper(release)
    draw(space)
    document.saveas(tmp_path / "plan.dxf")
    return survey(tmp_path / "plan.dxf")


def area(found) -> float | None:
    """Drawn area of floor 0, None when the block has none."""
    blocks = found.measurements["blocks"]
    return blocks[0]["floors"][0]["drawn_m2"] if blocks and blocks[0]["floors"] else None


def codes(found) -> list[str]:
    mine = {"outline", "curve", "hatch", "loose", "pieces", "layer", "not", "number"}
    return [c["code"] for c in found.complaints if c["code"].split("_")[0] in mine]


def lines(space: Modelspace, points: list[tuple[float, float]], close: bool = True) -> None:
    for a, b in zip(points, points[1:] + points[:1] if close else points[1:], strict=False):
        space.add_line(a, b, dxfattribs=ON)


def half_round(space: Modelspace) -> None:
    """A box 10 x 8 whose right end is a half circle, as an old POLYLINE."""
    points = [(40, 0, 0), (50, 0, 1), (50, 8, 0), (40, 8, 0)]
    space.add_polyline2d(points, format="xyb", close=True, dxfattribs=ON)


CLOSED_SPLINE = [(40.0, 0.0), (45.0, 1.0), (48.0, 6.0), (43.0, 9.0), (38.0, 5.0)]


def periodic(space: Modelspace) -> None:
    spline = space.add_spline(dxfattribs=ON)
    spline.set_closed([(x, y, 0.0) for x, y in CLOSED_SPLINE], degree=3)


def area_of_periodic() -> float:
    """Exact area of a uniform periodic cubic B-spline: a sum over pairs of control points."""
    # integral of N_i N_j' of uniform cubic B-splines over one period, for j - i = 1, 2, 3
    weights = {1: 245 / 720, 2: 56 / 720, 3: 1 / 720}
    points, total = CLOSED_SPLINE, 0.0
    for i, (x, y) in enumerate(points):
        for shift, weight in weights.items():
            nx, ny = points[(i + shift) % len(points)]
            total += weight * (x * ny - nx * y)
    return abs(total)


def rational(space: Modelspace) -> None:
    circle = ezmath.rational_bspline_from_arc((45, 4), 3, 0, 360)
    space.add_rational_spline(
        control_points=circle.control_points, weights=circle.weights(), knots=circle.knots(),
        degree=circle.degree, dxfattribs=ON,
    )  # fmt: skip


def tilted_ellipse(space: Modelspace) -> None:
    space.add_ellipse((45, 4), major_axis=(3, 4), ratio=0.4, dxfattribs=ON)


def half_ellipse_and_line(space: Modelspace) -> None:
    space.add_ellipse(
        (45, 4), major_axis=(0, 5), ratio=0.5, start_param=0, end_param=math.pi, dxfattribs=ON
    )
    space.add_line((45, 9), (45, -1), dxfattribs=ON)


def mirrored_arc_chain(space: Modelspace) -> None:
    """Two lines and two arcs, one of them seen from below."""
    lines(space, [(40, 0), (50, 0)], close=False)
    lines(space, [(40, 8), (50, 8)], close=False)
    space.add_arc((50, 4), 4, 270, 90, dxfattribs=ON)
    space.add_arc((-40, 4), 4, 270, 90, dxfattribs={**ON, "extrusion": (0, 0, -1)})


@pytest.mark.parametrize(
    ("draw", "wanted"),
    [
        (half_round, 80 + 8 * math.pi),
        (lambda s: s.add_circle((45, 4), 3, dxfattribs=ON), 9 * math.pi),
        (tilted_ellipse, 10 * math.pi),
        (half_ellipse_and_line, 2.5 * 5 * math.pi / 2),
        (periodic, area_of_periodic()),
        (rational, 9 * math.pi),
        (lambda s: lines(s, BOX), 80),
        (mirrored_arc_chain, 80 + 16 * math.pi),
        (lambda s: s.add_polyline3d([(x, y, 3) for x, y in BOX], close=True, dxfattribs=ON), 80),
    ],
)
def test_every_entity_that_encloses_an_area_has_its_exact_area(tmp_path: Path, draw: Draw, wanted):
    found = read(tmp_path, draw)
    assert area(found) == pytest.approx(wanted, rel=1e-9, abs=1e-6)
    assert set(codes(found)) <= {"outline_joined"}


@pytest.mark.parametrize("release", ["R12", "R2018"])
def test_old_and_new_polylines_are_one(tmp_path: Path, release):
    assert area(read(tmp_path, half_round, release)) == pytest.approx(80 + 8 * math.pi, abs=1e-6)


def test_a_spline_of_fit_points_is_the_smooth_curve_and_said(tmp_path: Path):
    def closed(space: Modelspace) -> None:
        ring = [(45 + 3 * math.cos(a), 4 + 3 * math.sin(a)) for a in np.arange(24) * math.tau / 24]
        space.add_spline(ring, dxfattribs=ON).closed = True

    found = read(tmp_path, closed)
    assert area(found) == pytest.approx(9 * math.pi, rel=1e-4)
    assert codes(found) == ["curve_through_points"]

    def open_(space: Modelspace) -> None:
        space.add_spline([(40, 0), (45, 2), (47, 5), (40, 8)], dxfattribs=ON)
        space.add_line((40, 8), (40, 0), dxfattribs=ON)

    curve = ezmath.fit_points_to_cad_cv([(40, 0), (45, 2), (47, 5), (40, 8)])
    flat = [(p.x, p.y) for p in curve.flattening(1e-7, 64)]
    assert area(read(tmp_path, open_)) == pytest.approx(abs(ezmath.area(flat)), rel=1e-6)


@pytest.mark.parametrize(
    "broken", [{"knots": [0, 0, 0, 0, 1, 0.5, 1, 1]}, {"weights": [1, -1, 1, 1]}, {"degree": 40}]
)
def test_a_spline_that_is_none_is_said_and_not_measured(tmp_path: Path, broken):
    def draw(space: Modelspace) -> None:
        spline = space.add_spline(dxfattribs=ON)
        spline.control_points = [(40, 0, 0), (50, 0, 0), (50, 8, 0), (40, 0, 0)]
        spline.knots = broken.get("knots", [0, 0, 0, 0, 1, 1, 1, 1])
        spline.weights = broken.get("weights", [])
        spline.dxf.degree = broken.get("degree", 3)

    found = read(tmp_path, draw)
    assert area(found) is None
    assert {"curve_not_measured", "layer_unmeasured"} <= set(codes(found))


@pytest.mark.parametrize("kind", ["REGION", "3DSOLID"])
def test_solids_and_regions_stay_a_complaint(tmp_path: Path, a_house, kind):
    layer = "BLK_1_FLR_1_BLT_UP_AREA"
    found = survey(a_house().raw("0", kind, "8", layer).write(tmp_path))
    assert codes(found) == ["curve_not_measured", "layer_unmeasured"]


# --- hatches


def hatch(space: Modelspace, *paths: list, bulge: float = 0.0, style: int = 0, **more):
    made = space.add_hatch(dxfattribs={**ON, "hatch_style": style, **more})
    for path in paths:
        made.paths.add_polyline_path([(x, y, bulge) for x, y in path], is_closed=True)
    return made


def test_a_hatch_alone_is_an_outline_less_its_islands(tmp_path: Path):
    island, inner = [(42, 2), (46, 2), (46, 6), (42, 6)], [(43, 3), (44, 3), (44, 4), (43, 4)]
    assert area(read(tmp_path, lambda s: hatch(s, BOX))) == 80
    assert area(read(tmp_path, lambda s: hatch(s, BOX, island))) == 64
    assert area(read(tmp_path, lambda s: hatch(s, inner, BOX, island))) == 65
    assert area(read(tmp_path, lambda s: hatch(s, BOX, island, style=2))) == 80


def test_a_hatch_of_edges_is_measured_whatever_its_edges_are(tmp_path: Path):
    def edges(space: Modelspace) -> None:
        path = space.add_hatch(dxfattribs=ON).paths.add_edge_path()
        path.add_line((40, 0), (50, 0))
        path.add_arc((50, 4), 4, 270, 90)
        path.add_line((50, 8), (40, 8))
        path.add_ellipse((40, 4), (0, 4), 0.5, 0, 180)

    wanted = 80 + 8 * math.pi + 4 * math.pi
    assert area(read(tmp_path, edges)) == pytest.approx(wanted, abs=1e-6)

    def clockwise(space: Modelspace) -> None:
        path = space.add_hatch(dxfattribs=ON).paths.add_edge_path()
        path.add_line((50, 0), (40, 0))
        path.add_ellipse((40, 4), (0, 4), 0.5, 20, 180, ccw=False)
        path.add_spline(
            control_points=[path.edges[-1].end_point, (46, 9), path.edges[-1].start_point][::-1],
            degree=2, knot_values=[0, 0, 0, 1, 1, 1],
        )  # fmt: skip
        path.edges.pop()
        start = path.edges[-1].start_point
        path.add_line(start, (50, 8))
        path.add_spline(
            control_points=[(50, 8), (54, 4), (50, 0)], degree=2, knot_values=[0, 0, 0, 1, 1, 1]
        )

    found = read(tmp_path, clockwise)
    start = ezmath.ConstructionEllipse((40, 4), (0, 4), ratio=0.5).vertices(
        [math.atan2(math.sin(math.radians(20)), math.cos(math.radians(20)) * 0.5)]
    )
    (top,) = start
    sweep = math.pi - math.atan2(math.sin(math.radians(20)), math.cos(math.radians(20)) * 0.5)
    chords = [(40, 0), (50, 0), (50, 8), (top.x, top.y)]
    wanted = (
        abs(ezmath.area(chords)) + 4 * (sweep - math.sin(sweep)) + 2 / 3 * 0.5 * 8 * 4
    )  # the spline is a parabola: two thirds of its triangle
    assert area(found) == pytest.approx(wanted, abs=1e-6)


def test_a_hatch_of_a_spline_edge_is_measured(tmp_path: Path):
    def draw(space: Modelspace) -> None:
        path = space.add_hatch(dxfattribs=ON).paths.add_edge_path()
        path.add_line((50, 0), (50, 8))
        path.add_spline(
            control_points=[(50, 8), (30, 4), (50, 0)], degree=2, knot_values=[0, 0, 0, 1, 1, 1]
        )

    assert area(read(tmp_path, draw)) == pytest.approx(2 / 3 * 80, abs=1e-6)


def test_a_filled_outline_counts_once_and_a_fill_that_goes_beyond_is_said(tmp_path: Path):
    def filled(space: Modelspace, fill: list) -> None:
        space.add_lwpolyline(BOX, close=True, dxfattribs=ON)
        hatch(space, fill)

    whole = read(tmp_path, lambda s: filled(s, BOX))
    assert (area(whole), codes(whole)) == (80, [])
    part = read(tmp_path, lambda s: filled(s, [(41, 1), (45, 1), (45, 3)]))
    assert (area(part), codes(part)) == (80, [])
    beyond = read(tmp_path, lambda s: filled(s, [(40, 0), (50.1, 0), (50.1, 8), (40, 8)]))
    assert (area(beyond), codes(beyond)) == (80, ["hatch_beyond_outline"])
    apart = read(tmp_path, lambda s: filled(s, [(60, 0), (70, 0), (70, 8), (60, 8)]))
    assert (area(apart), codes(apart)) == (160, [])


def test_a_fill_of_an_outline_in_pieces_counts_once(tmp_path: Path):
    def draw(space: Modelspace) -> None:
        lines(space, BOX)
        hatch(space, BOX)

    assert area(read(tmp_path, draw)) == 80


# --- blocks


@pytest.mark.parametrize(
    ("place", "factor"),
    [
        ({"rotation": 33}, 1),
        ({"xscale": 2, "yscale": 2, "rotation": -71}, 4),
        ({"xscale": -1, "rotation": 20}, 1),
        ({"xscale": 3, "yscale": 0.5, "rotation": 20}, 1.5),
        ({"xscale": -2, "yscale": 0.7}, 1.4),
        ({"extrusion": (0, 0, -1), "rotation": 15, "xscale": 2}, 2),
    ],
)
def test_blocks_turn_mirror_and_stretch_what_they_hold(tmp_path: Path, place, factor):
    document, space = paper()
    inner = document.blocks.new("INNER")
    half_round(inner)
    inner.add_circle((60, 4), 2, dxfattribs=ON)
    inner.add_ellipse((70, 4), (1, 2), 0.5, dxfattribs=ON)
    hatch(inner, [(80, 0), (84, 0), (84, 4), (80, 4)], bulge=0.3)
    lines(inner, [(90, 0), (95, 0), (95, 2)])
    outer = document.blocks.new("OUTER")
    outer.add_blockref("INNER", (3, 4), {"rotation": 45})
    space.add_blockref("OUTER", (200, 100), place)
    document.saveas(tmp_path / "plan.dxf")
    segment = 4 * math.atan(0.3)
    radius = 2 / math.sin(segment / 2)
    bulged = 16 + 4 * radius**2 / 2 * (segment - math.sin(segment))
    once = 80 + 8 * math.pi + 4 * math.pi + 2.5 * math.pi + bulged + 5
    found = survey(tmp_path / "plan.dxf")
    assert area(found) == pytest.approx(factor * once, rel=1e-9, abs=1e-6)


def test_a_block_on_its_side_is_no_plan_and_is_said(tmp_path: Path):
    document, space = paper()
    half_round(document.blocks.new("INNER"))
    space.add_blockref("INNER", (0, 0), {"extrusion": (0, -1, 0), "layer": LAYER})
    document.saveas(tmp_path / "plan.dxf")
    assert "curve_not_measured" in codes(survey(tmp_path / "plan.dxf"))
    upright = read(
        tmp_path,
        lambda s: s.add_lwpolyline(BOX, close=True, dxfattribs={**ON, "extrusion": (0, -1, 0)}),
    )
    assert {"not_an_outline", "layer_unmeasured"} <= set(codes(upright))


# --- pieces


@pytest.mark.parametrize(
    ("gap", "wanted"),
    [
        (0.0009, ["outline_joined"]),
        (0.04, ["outline_closed_for_you", "outline_joined"]),
        (0.06, ["loose_lines", "layer_unmeasured"]),
    ],
)
def test_pieces_are_joined_where_their_ends_meet(tmp_path: Path, gap, wanted):
    def draw(space: Modelspace) -> None:
        lines(space, [(50, 8), (40, 8), (40, gap)], close=False)
        space.add_lwpolyline([(40, 0), (50, 0), (50, 8)], dxfattribs=ON)

    found = read(tmp_path, draw)
    said = codes(found)
    assert [c for c in said if c != "outline_open"] == wanted
    if "outline_joined" in wanted:
        assert area(found) == pytest.approx(80, abs=0.3)
    else:
        assert area(found) is None


def test_a_chain_that_forks_is_left_and_said_while_a_plain_one_beside_it_counts(tmp_path: Path):
    def draw(space: Modelspace) -> None:
        lines(space, BOX)
        lines(space, [(45, 0), (45, 8)], close=False)  # touches no end: nothing to it
        lines(space, [(60, 0), (70, 0), (70, 8), (60, 8)])
        lines(space, [(60, 0), (70, 8)], close=False)

    found = read(tmp_path, draw)
    assert area(found) == 80
    assert codes(found) == ["outline_joined", "loose_lines", "pieces_fork"]


def test_lines_drawn_twice_are_one(tmp_path: Path):
    def draw(space: Modelspace) -> None:
        lines(space, BOX)
        lines(space, BOX[::-1])

    assert area(read(tmp_path, draw)) == 80


def test_pieces_of_two_colours_say_no_use(tmp_path: Path):
    def draw(space: Modelspace) -> None:
        lines(space, BOX[:2] + BOX[2:], close=False)
        space.add_line(BOX[3], BOX[0], dxfattribs={**ON, "color": 8})

    found = read(tmp_path, draw)
    assert area(found) == 80
    assert [m.value for m in found.measures if m.name == "uses"] == [{"0": 80.0}]


def test_many_pieces_are_joined_in_one_go(tmp_path: Path):
    count = 3000
    ring = [
        (45 + 5 * math.cos(i * math.tau / count), 5 * math.sin(i * math.tau / count))
        for i in range(count)
    ]
    exact = count / 2 * 25 * math.sin(math.tau / count)
    assert area(read(tmp_path, lambda s: lines(s, ring))) == pytest.approx(exact, abs=1e-6)


def test_hundreds_of_curves_keep_their_exact_areas(tmp_path: Path):
    def draw(space: Modelspace) -> None:
        for i in range(230):
            space.add_ellipse((40 + 9 * i, 4), major_axis=(3, 2), ratio=0.5, dxfattribs=ON)

    assert area(read(tmp_path, draw)) == pytest.approx(230 * math.pi * 13 * 0.5, abs=1e-6)
