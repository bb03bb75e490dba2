"""Sections -> Raw: the entities of model space on layers of the dialect, blocks copied in."""

from collections import Counter as Tally
from collections.abc import Mapping, Sequence
from dataclasses import replace

from gis.drawing import blocks as blocks_
from gis.drawing.entities import entity, things_with_children
from gis.drawing.shapes import Head, coarse, facing_of, head
from gis.drawing.tags import Sections, Thing, integer, number
from gis.errors import StrangeNumberError, UnreadableError
from gis.model import Complaint, Entity, Raw

BYBLOCK, BYLAYER = 0, 256
_LEFT_OUT = {"IMAGE": "image", "WIPEOUT": "", "OLE2FRAME": "image", "OLEFRAME": "image"}
_FINE_CURVES, _FEW_CHORDS = 200, 64
"""So many ellipses and splines keep all their chords; a curve of so few is never thinned."""


class _Gatherer:
    """Collects entities while walking model space once."""

    def __init__(self, sections: Sections, wanted: blocks_.Wanted) -> None:
        self.wanted = wanted
        self.colours = layer_colours(sections.tables)
        self.factors = dimension_factors(sections.tables)
        self.blocks = blocks_.read_blocks(sections.blocks)
        self.counter = blocks_.Counter(self.blocks, wanted)
        self.entities: list[Entity] = []
        self.strange: Tally[str] = Tally()
        self.left_out: Tally[str] = Tally()
        self.complaints: list[Complaint] = []
        self.copies = 0
        self.curves = 0

    def walk(self, things: Sequence[Thing]) -> None:
        """Read every entity of the ENTITIES section."""
        for thing, children in things_with_children(things):
            layer = thing.first("8", "0").strip()
            if thing.type != "INSERT" and not self.wanted(layer) and not thing.starts_with("67"):
                self._strange(thing, layer)
                continue
            own = head(thing)
            if own.paper:
                self.left_out["paper_space"] += 1
            elif thing.type == "INSERT":
                self._insert(thing, own)
                self.entities.extend(self._labels(children, own))
            else:
                self._entity(thing, children, own)

    def _insert(self, thing: Thing, own: Head) -> None:
        self.copies += self.counter.copies(thing)
        if self.copies > blocks_.COPIES:
            raise UnreadableError("copies_over_budget", copies=f"{self.copies:.3g}")
        if not self.wanted(own.layer):
            self.strange[own.layer] += 1
        if self.counter.matters(thing, own.layer):
            try:
                if facing_of(thing) is None:
                    said = {"kind": "tilted INSERT", "handle": own.handle}
                    self.complaints.append(Complaint("curve_not_measured", own.layer, None, said))
                    return
                self.entities.extend(self._copied(thing, own))
            except StrangeNumberError as error:
                details = {"number": str(error), "handle": own.handle}
                self.complaints.append(Complaint("number_strange", own.layer, None, details))

    def _labels(self, children: list[Thing], insert: Head) -> list[Entity]:
        """Return the attributes of an INSERT: texts; on layer 0 they lie on its layer."""
        out = []
        for child in children:
            own = head(child)
            layer = insert.layer if own.layer == "0" else own.layer
            if child.type == "ATTRIB" and self.wanted(layer):
                made = self._made(child, [], replace(own, layer=layer))
                out += [] if made is None else [made]
        return out

    def _copied(self, insert: Thing, own: Head) -> list[Entity]:
        """Return the copies an INSERT makes of the entities on layers of the dialect."""
        inner: list[Entity] = []
        for thing, children, inside in self.blocks[blocks_.target(insert)].children:
            layer = own.layer if inside.layer == "0" else inside.layer
            if thing.type == "INSERT":
                if self.counter.matters(thing, layer):
                    inner.extend(self._copied(thing, replace(inside, layer=layer)))
                inner.extend(self._labels(children, replace(inside, layer=layer)))
            elif self.wanted(layer):
                made = self._made(thing, children, replace(inside, layer=layer))
                if made is not None:
                    inner.append(made)
        own = replace(own, colour=self._colour(own))
        return [
            self._kept(placing.entity(one))
            for placing in blocks_.placings(insert, own, self.blocks)
            for one in inner
        ]

    def _entity(self, thing: Thing, children: list[Thing], own: Head) -> None:
        if not self.wanted(own.layer):
            self._strange(thing, own.layer)
            return
        made = self._made(thing, children, own)
        if made is not None:
            self.entities.append(made)

    def _strange(self, thing: Thing, layer: str) -> None:
        """Count what lies on a layer that is not measured; most of a drawing does."""
        self.strange[layer] += 1
        if _LEFT_OUT.get(thing.type):
            self.left_out[_LEFT_OUT[thing.type]] += 1

    def _made(self, thing: Thing, children: list[Thing], own: Head) -> Entity | None:
        made, complaint = entity(thing, children, own, self._colour(own))
        if complaint is not None:
            self.complaints.append(complaint)
        if made is None:
            return None
        if made.kind == "dimension" and not made.factor:
            style = thing.first("3").strip().upper()
            made = replace(made, factor=self.factors.get(style, 1.0))
        return self._kept(made)

    def _kept(self, made: Entity) -> Entity:
        """Return a curve as it is, or with few chords when there are very many of them."""
        if not made.excess or len(made.points) <= _FEW_CHORDS:
            return made
        self.curves += 1
        return made if self.curves <= _FINE_CURVES else coarse(made)

    def _colour(self, own: Head) -> int:
        """Return the ACI colour of an entity, that of its layer where it says BYLAYER."""
        colour = abs(own.colour)
        return self.colours.get(own.layer.upper(), 7) if colour == BYLAYER else colour


def layer_colours(tables: Sequence[Thing]) -> dict[str, int]:
    """Return the ACI colour of each layer by upper-case name."""
    out: dict[str, int] = {}
    for thing in tables:
        if thing.type == "LAYER":
            out[thing.first("2").strip().upper()] = abs(integer(thing.first("62"), 7))
    return out


def dimension_factors(tables: Sequence[Thing]) -> dict[str, float]:
    """Return DIMLFAC of each dimension style by upper-case name; a strange one counts as 1."""
    out: dict[str, float] = {}
    for thing in tables:
        if thing.type == "DIMSTYLE":
            try:
                factor = number(thing.first("144", "1"))
            except StrangeNumberError:
                factor = 1.0
            out[thing.first("2").strip().upper()] = factor or 1.0
    return out


def xrefs(things: Sequence[Thing]) -> int:
    """Count the blocks that stand for other files."""
    return sum(1 for t in things if t.type == "BLOCK" and integer(t.first("70")) & 4)


def collect(sections: Sections, wanted: blocks_.Wanted) -> Raw:
    """Return what model space holds on the layers that ``wanted`` names.

    Raises:
        UnreadableError: copies_over_budget, block_cycle, blocks_too_deep, coordinate_strange.

    """
    try:
        gatherer = _Gatherer(sections, wanted)
        gatherer.walk(sections.entities)
    except StrangeNumberError as error:
        raise UnreadableError("number_strange", number=str(error), handle="?") from error
    left_out: Mapping[str, int] = dict(gatherer.left_out)
    if count := xrefs(sections.blocks):
        left_out = {**left_out, "xref": count}
    units = sections.header.get("$INSUNITS")
    return Raw(
        release=sections.header.get("$ACADVER", "unknown"),
        units_code=None if units is None else integer(units, 0),
        entities=tuple(gatherer.entities),
        strange_layers=dict(gatherer.strange),
        left_out=left_out,
        complaints=tuple(gatherer.complaints),
    )
