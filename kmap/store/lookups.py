"""The bare look-up: a point in, the plot and what meets it out, in one statement as JSON.

Asked from an event loop, over a few connections of its own. Reads the pairs worked out at load;
while those are not whole there is no quick answer, and nothing is guessed.
"""

import asyncio
from datetime import date

import psycopg
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from kmap.errors import DatabaseAwayError, KmapError
from kmap.store.parcels import SPOT, moment
from kmap.store.pool import AWAY, AWAY_ML

CONNECTIONS = 6
WAIT_S = 2.0
Pool = AsyncConnectionPool[psycopg.AsyncConnection[TupleRow]]

_LOOKUP = f"""
WITH p AS MATERIALIZED (
    SELECT id, public_id, drawn_area_m2, accuracy_m, invented FROM plot p
    WHERE ST_Intersects(p.geom, {SPOT}) AND range_contains_elem(p.valid, %(as_of)s::date)
      AND range_contains_elem(p.known, %(known_at)s::timestamptz)
    ORDER BY p.id + 0 LIMIT 1)
SELECT NOT EXISTS (SELECT FROM pairs_due),
       '{{"plot":' || json_build_object('id', p.public_id, 'drawn_area_m2',
           round(p.drawn_area_m2::numeric, 2), 'accuracy_m', p.accuracy_m,
           'invented', p.invented)::text || ',"restrictions":' || coalesce((
       SELECT json_agg(o)::text FROM (
           SELECT r.public_id AS id, r.theme_id AS theme, r.kind, r.status, r.value,
                  r.zone_code AS zone, x.dimension,
                  round(coalesce(x.size, p.drawn_area_m2)::numeric, 2) AS size,
                  round(coalesce(x.least, p.drawn_area_m2)::numeric, 2) AS least,
                  round(coalesce(x.most, p.drawn_area_m2)::numeric, 2) AS most,
                  round(coalesce(x.distance, 0)::numeric, 2) AS distance_m
           FROM plot_restriction x JOIN restriction r ON r.id = x.restriction_id
           WHERE x.plot_id = p.id AND range_contains_elem(r.valid, %(as_of)s::date)
             AND range_contains_elem(r.known, %(known_at)s::timestamptz) AND r.status <> 'repealed'
           ORDER BY r.theme_id, r.public_id, x.dimension) o), '[]')
FROM p
"""  # noqa: S608


class NotReadyError(KmapError):
    """What plots and restrictions share is being worked out anew; ask for the whole answer."""

    code = "pairs_not_ready"


class Lookups:
    """The look-ups of one event loop; :meth:`close` gives its connections back."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._pool: Pool | None = None
        self._opening = asyncio.Lock()

    async def at(self, lon: float, lat: float, as_of: date) -> bytes | None:
        """Return JSON without its closing brace for the plot at a point; None without a plot.

        ``size``, ``least``, ``most`` are square metres of the drawn plot, for lines metres.
        Raises NotReadyError and DatabaseAwayError.
        """
        wanted = {"lon": lon, "lat": lat, **moment(as_of, None)}
        try:
            pool = self._pool or await self._open()
            async with pool.connection() as connection:
                row = await (await connection.execute(_LOOKUP, wanted)).fetchone()
        except (PoolTimeout, psycopg.OperationalError) as error:
            raise DatabaseAwayError(AWAY, AWAY_ML) from error
        if row is None:
            return None
        whole, text = row
        if not whole:
            raise NotReadyError(
                "What meets each plot is being worked out anew; ask /v1/land for this plot.",
                "ഓരോ പ്ലോട്ടിലും ബാധകമായവ പുതുക്കുകയാണ്; ഈ പ്ലോട്ടിന് /v1/land ഉപയോഗിക്കുക.",
            )
        return str(text).encode()

    async def close(self) -> None:
        """Give the connections back."""
        if self._pool is not None:
            await self._pool.close()
            self._pool = None

    async def _open(self) -> Pool:
        async with self._opening:
            if self._pool is None:
                pool: Pool = AsyncConnectionPool(
                    self._url,
                    min_size=1,
                    max_size=CONNECTIONS,
                    timeout=WAIT_S,
                    kwargs={"autocommit": True, "prepare_threshold": 0},
                    configure=_configure,
                    open=False,
                )
                await pool.open()
                self._pool = pool
            return self._pool


async def _configure(connection: psycopg.AsyncConnection[TupleRow]) -> None:
    for setting in (
        "plan_cache_mode = force_generic_plan",
        "statement_timeout = '2s'",
        "jit = off",
    ):
        await connection.execute(f"SET {setting}")
