"""The same work by our engine and by its peers, in one run, as JSON lines.

The work: an invented law of 150 clauses (a third look their limit up in tables of 30 rows, a third
work it out from the height, a third from ten facts derived in a chain), 56 facts a plan, 500
plans. Each engine gives a verdict for every clause of every plan; all must agree.

- ``kmap``: ``rules.evaluate``, with the full trace; ``kmap columns`` the same law over columns.
- ``zen-engine``: one decision graph of expression nodes and decision tables, compiled once.
- ``openfisca-core``: one variable a clause; a plan a simulation, then all plans at once.
- ``durable-rules alone``: only decides; limits are worked out before it (no safe arithmetic).

Usage: python tools/bench_peers.py [--plans 500] [--seconds 5]
"""

import argparse
import itertools
import json
import math
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from rules import evaluate, load_book

CLAUSES, NUMBERS, TRUTHS, STEPS = 150, 40, 10, 10
OCCS = [f"K{n}" for n in range(10)]
EDGES = (200.0, 500.0)
DAY = date(2026, 1, 1)
Plan = dict[str, Any]


def make_plans(count: int) -> list[Plan]:
    """Draw plans; the same ones on every run."""
    draw = np.random.default_rng(20261125)
    plans = []
    for _ in range(count):
        plan: Plan = {
            "occ": OCCS[int(draw.integers(10))],
            "area_m2": float(round(draw.uniform(50, 900), 2)),
            "height_m": float(round(draw.uniform(3, 40), 3)),
            "storeys": int(draw.integers(1, 9)),
        }
        plan |= {f"x{n}_m": float(round(draw.uniform(0, 8), 3)) for n in range(NUMBERS)}
        plan |= {f"b{n}": bool(draw.integers(2)) for n in range(TRUTHS)}
        plans.append(plan)
    return plans


def cell(table: int, occ: int, band: int) -> float:
    """Give a cell of a table."""
    return round(1 + (table * 7 + occ * 3 + band * 5) % 11 * 0.5, 2)


def band_of(area: float) -> int:
    """Give the column of the tables for an area."""
    return sum(area > edge for edge in EDGES)


def steps_of(plan: Plan) -> list[float]:
    """Work out the ten derived facts, in plain Python (for the durable-rules part)."""
    found = [plan["area_m2"] / 100 + plan["x0_m"]]
    for n in range(1, STEPS):
        found.append(found[-1] * 0.9 + plan[f"x{n}_m"] if plan[f"b{n}"] else found[-1])
    return found


def occs_of(clause: int) -> list[str]:
    """List the six occupancies of ten to which a clause applies."""
    return [OCCS[(clause + k) % 10] for k in range(6)]


def limit_of(clause: int, plan: Plan, steps: list[float]) -> float:
    """Work out a clause's limit in plain Python."""
    if clause % 3 == 0:
        return cell(clause % 5, OCCS.index(plan["occ"]), band_of(plan["area_m2"]))
    if clause % 3 == 1:
        return 1 + clause % 7 * 0.5 + 0.5 * math.ceil(max(plan["height_m"] - 10, 0) / 3)
    return steps[clause % STEPS] * 0.3


def plain_verdict(clause: int, plan: Plan, steps: list[float]) -> str:
    """Judge a clause in plain Python: what everyone must come to."""
    if plan["occ"] not in occs_of(clause):
        return "not_applicable"
    if not (plan[f"b{clause % TRUTHS}"] or plan["storeys"] > clause % 5):
        return "not_applicable"
    return "pass" if plan[f"x{clause % NUMBERS}_m"] >= limit_of(clause, plan, steps) else "fail"


# --- our engine ------------------------------------------------------------------------------


