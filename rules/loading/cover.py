"""The cover of the book (book.yaml) and its vocabulary."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from rules.conditions import Kind
from rules.loading.fields import Fields, text_of
from rules.loading.yamlfile import Spot
from rules.model import Fact, Family, Notice, OtherLaw, Rung, Text, Unit

SCOPES = ("plot", "block", "level", "floor", "unit")
TYPES = ("number", "integer", "boolean", "enum", "text", "list", "map")
SUPPLIERS = ("measured", "declared", "map", "derived")
MARKS = ("A", "B", "B-", "C")
MOST_FAMILIES = 2
"""What two rule sets say can be joined where the local body is not told; of more nothing could."""
NEEDED_NOTICES = (
    "both-families",
    "before-first-version",
    "older-rules-partly",
    "not-yet-in-force",
    "low-trust",
    "claim-differs",
    "text-forks",
    "no-row",
    "cannot-work-out",
    "exceptions-clash",
)


@dataclass(frozen=True, slots=True)
class Cover:
    """What book.yaml says."""

    id: str
    title: Text
    families: Mapping[str, Family]
    bodies: Mapping[str, tuple[str, str]]
    other_law: Mapping[str, OtherLaw]
    notices: Mapping[str, Notice]
    keys: Mapping[str, date]
    fees: tuple[str, ...]


def read_cover(spot: Spot) -> Cover:
    """Read book.yaml."""
    fields = Fields(spot, "book")
    book_id, title = fields.take("id", str), fields.need_text("title")
    notices = {
        key: read_notice(key, one) for key, one in fields.take_map("notices", needed=True).items()
    }
    for needed in NEEDED_NOTICES:
        if needed not in notices:
            spot.fail(f"book: notice `{needed}` is missing; the engine uses it")
    named = fields.take_map("families", needed=True)
    if not 1 <= len(named) <= MOST_FAMILIES:
        spot.fail("book: `families` names one rule set or two")
    keys, ladders = _ladder(fields.take_list("versions", needed=True), spot, notices, named)
    families = {key: _family(key, one, ladders[key]) for key, one in named.items()}
    bodies = {key: _body(one, tuple(named)) for key, one in fields.take_map("bodies").items()}
    other = {key: _other(key, one) for key, one in fields.take_map("other_law").items()}
    fees = fields.take_words("fees", ())
    fields.done()
    return Cover(book_id, title, families, bodies, other, notices, keys, fees)


def read_notice(key: str, spot: Spot) -> Notice:
    """Read one notice."""
    fields = Fields(spot, f"notice {key}")
    text = Text(fields.take("en", str), fields.take("ml", str))
    always = fields.take("always", bool, False)
    fields.done()
    if not text.en.strip() or not text.ml.strip():
        spot.fail(f"notice {key}: both en and ml must say something")
    return Notice(key, text, always)


def _family(key: str, spot: Spot, ladder: tuple[Rung, ...]) -> Family:
    fields = Fields(spot, f"family {key}")
    family = Family(key, fields.take("instrument", str), fields.need_text("title"), ladder)
    fields.done()
    return family


def _ladder(
    rungs: list[Spot], spot: Spot, notices: Mapping[str, Notice], families: Iterable[str]
) -> tuple[dict[str, date], dict[str, tuple[Rung, ...]]]:
    keys: dict[str, date] = {}
    ladders: dict[str, list[Rung]] = {family: [] for family in families}
    last = date.min
    for rung in rungs:
        fields = Fields(rung, "version")
        key, start = fields.take("key", str), fields.take("from", date)
        unseen, partial = fields.take("unseen", bool, False), fields.take("partial", bool, False)
        if key in keys or start <= last:
            rung.fail(f"version {key}: keys must differ and days must rise")
        keys[key], last = start, start
        for family, ladder in ladders.items():
            one = fields.spot_of(family, needed=False)
            if one is not None:
                ladder.append(_rung(one, key, start, (unseen, partial), notices))
        fields.done()
    if not all(ladders.values()):
        spot.fail("book: each family needs at least one version")
    return keys, {family: tuple(found) for family, found in ladders.items()}


def _rung(
    spot: Spot, key: str, start: date, kind: tuple[bool, bool], notices: Mapping[str, Notice]
) -> Rung:
    fields = Fields(spot, f"version {key}")
    sro_spot = fields.spot_of("sro")
    sro = None if sro_spot is None or sro_spot.value is None else str(sro_spot.value)
    trust = fields.take_word("trust", MARKS)
    caution = fields.take("caution", str, None)
    instrument = fields.take("instrument", str, None)
    fields.done()
    if caution is not None and caution not in notices:
        spot.fail(f"version {key}: there is no notice `{caution}`")
    return Rung(key, start, sro, trust, caution, *kind, instrument)


def _body(spot: Spot, families: tuple[str, ...]) -> tuple[str, str]:
    fields = Fields(spot, "bodies")
    pair = fields.take_word("family", families), fields.take("body_class", str)
    fields.done()
    return pair


def _other(key: str, spot: Spot) -> OtherLaw:
    fields = Fields(spot, f"other law {key}")
    law = OtherLaw(
        key, fields.take_word("trust", MARKS), fields.take("from", date), fields.need_text("title")
    )
    fields.done()
    return law


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Units, the words of enums, and facts."""

    units: Mapping[str, Unit]
    words: Mapping[str, Text]
    facts: Mapping[str, Fact]


