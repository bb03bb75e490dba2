"""pyramid_oereb on the same plots and restrictions: CPU of one JSON extract.

The Swiss cadastre's server, from PyPI, in an environment of its own (made at first use, kept in
the folder of ``KMAP_OEREB``). Its tables stand in schemas of their own in the bench's database,
filled from ours: real estates are our plots, each of our themes is a topic. It gets what its own
set-up lacks: an index on every geometry and foreign key. Its WSGI application is called directly,
without a server in front, which is in its favour.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

Json = dict[str, Any]
VERSION = "pyramid_oereb[recommend]==2.6.0"
HOME = Path(os.environ.get("KMAP_OEREB") or "/tmp/kmap_oereb")  # noqa: S108
SOURCES = "pyramid_oereb.contrib.data_sources.standard.sources"
MODELS = "pyramid_oereb.contrib.data_sources.standard.models"
MAIN = "pyramid_oereb_main"
TOPICS = {
    "zoning": "POLYGON",
    "crz": "POLYGON",
    "paddy": "POLYGON",
    "flood": "POLYGON",
    "heritage": "POLYGON",
    "security": "POLYGON",
    "roads": "LINESTRING",
    "power_line": "LINESTRING",
    "monument": "POINT",
}
READ = {
    "real_estate": ("real_estate", "RealEstate"),
    "address": ("address", "Address"),
    "municipality": ("municipality", "Municipality"),
    "logos": ("logo", "Logo"),
    "document_types": ("document_types", "DocumentTypeText"),
    "documents": ("document", "Document"),
    "offices": ("office", "Office"),
    "theme": ("theme", "Theme"),
    "theme_document": ("theme_document", "ThemeDocument"),
    "glossary": ("glossary", "Glossary"),
    "disclaimer": ("disclaimer", "Disclaimer"),
    "law_status_labels": ("law_status", "LawStatus"),
    "real_estate_type": ("real_estate_type", "RealEstateType"),
    "general_information": ("general_information", "GeneralInformation"),
    "map_layering": ("map_layering", "MapLayering"),
    "availability": ("availability", "Availability"),
}
"""Where it reads each part of its register: section of the configuration -> source, model."""
LAW_STATUS = {"inKraft": "inForce"}
DOCUMENTS = {
    "Rechtsvorschrift": "LegalProvision",
    "GesetzlicheGrundlage": "Law",
    "Hinweis": "Hint",
}
WMS = {"de": "https://example.org/?SERVICE=WMS&REQUEST=GetMap&VERSION=1.3.0&LAYERS=none"}
RUN = """
import io, json, logging, sys, time
logging.disable(logging.CRITICAL)
from pyramid.config import Configurator
config, plots, runs = sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3])
named = {"pyramid_oereb.cfg.file": config, "pyramid_oereb.cfg.section": "pyramid_oereb"}
with Configurator(settings=named) as made:
    made.include("pyramid_oereb", route_prefix="oereb")
    app = made.make_wsgi_app()
def extract(egrid):
    told = {}
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/oereb/extract/json",
               "QUERY_STRING": "EGRID=%s&LANG=de" % egrid,
               "SERVER_NAME": "bench", "SERVER_PORT": "80",
               "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.version": (1, 0), "wsgi.url_scheme": "http",
               "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr, "wsgi.multithread": False,
               "wsgi.multiprocess": False, "wsgi.run_once": False}
    body = b"".join(app(environ, lambda status, headers, *more: told.update(status=status)))
    if not told["status"].startswith("200"):
        raise SystemExit("%s %r" % (told["status"], body[:2000]))
    return body
body = [extract(one) for one in plots]
found = [json.loads(one)["GetExtractByIdResponse"]["extract"] for one in body]
rows = [len(one["RealEstate"].get("RestrictionOnLandownership", [])) for one in found]
print(json.dumps({"warm": True}), flush=True)
sys.stdin.readline()
cpu, walls = time.process_time(), []
for _ in range(runs):
    for one in plots:
        began = time.perf_counter()
        extract(one)
        walls.append(1000 * (time.perf_counter() - began))