def write_book(folder: Path) -> None:
    """Write the invented law as a rule book."""
    text = "{en: word, ml: വാക്ക്}"
    notices = (
        "both-families before-first-version older-rules-partly not-yet-in-force low-trust "
        "claim-differs text-forks no-row cannot-work-out exceptions-clash"
    )
    cover = [
        f"id: bench\ntitle: {text}\nfamilies:",
        *(f"  {f}: {{instrument: LAW, title: {text}}}" for f in ("municipal", "panchayat")),
        "versions:",
        "  - key: V1",
        "    from: 2020-01-01",
        "    municipal: {sro: null, trust: A}",
        "    panchayat: {sro: null, trust: A}",
        "notices:",
        *(f"  {one}: {{en: note, ml: കുറിപ്പ്}}" for one in notices.split()),
    ]
    (folder / "book.yaml").write_text("\n".join(cover) + "\n", encoding="utf-8")
    (folder / "vocabulary.yaml").write_text("\n".join(_words(text)) + "\n", encoding="utf-8")
    (folder / "r1").mkdir()
    for table in range(5):
        page = "\n".join(_table(table, text)) + "\n"
        (folder / "r1" / f"table-{table}.yaml").write_text(page, encoding="utf-8")
    (folder / "r1" / "rule.yaml").write_text("\n".join(_rule(text)) + "\n", encoding="utf-8")


def _words(text: str) -> Iterator[str]:
    yield "units:"
    for unit, step in (("m", 0.001), ("m2", 0.01), ("count", 1)):
        yield f"  {unit}: {{title: {text}, step: {step}, min: 0, max: 1000000}}"
    yield "facts:"
    end = f"supplied_by: [map], title: {text}}}"
    yield f"  family: {{type: enum, values: [municipal, panchayat], {end}"
    yield f"  body_class: {{type: enum, values: [K], {end}"
    yield f"  body: {{type: text, {end}"
    yield f"  occ: {{type: enum, values: [{', '.join(OCCS)}], {end}"
    names = [("area_m2", "m2"), ("height_m", "m")]
    names += [(f"x{n}_m", "m") for n in range(NUMBERS)]
    for name, unit in names:
        yield f"  {name}: {{type: number, unit: {unit}, supplied_by: [measured], title: {text}}}"
    for n in range(STEPS):
        yield f"  d{n}_m: {{type: number, unit: m, supplied_by: [derived], title: {text}}}"
    yield f"  storeys: {{type: integer, unit: count, supplied_by: [measured], title: {text}}}"
    for n in range(TRUTHS):
        yield f"  b{n}: {{type: boolean, supplied_by: [declared], title: {text}}}"


def _table(table: int, text: str) -> Iterator[str]:
    yield f"id: table-{table}\ntitle: {text}\nversions:\n  - from: V1\n    cite: {{rule: '1'}}"
    yield "    inputs: {occ: enum, area_m2: m2}\n    outputs: {limit: m}\n    rows:"
    bands = ("(.., 200]", "(200, 500]", "(500, ..)")
    for occ, word in enumerate(OCCS):
        for band, area in enumerate(bands):
            yield (
                f"      - {{id: r{occ}-{band}, when: {{occ: {word}, area_m2: '{area}'}}, "
                f"then: {{limit: {cell(table, occ, band)}}}}}"
            )


def _rule(text: str) -> Iterator[str]:
    yield f"rule: '1'\ntitle: {text}\nderived:"
    values = ["area_m2 / 100 * 1 + x0_m"]
    values += [f"d{n - 1}_m * 0.9 + x{n}_m if b{n} else d{n - 1}_m" for n in range(1, STEPS)]
    for n, value in enumerate(values):
        entry = f"{{from: V1, cite: {{rule: '1'}}, value: \"{value}\"}}"
        yield f"  - {{fact: d{n}_m, versions: [{entry}]}}"
    yield "clauses:"
    for i in range(CLAUSES):
        limit = (
            f"table_{i % 5}().limit",
            f"{1 + i % 7 * 0.5} + 0.5 * ceil(max(height_m - 10, 0) / 3)",
            f"d{i % STEPS}_m * 0.3",
        )[i % 3]
        applies = f"occ in [{', '.join(occs_of(i))}] and (b{i % TRUTHS} or storeys > {i % 5})"
        yield f"  - id: c{i}\n    title: {text}\n    versions:"
        yield f"      - from: V1\n        cite: {{rule: '{i}'}}\n        applies: \"{applies}\""
        yield f'        checks: [{{fact: x{i % NUMBERS}_m, at_least: "{limit}"}}]'


