"""Building records as rows: one building with its floors, its plot and the load it came with."""

from kmap.store.pool import Pool, Row, connected


class Buildings:
    """The store of building records over a pool of connections."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def one(self, building: str) -> Row | None:
        """Return the building with ``floors``, ``plot``, ``local_body``, ``load``; None if absent.

        Areas in m2, heights in m; ``outline`` is GeoJSON in EPSG:4326.
        """
        with connected(self._pool) as db:
            return db.execute(_ONE, [building]).fetchone()


_ONE = """
SELECT b.id, b.tile_id, b.name_en, b.name_ml, b.occupancy, b.storeys, b.height_m, b.roof,
       b.completed, b.permit_no, b.permit_rules, b.certificate, b.invented,
       b.plot_id, b.ward_code,
       st_asgeojson(st_transform(b.geom, 4326), 7)::json AS outline,
       round(st_area(b.geom)::numeric, 2)::float8 AS footprint_m2,
       (SELECT json_agg(json_build_object('floor', f.floor, 'occupancy', f.occupancy,
                                          'area_m2', f.area_m2, 'height_m', f.height_m,
                                          'units', f.units) ORDER BY f.floor, f.occupancy)
        FROM building_floor f WHERE f.building_id = b.id) AS floors,
       (SELECT json_build_object('id', p.public_id, 'village', json_build_object(
                                 'en', v.name_en, 'ml', v.name_ml), 'survey_no', p.survey_no,
                                 'subdivision', p.subdivision, 'drawn_area_m2',
                                 round(p.drawn_area_m2::numeric, 2)::float8)
        FROM plot p JOIN village v ON v.code = p.village_code
        WHERE p.public_id = b.plot_id AND upper_inf(p.valid) AND upper_inf(p.known)) AS plot,
       (SELECT json_build_object('code', l.code, 'name', json_build_object(
                                 'en', l.name_en, 'ml', l.name_ml), 'family', l.family)
        FROM local_body l WHERE l.code = b.local_body_code AND upper_inf(l.valid)) AS local_body,
       (SELECT json_build_object('name', json_build_object('en', s.source_en, 'ml', s.source_ml),
                                 'date', s.source_date, 'licence', s.licence)
        FROM layer_load s WHERE s.id = b.load_id) AS source
FROM building b WHERE b.id = %s"""