count = runs * len(plots)
walls.sort()
print(json.dumps({"n": count,
    "cpu_ms_python": round(1000 * (time.process_time() - cpu) / count, 2),
    "wall_ms_p50": round(walls[count // 2], 2), "wall_ms_p95": round(walls[int(0.95 * count)], 2),
    "restrictions_mean": sum(rows) / len(rows),
    "bytes_p50": sorted(map(len, body))[len(body) // 2]}),
    flush=True)
sys.stdin.readline()
"""


def measure(
    url: str,
    points: list[Json],
    show: Callable[[Json], None],
    cpu_of: Callable[[], dict[int, float]],
) -> None:
    """Fill its schemas, ask for extracts of some of the plots, and show what they cost."""
    python = environment()
    config = HOME / f"config_{os.getpid()}.yml"
    config.write_text(json.dumps({"pyramid_oereb": configuration(url)}), encoding="utf-8")
    try:
        fill(url, tables(python, config))
        some = json.dumps([f"CH{point['id']}" for point in points[:60]])
        child = subprocess.Popen(
            [python, "-c", RUN, str(config), some, "2"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=HOME,
        )
        told = [line for line in _talk(child, cpu_of) if line]
        show({"bench": "oereb-extract", "version": VERSION, **told[0]})
    finally:
        config.unlink()
        with psycopg.connect(url, autocommit=True) as connection:
            for schema in (MAIN, *[f"oereb_{topic}" for topic in TOPICS]):
                connection.execute(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')


def _talk(child: "subprocess.Popen[str]", cpu_of: Callable[[], dict[int, float]]) -> list[Json]:
    """Let the child warm up, then measure; the database's CPU is read while both live."""
    if child.stdin is None or child.stdout is None:
        return []
    if not child.stdout.readline():
        raise SystemExit("pyramid_oereb gave no extract")
    base = cpu_of()
    child.stdin.write("\n")
    child.stdin.flush()
    told: Json = json.loads(child.stdout.readline())
    used = sum(cpu - base.get(pid, 0.0) for pid, cpu in cpu_of().items())
    told["cpu_ms_postgres"] = round(1000 * used / told["n"], 2)
    child.stdin.write("\n")
    child.stdin.close()
    child.wait(60)
    return [told]


def environment() -> str:
    """Return the python of the peer's environment, made now if need be."""
    python = HOME / "venv" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(HOME / "venv")], check=True)
        wanted = [VERSION, "psycopg2-binary", "setuptools<81"]
        subprocess.run([str(python), "-m", "pip", "install", "-q", *wanted], check=True)
    return str(python)


def configuration(url: str) -> Json:
    """Return its configuration: the same standard sources for everything."""
    own = url.replace("postgresql://", "postgresql+psycopg2://", 1)
    statuses = [_lookup(*pair) for pair in LAW_STATUS.items()]
    kinds = [_lookup(*pair) for pair in DOCUMENTS.items()]
    sections = {
        name: {"source": _source(f"{source}.DatabaseSource", own, f"main.{model}")}
        for name, (source, model) in READ.items()
    }
    plan = {"reference_wms": WMS, "layer_index": 0, "layer_opacity": 1.0}
    sections["real_estate"] |= {
        "plan_for_land_register": plan,
        "plan_for_land_register_main_page": plan,
        "visualisation": {
            "method": "pyramid_oereb.core.hook_methods.produce_sld_content",
            "url_params": ["egrid"],
            "layer": {"name": "none"},
            "style": {"stroke_opacity": 0.6, "stroke_color": "#e60000", "stroke_width": 5},
        },
    }
    sections["logos"]["hooks"] = {
        name: f"pyramid_oereb.core.hook_methods.{name}"
        for name in ("get_logo_ref", "get_qr_code_ref")
    }
    sections["real_estate_type"]["lookup"] = [_lookup("Liegenschaft", "RealEstate")]
    return {
        "language": ["de"],
        "default_language": "de",
        "flavour": ["REDUCED"],
        "srid": 32643,
        "print": {
            "renderer": "pyramid_oereb.contrib.print_proxy.mapfish_print.mapfish_print.Renderer",
            "with_geometry": False,
            "buffer": 10,
            "basic_map_size": [493, 280],
            "pdf_dpi": 300,
            "pdf_map_size_millimeters": [174, 99],
        },
        "app_schema": {
            "name": MAIN,
            "models": f"{MODELS}.main",
            "db_connection": own,
            "law_status_lookup": statuses,
            "document_types_lookup": kinds,
        },
        "geometry_types": {
            "point": {"types": ["Point", "MultiPoint"]},
            "line": {"types": ["LineString", "LinearRing", "MultiLineString"]},
            "polygon": {"types": ["Polygon", "MultiPolygon"]},
            "collection": {"types": ["GeometryCollection"]},
        },
        "plr_cadastre_authority": {
            "name": {"de": "Bench"},
            "office_at_web": {"de": "https://example.org"},
        },
        "logo_lookups": {"confederation": "ch", "oereb": "ch.plr", "canton": "ne"},
        "extract": {
            "base_data": {
                "methods": {
                    "date": "pyramid_oereb.core.hook_methods.get_surveying_data_update_date",
                    "provider": "pyramid_oereb.core.hook_methods.get_surveying_data_provider",
                }
            },
            "sort_within_themes_method": "pyramid_oereb.core.hook_methods.plr_sort_within_themes",
            "redirect": "https://example.org/?egrid={egrid}",
        },
        "plrs": [_topic(own, topic, statuses, kinds) for topic in TOPICS],
        **sections,
    }


def _lookup(data: str, extract: str) -> Json:
    return {"data_code": data, "transfer_code": data, "extract_code": extract}


def _source(name: str, own: str, model: str) -> Json:
    params = {"db_connection": own, "model": f"{MODELS}.{model}"}
    return {"class": f"{SOURCES}.{name}", "params": params}


def _topic(own: str, topic: str, statuses: list[Json], kinds: list[Json]) -> Json:
    measured = {"limit": 1.0, "unit": "m", "precision": 2}
    return {
        "code": f"ch.{topic}",
        "geometry_type": TOPICS[topic],
        "thresholds": {
            "length": measured,
            "area": {**measured, "unit": "m2"},
            "percentage": {"precision": 1},
        },
        "language": "de",
        "federal": False,
        "view_service": {"layer_index": 1, "layer_opacity": 1.0},
        "source": {
            "class": f"{SOURCES}.plr.DatabaseSource",
            "params": {
                "db_connection": own,
                "model_factory": f"{MODELS}.theme.model_factory_string_pk",
                "schema_name": f"oereb_{topic}",
            },
        },
        "hooks": {
            "get_symbol": "pyramid_oereb.contrib.data_sources.standard.hook_methods.get_symbol",
            "get_symbol_ref": "pyramid_oereb.core.hook_methods.get_symbol_ref",
        },
        "law_status_lookup": statuses,
        "document_types_lookup": kinds,
    }


TABLES = """
import sys
from pyramid_oereb.contrib.data_sources import create_tables as made
source = "pyramid_oereb.contrib.data_sources.standard.sources.plr.DatabaseSource"
made.create_main_schema_from_configuration_(sys.argv[1], sql_file=sys.stdout, if_not_exists=True)
made.create_tables_from_standard_configuration(sys.argv[1], source, sql_file=sys.stdout)
"""


def tables(python: str, config: Path) -> str:
    """Return the SQL of its own tables, as it writes it."""
    ran = subprocess.run(
        [python, "-W", "ignore", "-c", TABLES, str(config)],
        capture_output=True,
        text=True,
        check=False,
        cwd=HOME,
    )
    if ran.returncode:
        raise SystemExit(ran.stderr[-2000:])
    return ran.stdout


def fill(url: str, made: str) -> None:
    """Make its tables and fill them from ours."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET statement_timeout = 0")
        for schema in (MAIN, *[f"oereb_{topic}" for topic in TOPICS]):
            connection.execute(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')
        connection.execute(made)  # type: ignore[arg-type]
        here = {"main": MAIN, "pixel": PIXEL, "wms": WMS["de"]}
        connection.execute(FILL_MAIN.format(**here))  # type: ignore[arg-type]
        for number, topic in enumerate(TOPICS, 1):
            named = {"topic": topic, "number": number, "main": MAIN, "pixel": PIXEL}
            connection.execute(FILL_TOPIC.format(**named))  # type: ignore[arg-type]
        connection.execute("ANALYZE")


PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"
    "AAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
FILL_MAIN = """
SET search_path = {main}, public;
INSERT INTO municipality (fosnr, name, published) VALUES (1, 'Bench', true);
INSERT INTO office (id, name) VALUES ('1', '{{"de": "Bench"}}');
INSERT INTO real_estate_type (id, code, title)
VALUES ('1', 'Liegenschaft', '{{"de": "Liegenschaft"}}');
INSERT INTO law_status (code, title) VALUES ('inKraft', '{{"de": "in Kraft"}}');
INSERT INTO document_types (code, title) SELECT code, '{{"de": "Dokument"}}'
FROM unnest(ARRAY['Rechtsvorschrift', 'GesetzlicheGrundlage', 'Hinweis']) code;
INSERT INTO general_information (id, title, content, extract_index)
VALUES ('1', '{{"de": "Info"}}', '{{"de": "Info"}}', 1);
INSERT INTO logo (id, code, logo) SELECT code, code, '{{"de": "{pixel}"}}'
FROM unnest(ARRAY['ch', 'ch.plr', 'ne', 'ch.1']) code;
INSERT INTO map_layering (id, view_service, layer_index, layer_opacity)
VALUES ('1', '{{"de": "{wms}"}}', 1, 1.0);
INSERT INTO real_estate (identdn, number, egrid, type, canton, municipality, fosnr,
                         land_registry_area, "limit")
SELECT 'BE0200000001', public_id, 'CH' || id, 'Liegenschaft', 'NE', 'Bench', 1,
       greatest(round(drawn_area_m2), 1), ST_Multi(geom) FROM public.plot WHERE upper_inf(known);
CREATE INDEX ON real_estate (egrid);
CREATE INDEX ON real_estate USING gist ("limit");
"""
FILL_TOPIC = """
SET search_path = oereb_{topic}, public;
INSERT INTO {main}.theme (id, code, title, extract_index)
VALUES ('{topic}', 'ch.{topic}', '{{"de": "{topic}"}}', {number});
INSERT INTO {main}.availability (id, municipality_fosnr, theme_code, available)
VALUES ('{topic}', 1, 'ch.{topic}', true);
INSERT INTO office (id, name) VALUES ('1', '{{"de": "Bench"}}');
INSERT INTO document (id, document_type, "index", law_status, title, office_id, published_from,
                      text_at_web)
VALUES ('1', 'Rechtsvorschrift', 1, 'inKraft', '{{"de": "Notification"}}', '1', '2020-01-01',
        '{{"de": "https://example.org/1"}}');
INSERT INTO view_service (id, reference_wms, layer_index, layer_opacity)
VALUES ('1', '{{"de": "https://example.org/?SERVICE=WMS&REQUEST=GetMap&LAYERS=none"}}', 1, 1.0);
INSERT INTO legend_entry (id, symbol, legend_text, type_code, type_code_list, theme,
                          view_service_id)
SELECT 'v' || coalesce(value, '-'), '{pixel}', json_build_object('de', coalesce(value, '-')),
       coalesce(value, '-'), '', 'ch.{topic}', '1'
FROM (SELECT DISTINCT value FROM public.restriction WHERE theme_id = '{topic}') v;
INSERT INTO public_law_restriction (id, law_status, published_from, view_service_id, office_id,
                                    legend_entry_id)
SELECT id, 'inKraft', '2020-01-01', '1', '1', 'v' || coalesce(value, '-')
FROM public.restriction WHERE theme_id = '{topic}' AND upper_inf(known);
INSERT INTO geometry (id, law_status, published_from, geom, public_law_restriction_id)
SELECT g.id, 'inKraft', '2020-01-01', g.geom, r.id
FROM public.restriction r JOIN public.restriction_geom g ON g.restriction_id = r.id
WHERE r.theme_id = '{topic}' AND upper_inf(r.known);
INSERT INTO public_law_restriction_document (id, public_law_restriction_id, document_id)
SELECT id, id, '1' FROM public_law_restriction;
CREATE INDEX ON geometry USING gist (geom);
CREATE INDEX ON geometry (public_law_restriction_id);
CREATE INDEX ON public_law_restriction_document (public_law_restriction_id);
"""