def with_kmap(plans: list[Plan]) -> Callable[[int], list[str]]:
    """Judge by this project's engine: full trace, verdicts read out of it."""
    folder = tempfile.TemporaryDirectory(prefix="bench-book-")
    write_book(Path(folder.name))
    book = load_book(Path(folder.name))
    names = [f"c{i}" for i in range(CLAUSES)]

    def judge(number: int) -> list[str]:
        verdicts = evaluate(book, {**plans[number], "family": "municipal"}, DAY).verdicts
        return [verdicts[name] for name in names]

    judge.folder = folder  # type: ignore[attr-defined]  # lives as long as the book is used
    return judge


# --- zen-engine ------------------------------------------------------------------------------


def zen_graph() -> dict[str, Any]:
    """Write the law as one decision graph."""
    steps = [{"id": "d0", "key": "d0", "value": "area_m2 / 100 + x0_m"}]
    steps += [
        {"id": f"d{n}", "key": f"d{n}", "value": f"b{n} ? $.d{n - 1} * 0.9 + x{n}_m : $.d{n - 1}"}
        for n in range(1, STEPS)
    ]
    nodes: list[dict[str, Any]] = [
        {"id": "in", "type": "inputNode", "name": "in"},
        _zen_node("steps", "expressionNode", {"expressions": steps}),
        *(_zen_table(table) for table in range(5)),
        _zen_node(
            "judge", "expressionNode", {"expressions": [_zen_clause(i) for i in range(CLAUSES)]}
        ),
        {"id": "out", "type": "outputNode", "name": "out"},
    ]
    order = ["in", "steps", *(f"t{n}" for n in range(5)), "judge", "out"]
    edges = [
        {"id": f"e{n}", "sourceId": a, "targetId": b, "type": "edge"}
        for n, (a, b) in enumerate(itertools.pairwise(order))
    ]
    return {"nodes": nodes, "edges": edges}


def _zen_node(name: str, kind: str, content: dict[str, Any]) -> dict[str, Any]:
    passing = {
        "inputField": None,
        "outputPath": None,
        "executionMode": "single",
        "passThrough": name != "judge",
    }
    return {"id": name, "type": kind, "name": name, "content": {**content, **passing}}


def _zen_clause(clause: int) -> dict[str, str]:
    limit = (
        f"limit{clause % 5}",
        f"{1 + clause % 7 * 0.5} + 0.5 * ceil(max([height_m - 10, 0]) / 3)",
        f"d{clause % STEPS} * 0.3",
    )[clause % 3]
    occs = ", ".join(f"'{one}'" for one in occs_of(clause))
    applies = f"occ in [{occs}] and (b{clause % TRUTHS} or storeys > {clause % 5})"
    value = f"{applies} ? (x{clause % NUMBERS}_m >= {limit} ? 'pass' : 'fail') : 'not_applicable'"
    return {"id": f"c{clause}", "key": f"c{clause}", "value": value}


def _zen_table(table: int) -> dict[str, Any]:
    bands = ("<= 200", "(200..500]", "> 500")
    rules = [
        {
            "_id": f"{occ}-{band}",
            "o": f"'{word}'",
            "a": bands[band],
            "l": str(cell(table, occ, band)),
        }
        for occ, word in enumerate(OCCS)
        for band in range(3)
    ]
    content = {
        "hitPolicy": "first",
        "inputs": [
            {"id": "o", "name": "o", "field": "occ"},
            {"id": "a", "name": "a", "field": "area_m2"},
        ],
        "outputs": [{"id": "l", "name": "l", "field": f"limit{table}"}],
        "rules": rules,
    }
    return _zen_node(f"t{table}", "decisionTableNode", content)


