"""The facts of all plots at once are those of each plot alone."""

from datetime import date

import numpy as np

from kmap.land.bulk import land_chunks
from kmap.land.facts import land_facts
from kmap.land.lookup import Land
from kmap.store.pool import connected
from rules import Coded, load_book

DAY = date(2026, 11, 22)
CHECKED = 7
"""Every so many plots are compared one by one."""


def plain(column, place):
    value = column.texts()[place] if isinstance(column, Coded) else column[place]
    if value is None or value is np.ma.masked:
        return None
    return value.item() if hasattr(value, "item") else value


def test_columns_say_of_each_plot_what_its_own_answer_says(town):
    land = Land(town, load_book())
    seen: dict[str, int] = {}
    with connected(town) as connection, connected(town) as other:
        for chunk in land_chunks(connection, DAY, size=4000):
            texts = {
                name: column.texts() if isinstance(column, Coded) else column
                for name, column in chunk.columns.items()
            }
            for place in range(0, len(chunk.plots.keys), CHECKED):
                name = chunk.plots.public_ids[place]
                found = land._find(other, ("id", {"public_id": name}), DAY, None)
                alone = land_facts(found).facts
                together = {
                    fact: plain(column, place)
                    for fact, column in texts.items()
                    if plain(column, place) is not None
                }
                assert together == alone, name
                for fact in alone:
                    seen[fact] = seen.get(fact, 0) + 1
    assert min(seen[name] for name in ("zone", "crz_category", "street_width_m")) > 100
    assert {"power_line_kv", "monument_kind", "ground_slope_deg", "flood_liable"} <= set(seen)
