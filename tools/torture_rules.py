"""Random plans without end: the law over columns against the law of one plan at a time.

Prints a JSON line a batch-day with what was compared and how fast; ends with status 1 at the
first differences. ``--plans`` are compared one by one; then ``--counted`` plans are judged both
ways and only the verdicts of each clause are counted (a checksum that a change must not move).

Usage: python tools/torture_rules.py [--plans 10000] [--counted 100000] [--seed 1]
"""

import argparse
import hashlib
import json
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from rules import Book, evaluate, load_book
from rules.columns import VERDICTS, judge_columns
from tests.rules.plans import Plans, days_of
from tests.rules.test_columns import differences

BATCH = 500


def say(**line: object) -> None:
    """Print a line."""
    print(json.dumps(line, ensure_ascii=False), flush=True)


def compare(book: Book, count: int, seed: int) -> bool:
    """Compare plans one by one, over all days in turn; say whether all agree."""
    days, plans, done = days_of(book), Plans(book, seed), 0
    while done < count:
        day = days[done // BATCH % len(days)]
        columns, drawn = plans.batch(min(BATCH, count - done))
        start = time.perf_counter()
        wrong = differences(book, columns, drawn, day)
        done += len(drawn)
        spent = round(time.perf_counter() - start, 2)
        say(compared=done, of=count, day=str(day), s=spent, differences=len(wrong))
        if wrong:
            say(first=wrong[:5])
            return False
    return True


def counted(book: Book, count: int, seed: int) -> bool:
    """Count the verdicts of many plans both ways; say whether the counts agree."""
    plans, done = Plans(book, seed), 0
    many: Counter[tuple[str, str]] = Counter()
    alone: Counter[tuple[str, str]] = Counter()
    day = date(2026, 9, 1)
    law = book.law_on(day, "municipal")
    standing = [clause.id for clause in law.clauses] if law is not None else []
    spent = {"columns": 0.0, "alone": 0.0}
    while done < count:
        columns, drawn = plans.batch(min(10 * BATCH, count - done))
        columns["family"] = "municipal"
        start = time.perf_counter()
        found = judge_columns(book, columns, day, required=False)
        for name in standing:
            many.update({(name, verdict): n for verdict, n in found.counts(name).items() if n})
        middle = time.perf_counter()
        for plan in drawn:
            alone.update(_verdicts(book, {**plan, "family": "municipal"}, day))
        spent["columns"] += middle - start
        spent["alone"] += time.perf_counter() - middle
        done += len(drawn)
        agree = many == alone
        say(counted=done, of=count, agree=agree, **{k: round(v, 1) for k, v in spent.items()})
        if not agree:
            say(differ={str(key): [many[key], alone[key]] for key in many | alone})
            return False
    total = {verdict: sum(n for (_, v), n in many.items() if v == verdict) for verdict in VERDICTS}
    checksum = hashlib.sha256(json.dumps(sorted(map(str, many.items()))).encode()).hexdigest()
    say(plans=done, clauses=len(book.clauses), verdicts=total, checksum=checksum[:16])
    return True


def _verdicts(book: Book, plan: dict[str, Any], day: date) -> list[tuple[str, str]]:
    """List the verdicts of the clauses that stand, without writing the answer out."""
    judged = evaluate(book, plan, day).results[0].clauses
    return [(name, judged[name].outcome.verdict) for name in judged]


def main() -> None:
    """Compare, then count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plans", type=int, default=10_000)
    parser.add_argument("--counted", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    book = load_book()
    good = compare(book, given.plans, given.seed) and counted(book, given.counted, given.seed)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