def with_zen(plans: list[Plan]) -> Callable[[int], list[str]]:
    """Judge by zen-engine."""
    import zen  # noqa: PLC0415  # only for the benchmark

    decision = zen.ZenEngine().create_decision(json.dumps(zen_graph()))
    names = [f"c{i}" for i in range(CLAUSES)]

    def judge(number: int) -> list[str]:
        result = decision.evaluate(plans[number])["result"]
        return [result[name] for name in names]

    return judge


# --- OpenFisca -------------------------------------------------------------------------------


def fisca_system() -> Any:
    """Write the law as a tax-benefit system: one variable a fact, a step, a clause."""
    from openfisca_core.entities import build_entity  # noqa: PLC0415
    from openfisca_core.periods import YEAR  # noqa: PLC0415
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem  # noqa: PLC0415
    from openfisca_core.variables import Variable  # noqa: PLC0415

    plot = build_entity("plot", "plots", "a plot", is_person=True)
    system = TaxBenefitSystem([plot])

    def add(name: str, kind: type, formula: Any = None) -> None:
        body: dict[str, Any] = {"value_type": kind, "entity": plot, "definition_period": YEAR}
        if formula is not None:
            body["formula"] = formula
        system.add_variable(type(name, (Variable,), body))

    for name in ("area_m2", "height_m", *(f"x{n}_m" for n in range(NUMBERS))):
        add(name, float)
    for name in ("occ_no", "storeys"):
        add(name, int)
    for n in range(TRUTHS):
        add(f"b{n}", bool)
    add("d0", float, lambda p, t: p("area_m2", t) / 100 + p("x0_m", t))
    for n in range(1, STEPS):
        add(f"d{n}", float, _fisca_step(n))
    cells = [
        np.array([[cell(t, occ, band) for band in range(3)] for occ in range(10)])
        for t in range(5)
    ]
    for i in range(CLAUSES):
        add(f"c{i}", int, _fisca_clause(i, cells[i % 5]))
    return system


def _fisca_step(n: int) -> Any:
    def formula(plot: Any, period: Any) -> Any:
        before = plot(f"d{n - 1}", period)
        return np.where(plot(f"b{n}", period), before * 0.9 + plot(f"x{n}_m", period), before)

    return formula


def _fisca_clause(i: int, cells: Any) -> Any:
    applies_to = np.array([word in occs_of(i) for word in OCCS])

    def formula(plot: Any, period: Any) -> Any:
        occ = plot("occ_no", period)
        if i % 3 == 0:
            area = plot("area_m2", period)
            limit = cells[occ, (area > EDGES[0]).astype(int) + (area > EDGES[1])]
        elif i % 3 == 1:
            height = plot("height_m", period)
            limit = 1 + i % 7 * 0.5 + 0.5 * np.ceil(np.maximum(height - 10, 0) / 3)
        else:
            limit = plot(f"d{i % STEPS}", period) * 0.3
        here = applies_to[occ] & (
            plot(f"b{i % TRUTHS}", period) | (plot("storeys", period) > i % 5)
        )
        return np.where(here, np.where(plot(f"x{i % NUMBERS}_m", period) >= limit, 1, 2), 0)

    return formula


def fisca_run(system: Any, plans: list[Plan]) -> list[list[str]]:
    """Judge some plans in one simulation."""
    from openfisca_core.simulations import SimulationBuilder  # noqa: PLC0415

    simulation = SimulationBuilder().build_default_simulation(system, len(plans))
    for name in plans[0]:
        if name == "occ":
            values = np.array([OCCS.index(plan["occ"]) for plan in plans])
            simulation.set_input("occ_no", "2026", values)
        else:
            simulation.set_input(name, "2026", np.array([plan[name] for plan in plans]))
    words = ("not_applicable", "pass", "fail")
    columns = [simulation.calculate(f"c{i}", "2026") for i in range(CLAUSES)]
    return [[words[int(column[n])] for column in columns] for n in range(len(plans))]


# --- durable-rules alone ---------------------------------------------------------------------


