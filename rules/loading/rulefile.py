"""One rule folder: rule.yaml and its tables, read into forms (expressions still text)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from rules.loading.cover import Cover, read_notice
from rules.loading.fields import Fields, cite_of, trust_of
from rules.loading.forms import (
    read_alternatives,
    read_bindings,
    read_office,
    read_places,
    read_signal,
    read_untranslated,
)
from rules.loading.like import expand
from rules.loading.tables import read_table
from rules.loading.yamlfile import Spot
from rules.model import (
    CONVERTED,
    JUDGES,
    ChainForm,
    CheckForm,
    Clause,
    ClauseForm,
    DerivedForm,
    Entry,
    Fact,
    ForkForm,
    Link,
    Notice,
    NoticeForm,
    Place,
    RuleFolder,
    Sets,
    SignalForm,
    Table,
    Unit,
    VariantForm,
)

OPERATORS = ("at_least", "more_than", "at_most", "less_than", "equals", "is_true", "is_false")
SEVERITIES = ("mandatory", "relaxable", "advisory")
B = TypeVar("B")


@dataclass(slots=True)
class Parts:
    """What all rule folders together hold, as it is gathered."""

    rules: list[RuleFolder] = field(default_factory=list)
    derived: dict[str, list[Entry[DerivedForm]]] = field(default_factory=dict)
    signals: dict[str, list[Entry[SignalForm]]] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)
    clauses: dict[str, Clause] = field(default_factory=dict)
    tables: dict[str, list[Entry[Table]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads rule folders with the cover and the vocabulary at hand."""

    cover: Cover
    facts: Mapping[str, Fact]
    units: Mapping[str, Unit]
    parts: Parts
    notices: dict[str, Notice]

    def rule(self, folder: str, spot: Spot) -> None:
        """Read one rule.yaml."""
        fields = Fields(spot, folder)
        number = fields.take("rule", (str, int))
        title = fields.need_text("title")
        untranslated = tuple(
            read_untranslated(one, folder) for one in fields.take_list("untranslated")
        )
        fields.take_map("notices")
        for one in fields.take_list("derived"):
            self._derived(one)
        for one in fields.take_list("signals"):
            self._signal(one)
        for one in fields.take_list("chain"):
            self._link(one)
        for one in fields.take_list("clauses"):
            self._clause(one, str(number))
        fields.done()
        self.parts.rules.append(RuleFolder(folder, str(number), title, untranslated))

    def folder_notices(self, spot: Spot) -> None:
        """Take the notices of one rule.yaml, before anything that may name them."""
        for notice, one in Fields(spot, "rule").take_map("notices").items():
            if notice in self.notices:
                one.fail(f"notice `{notice}` stands twice in the book")
            self.notices[notice] = read_notice(notice, one)

    def table(self, spot: Spot) -> None:
        """Read one table-*.yaml."""
        fields = Fields(spot, "table")
        table_id, title = fields.take("id", str), fields.need_text("title")
        if table_id in self.parts.tables:
            spot.fail(f"table {table_id} stands twice in the book")
        self.parts.tables[table_id] = self._versions(
            fields, lambda inner: read_table(table_id, title, inner, self.facts, self.units)
        )
        fields.done()

    def _versions(self, fields: Fields, read: Callable[[Fields], B]) -> list[Entry[B]]:
        """Read a list of dated entries; one day and family stands once."""
        entries: list[Entry[B]] = []
        for one in expand(fields.take_list("versions", needed=True), fields.what):
            inner = Fields(one, fields.what)
            start, key = self._start(inner)
            family = inner.take_word("family", ("any", *self.cover.families), "any")
            self._has_rung(one, key, family, fields.what)
            if any((other.start, other.family) == (start, family) for other in entries):
                one.fail(f"{fields.what}: version {key} for family {family} is given twice")
            entries.append(Entry(start, key, family, read(inner), one.file, one.line))
        if not entries:
            fields.spot.fail(f"{fields.what}: at least one version is needed")
        return sorted(entries, key=lambda entry: (entry.start, entry.family != "any"))

    def _start(self, fields: Fields) -> tuple[date, str]:
        spot = fields.spot_of("from")
        assert spot is not None  # noqa: S101  # spot_of has refused it otherwise
        if isinstance(spot.value, date):
            return spot.value, spot.value.isoformat()
        if spot.value not in self.cover.keys:
            have = ", ".join(self.cover.keys)
            spot.fail(
                f"{fields.what}: version `{spot.value}` is not in book.yaml; there are {have}"
            )
        return self.cover.keys[spot.value], str(spot.value)

    def _has_rung(self, spot: Spot, key: str, family: str, what: str) -> None:
        if key not in self.cover.keys:
            return
        for one in self.cover.families if family == "any" else (family,):
            if all(rung.key != key for rung in self.cover.families[one].ladder):
                spot.fail(f"{what}: version {key} has no {one} instrument; say `family:`")

    def _derived(self, spot: Spot) -> None:
        fields = Fields(spot, "derived")
        fact = fields.take("fact", str)
        fields.what = f"derived {fact}"
        if fact not in self.facts:
            spot.fail(f"derived {fact}: not in the vocabulary")
        if fact in self.parts.derived:
            spot.fail(f"derived {fact}: worked out twice in the book")
        self.parts.derived[fact] = self._versions(fields, self._derived_form)
        fields.done()

    def _signal(self, spot: Spot) -> None:
        fields = Fields(spot, "signal")
        signal = self._new_id(fields, "signal")
        self.parts.signals[signal] = self._versions(fields, read_signal)
        fields.done()

    def _new_id(self, fields: Fields, what: str) -> str:
        found: str = fields.take("id", str)
        fields.what = f"{what} {found}"
        if found in self.parts.signals or found in self.parts.links or found in self.parts.clauses:
            fields.spot.fail(f"{what} {found}: this id stands twice in the book")
        if not found.replace("-", "_").isidentifier():
            fields.spot.fail(f"{what} {found}: an id has letters, digits, - and _ only")
        return found

    def _link(self, spot: Spot) -> None:
        fields = Fields(spot, "chain")
        link_id = self._new_id(fields, "chain")
        sets_spot = fields.spot_of("sets", needed=False)
        noc_spot = fields.spot_of("noc", needed=False)
        if sets_spot is not None and noc_spot is not None:
            spot.fail(f"chain {link_id}: either `sets` or `noc`, not both")
        because = fields.take_template("because")
        if noc_spot is not None and because is None:
            spot.fail(f"chain {link_id}: a clearance needs `because`")
        entries = self._versions(fields, self._chain_form)
        fields.done()
        self.parts.links[link_id] = Link(
            link_id,
            self._sets(sets_spot, link_id) if sets_spot is not None else None,
            read_office(noc_spot, link_id) if noc_spot is not None else None,
            because,
            tuple(entries),
        )

    def _derived_form(self, fields: Fields) -> DerivedForm:
        cite, trust = fields.take_cite(), trust_of(fields, tuple(self.cover.families))
        bindings, notices = read_bindings(fields), self._notices(fields)
        omitted = fields.take("omitted", bool, False)
        value = fields.take_place("value", needed=not omitted)
        fields.done()
        if not set(trust.values()) <= JUDGES:
            fields.spot.fail(f"{fields.what}: only A and B can decide; write `omitted: true`")
        return DerivedForm(cite, trust, None if omitted else value, bindings, notices)

    def _chain_form(self, fields: Fields) -> ChainForm:
        cite, trust = fields.take_cite(), trust_of(fields, tuple(self.cover.families))
        alternatives, notices = read_alternatives(fields), self._notices(fields)
        noc, because = fields.spot_of("noc", needed=False), fields.take_template("because")
        fields.done()
        office = read_office(noc, fields.what) if noc is not None else None
        return ChainForm(cite, trust, alternatives, office, because, notices)

    def _sets(self, spot: Spot, link_id: str) -> Sets:
        fields = Fields(spot, f"chain {link_id}: `sets`")
        fact = fields.take("fact", str)
        value = fields.take("value", (bool, str))
        otherwise = fields.take("otherwise", (bool, str), None)
        fields.done()
        if fact not in self.facts:
            spot.fail(f"chain {link_id}: fact `{fact}` is not in the vocabulary")
        spec = self.facts[fact]
        for one in (value, otherwise):
            fit = isinstance(one, bool) if spec.type == "boolean" else one in spec.values
            if one is not None and not fit:
                spot.fail(f"chain {link_id}: `{one}` is no value of {fact}")
        return Sets(fact, value, otherwise)

    def _clause(self, spot: Spot, rule: str) -> None:
        fields = Fields(spot, "clause")
        clause_id = self._new_id(fields, "clause")
        title = fields.need_text("title")
        severity = fields.take_word("severity", SEVERITIES, "mandatory")
        entries = self._versions(fields, self._clause_form)
        fields.done()
        self.parts.clauses[clause_id] = Clause(clause_id, rule, title, severity, tuple(entries))

    def _clause_form(self, fields: Fields) -> ClauseForm:
        cite, omitted = fields.take_cite(), fields.take("omitted", bool, False)
        trust, cautions = (
            trust_of(fields, tuple(self.cover.families)),
            fields.take_words("cautions", ()),
        )
        fields.take_text("why", needed=False)
        for caution in cautions:
            self._known_notice(caution, fields)
        notices = self._notices(fields)
        applies, why_not = (
            fields.take_place("applies", needed=False),
            fields.take_template("why_not"),
        )
        bindings = read_bindings(fields)
        checks = self._alternatives(fields)
        exceptions = tuple(self._variant(one, fields.what) for one in fields.take_list("except"))
        forks = tuple(self._fork(one, fields.what) for one in fields.take_list("forks"))
        says, cure = fields.take_template("says"), fields.take_template("cure")
        fields.done()
        if not omitted and not checks:
            fields.spot.fail(f"{fields.what}: `checks` is missing")
        return ClauseForm(
            cite,
            omitted,
            trust,
            cautions,
            applies,
            why_not,
            bindings,
            checks,
            exceptions,
            forks,
            notices,
            says,
            cure,
        )

    def _known_notice(self, notice: str, fields: Fields) -> None:
        if notice not in self.notices:
            fields.spot.fail(f"{fields.what}: there is no notice `{notice}`")

    def _notices(self, fields: Fields) -> tuple[NoticeForm, ...]:
        found = []
        for one in fields.take_list("notices"):
            inner = Fields(one, f"{fields.what}: notice")
            notice, when = inner.take("id", str), inner.need_place("when")
            inner.done()
            self._known_notice(notice, inner)
            found.append(NoticeForm(notice, when))
        return tuple(found)

    def _alternatives(self, fields: Fields) -> tuple[tuple[CheckForm, ...], ...]:
        plain = tuple(self._check(one, fields.what) for one in fields.take_list("checks"))
        groups = tuple(
            tuple(self._check(one, fields.what) for one in group.items())
            for group in fields.take_list("any_checks")
        )
        if plain and groups:
            fields.spot.fail(f"{fields.what}: either `checks` or `any_checks`, not both")
        if any(not group for group in groups):
            fields.spot.fail(f"{fields.what}: an empty list of checks")
        return groups or ((plain,) if plain else ())

    def _check(self, spot: Spot, what: str) -> CheckForm:
        fields = Fields(spot, f"{what}: check")
        fact = fields.take("fact", str)
        found = [op for op in OPERATORS if op in fields.left]
        if len(found) != 1:
            spot.fail(f"{what}: check of {fact}: exactly one of {', '.join(OPERATORS)} is needed")
        limit = fields.take_place(found[0])
        if found[0] in {"is_true", "is_false"}:
            if limit is None or limit.value is not True:
                spot.fail(f"{what}: check of {fact}: write `{found[0]}: true`")
            limit = None
        when = fields.take_place("when", needed=False)
        unit = fields.take_word("unit", tuple(self.units), None)
        fields.done()
        if unit is not None and self.units[unit].of is not None:
            limit, unit = self._converted(limit, self.units[unit], spot, what)
        return CheckForm(fact, found[0], limit, when, unit, spot.file, spot.line)

    def _converted(
        self, limit: Place | None, unit: Unit, spot: Spot, what: str
    ) -> tuple[Place, str]:
        """Turn a limit that the law writes in feet into metres."""
        if limit is None or isinstance(limit.value, bool | str):
            spot.fail(f"{what}: a limit in {unit.id} is a plain number; put others in a table")
        value = round(float(limit.value) * unit.times, CONVERTED)
        return Place(value, limit.file, limit.line), unit.base

    def _variant(self, spot: Spot, what: str) -> VariantForm:
        fields = Fields(spot, f"{what}: exception")
        made = self._variant_of(fields, cite_needed=True)
        fields.done()
        return made

    def _variant_of(self, fields: Fields, *, cite_needed: bool) -> VariantForm:
        spot = fields.spot
        variant_id = fields.take("id", str)
        when = fields.take_place("when", needed=cite_needed)
        then = fields.take_word("then", ("not_applicable",), None)
        first = fields.take("first", bool, False)
        let = tuple(read_places(fields.take_map("let"), fields.what))
        cite_spot = fields.spot_of("cite", needed=cite_needed)
        cite = cite_of(cite_spot, fields.what) if cite_spot is not None else None
        trust = trust_of(fields, tuple(self.cover.families))
        says = fields.take_template("says")
        if says is None:
            spot.fail(f"{fields.what} {variant_id}: `says` is missing")
        if (then is not None) == bool(let) and cite_needed:
            spot.fail(f"{fields.what} {variant_id}: either `then: not_applicable` or `let`")
        return VariantForm(
            variant_id, when, then is not None, first, let, cite, trust, says, spot.file, spot.line
        )

    def _fork(self, spot: Spot, what: str) -> ForkForm:
        fields = Fields(spot, f"{what}: fork")
        fork_id, when = fields.take("id", str), fields.take_place("when", needed=False)
        decided = fields.take("decided", bool, False)
        says = fields.need_text("says")
        readings = []
        for one in fields.take_list("readings", needed=True):
            inner = Fields(one, f"{what}: fork {fork_id}: reading")
            readings.append(self._variant_of(inner, cite_needed=False))
            inner.done()
        fields.done()
        if len(readings) < 2:
            spot.fail(f"{what}: fork {fork_id}: at least two readings")
        return ForkForm(fork_id, when, decided, says, tuple(readings))
