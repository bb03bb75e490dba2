"""Small pieces of rule.yaml that need nothing but themselves to be read."""

from collections.abc import Mapping

from rules.loading.fields import Fields, place_of
from rules.loading.yamlfile import Spot
from rules.model import Alternatives, Office, Place, SignalForm, Text

OFFICE_KINDS = ("clearance", "declaration", "permission", "prohibition")


def read_untranslated(spot: Spot, what: str) -> tuple[Text, Text]:
    """Read what of the rule is not encoded, and why."""
    fields = Fields(spot, f"{what}: untranslated")
    pair = fields.need_text("what"), fields.need_text("why")
    fields.done()
    return pair


def read_places(spots: Mapping[str, Spot], what: str) -> list[tuple[str, Place]]:
    """Read a mapping of plain names to expressions."""
    for name, spot in spots.items():
        if not name.isidentifier():
            spot.fail(f"{what}: `{name}` must be a plain name")
    return [(name, place_of(spot, f"{what}: {name}")) for name, spot in spots.items()]


def read_bindings(fields: Fields) -> tuple[tuple[str, Place], ...]:
    """Read `let` and `lookup`; a look-up becomes a call of its table."""
    found = read_places(fields.take_map("let"), fields.what)
    for name, spot in fields.take_map("lookup").items():
        found.append((name, read_lookup(name, spot, fields.what)))
    names = [name for name, _ in found]
    if len(set(names)) != len(names):
        fields.spot.fail(f"{fields.what}: a name stands both in `let` and in `lookup`")
    return tuple(found)


def read_lookup(name: str, spot: Spot, what: str) -> Place:
    """Turn a look-up into the call of its table."""
    if isinstance(spot.value, str):
        return Place(f"{_call_name(spot.value)}()", spot.file, spot.line)
    fields = Fields(spot, f"{what}: lookup {name}")
    table, given = fields.take("table", str), fields.take_map("with")
    fields.done()
    inputs = ", ".join(f"{key}={_bare(value)}" for key, value in given.items())
    return Place(f"{_call_name(table)}({inputs})", spot.file, spot.line)


def _bare(spot: Spot) -> str:
    return str(place_of(spot, "lookup").value)


def _call_name(table: str) -> str:
    return table.replace("-", "_")


def read_signal(fields: Fields) -> SignalForm:
    """Read one version of a signal."""
    when = fields.need_place("when")
    if "cite" in fields.left:
        fields.take_cite()
    undecided = []
    for one in fields.take_list("undecided"):
        inner = Fields(one, f"{fields.what}: undecided")
        undecided.append((inner.need_place("when"), inner.need_text("says")))
        inner.done()
    fields.done()
    return SignalForm(when, tuple(undecided))


def read_alternatives(fields: Fields) -> Alternatives:
    """Read `when` of a chain link, or `never: true`."""
    if fields.take("never", bool, False):
        return ()
    alternatives = []
    for group in fields.take_list("when", needed=True):
        literals = tuple(read_literal(one) for one in group.items())
        if not literals or len({name for name, _ in literals}) != len(literals):
            group.fail(f"{fields.what}: an alternative needs different literals")
        alternatives.append(literals)
    if not alternatives:
        fields.spot.fail(
            f"{fields.what}: `when` needs at least one alternative, or write `never: true`"
        )
    return tuple(alternatives)


def read_literal(spot: Spot) -> tuple[str, bool]:
    """Read the id of a signal or link, with or without `not`."""
    if not isinstance(spot.value, str):
        spot.fail("a literal is the id of a signal or a chain link, or `not <id>`")
    word: str = spot.value.strip()
    wanted = not word.startswith("not ")
    return (word if wanted else word.removeprefix("not ").strip()), wanted


def read_office(spot: Spot, link_id: str) -> Office:
    """Read the clearance a link asks for."""
    fields = Fields(spot, f"chain {link_id}: `noc`")
    title = fields.need_text("office")
    kind = fields.take_word("kind", OFFICE_KINDS, "clearance")
    days = fields.take("days", int, None)
    form_spot = fields.spot_of("form", needed=False)
    fee = fields.take("fee", (int, float), None)
    cure = fields.take_text("cure", needed=False)
    fields.done()
    form = None if form_spot is None or form_spot.value is None else str(form_spot.value)
    return Office(title, kind, days, form, fee, cure)