def with_durable(plans: list[Plan]) -> Callable[[int], list[str]]:
    """Judge by durable-rules: one rule a clause on one fact a clause, limits worked out before."""
    from durable.engine import Host  # noqa: PLC0415

    class Quiet(Host):  # type: ignore[misc]
        def _run(self) -> None:
            return

    failed: set[int] = set()

    def action(clause: int) -> Any:
        return lambda _c: failed.add(clause)

    rules: dict[str, Any] = {
        f"c{i}": {
            "all": [{"m": {"$and": [{"t": i}, {"$lt": {"d": 0}}]}}],
            "run": action(i),
            "pri": 2,
        }
        for i in range(CLAUSES)
    }
    rules["sink"] = {"all": [{"m": {"$ex": {"t": 1}}}], "run": lambda _c: None, "pri": 3}
    host = Quiet()
    host.set_rulesets({"bench": rules})
    count = iter(range(10**9))

    def judge(number: int) -> list[str]:
        plan, sid = plans[number], f"s{next(count)}"
        steps = steps_of(plan)
        verdicts = [plain_verdict(i, plan, steps) for i in range(CLAUSES)]
        failed.clear()
        for i, verdict in enumerate(verdicts):
            if verdict == "not_applicable":
                continue
            slack = plan[f"x{i % NUMBERS}_m"] - limit_of(i, plan, steps)
            host.assert_fact(
                "bench", {"t": i, "d": 0.0 if abs(slack) < 1e-4 else slack, "sid": sid}
            )
        host.delete_state("bench", sid)
        return [
            v if v == "not_applicable" else "fail" if i in failed else "pass"
            for i, v in enumerate(verdicts)
        ]

    return judge


# --- the run ---------------------------------------------------------------------------------


def measure(
    name: str,
    judge: Callable[[int], list[str]],
    plans: int,
    seconds: float,
    wanted: list[list[str]],
) -> float:
    """Judge the plans over and over for some seconds; print plans a CPU-second."""
    different = sum(judge(n) != wanted[n] for n in range(min(plans, 100)))
    times: list[float] = []
    start, cpu, count = time.perf_counter(), time.process_time(), 0
    while time.perf_counter() - start < seconds:
        before = time.perf_counter()
        judge(count % plans)
        times.append(time.perf_counter() - before)
        count += 1
    cpu = time.process_time() - cpu
    times.sort()
    line = {
        "name": name,
        "per_cpu_s": round(count / cpu, 1),
        "p50_ms": round(1000 * times[len(times) // 2], 3),
        "p99_ms": round(1000 * times[int(len(times) * 0.99)], 3),
        "plans": count,
        "plans_that_differ": different,
    }
    print(json.dumps(line), flush=True)
    return count / cpu


def main() -> None:
    """Run every engine on the same plans."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plans", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=5.0, help="for each engine")
    given = parser.parse_args()
    plans = make_plans(given.plans)
    wanted = [
        [plain_verdict(i, plan, steps_of(plan)) for i in range(CLAUSES)] for plan in plans[:100]
    ]
    system = fisca_system()
    engines: dict[str, Callable[[int], list[str]]] = {
        "kmap, full trace": with_kmap(plans),
        "zen-engine": with_zen(plans),
        "openfisca-core, a plan a simulation": lambda n: fisca_run(system, [plans[n]])[0],
        "durable-rules alone (decides only)": with_durable(plans),
    }
    rates = {
        name: measure(name, judge, len(plans), given.seconds, wanted)
        for name, judge in engines.items()
    }
    best = rates["kmap, full trace"]
    print(
        json.dumps(
            {"name": "times as fast as", **{n: round(best / r, 1) for n, r in rates.items()}}
        )
    )
    many = plans * max(1, 20_000 // len(plans))
    cpu = time.process_time()
    fisca_run(system, many)
    cpu = time.process_time() - cpu
    print(
        json.dumps({"name": "openfisca-core, all at once", "per_cpu_s": round(len(many) / cpu, 1)})
    )


if __name__ == "__main__":
    main()