def read_vocabulary(spot: Spot, more: Iterable[Spot]) -> Vocabulary:
    """Read vocabulary.yaml (units, words, facts) and the facts.yaml of rule folders."""
    fields = Fields(spot, "vocabulary")
    units: dict[str, Unit] = {}
    for key, one in fields.take_map("units", needed=True).items():
        units[key] = _unit(key, one, units)
    words: dict[str, Text] = {}
    facts: dict[str, Fact] = {}
    for part in (fields, *(Fields(one, "facts") for one in more)):
        for word, one in part.take_map("words").items():
            if word in words:
                one.fail(f"word `{word}` stands twice in the book")
            words[word] = text_of(one, f"word {word}")
        for name, one in part.take_map("facts", needed=True).items():
            if name in facts:
                one.fail(f"fact `{name}` stands twice in the book")
            facts[name] = _fact(name, one, units, facts)
        part.done()
    return Vocabulary(units, words, facts)


def _unit(key: str, spot: Spot, earlier: Mapping[str, Unit]) -> Unit:
    fields = Fields(spot, f"unit {key}")
    title_spot = fields.spot_of("title")
    assert title_spot is not None  # noqa: S101  # spot_of has refused it otherwise
    title = text_of(title_spot, f"unit {key}")
    step = fields.take("step", (int, float), None)
    low, high = fields.take("min", (int, float), None), fields.take("max", (int, float), None)
    of, times = fields.take("of", str, None), fields.take("times", (int, float), None)
    fields.done()
    if (of is None) != (times is None) or (times is not None and times <= 0):
        spot.fail(f"unit {key}: `of` and `times` go together: {{of: m, times: 0.3048}}")
    if of is not None:
        if of not in earlier or earlier[of].of is not None:
            spot.fail(f"unit {key}: `of` names a unit of facts that stands above it")
        if (step, low, high) != (None, None, None):
            spot.fail(f"unit {key}: step, min and max are those of {of}")
        return Unit(key, title, None, None, None, of, float(times))
    digits = None
    if step is not None:
        digits = next((n for n in range(10) if abs(step - 10**-n) < 1e-12), None)
        if digits is None:
            spot.fail(f"unit {key}: step must be 1, 0.1, 0.01 ...")
    return Unit(key, title, digits, low, high)


def _fact(name: str, spot: Spot, units: Mapping[str, Unit], earlier: Mapping[str, Fact]) -> Fact:
    if not name.isidentifier() or name != name.lower():
        spot.fail(f"fact `{name}`: a name has small letters, digits and _ only")
    fields = Fields(spot, f"fact {name}")
    kind = fields.take_word("type", TYPES)
    scope = fields.take_word("scope", SCOPES, "plot")
    unit = fields.take_word("unit", tuple(units), None)
    values = fields.take_words("values", ())
    keys_of = fields.take("keys_of", str, None)
    suppliers = fields.take_words("supplied_by")
    low, high = fields.take("min", (int, float), None), fields.take("max", (int, float), None)
    title = fields.need_text("title")
    says, asks = fields.take_text("says", needed=False), fields.take_text("asks", needed=False)
    internal = fields.take("internal", bool, False)
    designed = fields.take("designed", bool, _can_be_drawn(kind, suppliers))
    fields.done()
    _suppliers_fit(name, spot, suppliers, designed=designed, internal=internal)
    if unit is None and kind in {"number", "integer", "list"}:
        spot.fail(f"fact {name}: a {kind} needs a unit")
    measure = units.get(unit) if unit else None
    if measure is not None and measure.of is not None:
        spot.fail(f"fact {name}: facts are kept in {measure.of}; only the law speaks {unit}")
    if (kind == "enum") != bool(values):
        spot.fail(f"fact {name}: values belong to an enum, and an enum needs them")
    if kind == "map":
        values = _keys(name, keys_of, spot, earlier)
    return Fact(
        name=name,
        type=kind,
        unit=unit,
        scope=scope,
        supplied_by=suppliers,
        values=values,
        low=low if low is not None or measure is None else measure.low,
        high=high if high is not None or measure is None else measure.high,
        digits=measure.digits if measure is not None else None,
        title=title,
        says=says,
        asks=asks,
        internal=internal,
        designed=designed,
        kind=Kind("number" if kind == "integer" else kind, unit, values),
    )


def _suppliers_fit(
    name: str, spot: Spot, suppliers: tuple[str, ...], *, designed: bool, internal: bool
) -> None:
    if designed and not set(suppliers) & {"measured", "declared"}:
        spot.fail(f"fact {name}: only what is measured or declared may be `designed`")
    if internal and suppliers != ("derived",):
        spot.fail(f"fact {name}: only a worked-out fact may be internal")
    if not set(suppliers) <= set(SUPPLIERS) or not suppliers:
        spot.fail(f"fact {name}: supplied_by must be of {', '.join(SUPPLIERS)}")


def _can_be_drawn(kind: str, suppliers: tuple[str, ...]) -> bool:
    """Say whether a designer can change a fact, where the book does not say: `designed:`.

    Numbers of the drawing or of the applicant can; words, yes and no only where the book says so.
    """
    return kind in {"number", "integer"} and suppliers[:1] in {("measured",), ("declared",)}


def _keys(
    name: str, keys_of: str | None, spot: Spot, earlier: Mapping[str, Fact]
) -> tuple[str, ...]:
    if keys_of is None or keys_of not in earlier or earlier[keys_of].type != "enum":
        spot.fail(f"fact {name}: a map needs `keys_of`, an enum that stands above it")
    return earlier[keys_of].values
