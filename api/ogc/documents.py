"""The documents of the OGC door that are not features: landing, conformance, collections."""

from typing import Any
from urllib.parse import quote

from api.ogc.answering import GEOJSON, HTML, OPENAPI, SCHEMA, link
from api.ogc.asking import CRS
from kmap.store.collections import Collection

Json = dict[str, Any]
GRID = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
MVT = "application/vnd.mapbox-vector-tile"
_REL = "http://www.opengis.net/def/rel/ogc/1.0/"
_SPEC = "http://www.opengis.net/spec/"
CONFORMS = [
    f"{_SPEC}ogcapi-common-1/1.0/conf/core",
    f"{_SPEC}ogcapi-common-2/1.0/conf/collections",
    f"{_SPEC}ogcapi-features-1/1.0/conf/core",
    f"{_SPEC}ogcapi-features-1/1.0/conf/oas30",
    f"{_SPEC}ogcapi-features-1/1.0/conf/html",
    f"{_SPEC}ogcapi-features-1/1.0/conf/geojson",
    f"{_SPEC}ogcapi-features-2/1.0/conf/crs",
    f"{_SPEC}ogcapi-tiles-1/1.0/conf/core",
    f"{_SPEC}ogcapi-tiles-1/1.0/conf/tileset",
    f"{_SPEC}ogcapi-tiles-1/1.0/conf/tilesets-list",
    f"{_SPEC}ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    f"{_SPEC}ogcapi-tiles-1/1.0/conf/dataset-tilesets",
    f"{_SPEC}ogcapi-tiles-1/1.0/conf/mvt",
    f"{_SPEC}tms/2.0/conf/tilematrixset",
    f"{_SPEC}tms/2.0/conf/json-tilematrixset",
]
TITLE = {"en": "K-MAP: the land register as open map data", "ml": "കെ-മാപ്: ഭൂരേഖ തുറന്ന ഭൂപടവിവരമായി"}
SAYS = {
    "en": "Plots, zones, restrictions and what lies around them, by OGC API - Features and Tiles, "
    "for QGIS, GDAL and programs. The sample town is invented. No owners' names. Not a permit. "
    "Where nothing is listed the land may still be affected: the collection coverage says where "
    "each theme was mapped.",
    "ml": "പ്ലോട്ടുകൾ, മേഖലകൾ, നിയന്ത്രണങ്ങൾ, ചുറ്റുമുള്ളവ: OGC API - Features, Tiles വഴി; QGIS, GDAL "
    "തുടങ്ങിയവയ്ക്ക്. മാതൃകാ പട്ടണം സാങ്കൽപ്പികം. ഉടമകളുടെ പേരില്ല. ഇത് അനുമതിയല്ല. ഇവിടെ ഒന്നും "
    "കാണാത്തിടത്തും ഭൂമിക്കു നിയന്ത്രണമുണ്ടാകാം: ഓരോ വിഷയവും എവിടെ ഭൂപടത്തിലാക്കി എന്ന് coverage പറയും.",
}


def landing(base: str) -> Json:
    """Return the landing page."""
    return {
        "title": TITLE["en"],
        "title_ml": TITLE["ml"],
        "description": SAYS["en"],
        "description_ml": SAYS["ml"],
        "links": [
            link(base, "self", title="This document"),
            link(f"{base}?f=html", "alternate", HTML, "This document as a page"),
            link(f"{base}/api", "service-desc", OPENAPI, "What can be asked (OpenAPI 3.0)"),
            link(f"{base}/api?f=html", "service-doc", HTML, "What can be asked, as a page"),
            link(f"{base}/conformance", "conformance", title="What this service conforms to"),
            link(f"{base}/collections", "data", title="Collections"),
            link(f"{base}/tileMatrixSets", f"{_REL}tiling-schemes", title="Tile matrix sets"),
            link(f"{base}/tiles", f"{_REL}tilesets-vector", title="Vector tiles of everything"),
        ],
    }


def about(base: str, one: Collection, extent: tuple[float, ...]) -> Json:
    """Return what a collection is."""
    here = f"{base}/collections/{one.id}"
    links = [
        link(here, "self"),
        link(f"{here}?f=html", "alternate", HTML),
        link(f"{here}/items", "items", GEOJSON, one.title["en"]),
        link(f"{here}/items?f=html", "items", HTML, one.title["en"]),
        link(f"{here}/queryables", f"{_REL}queryables", SCHEMA, "What can be filtered by"),
        link(f"{here}/schema", f"{_REL}schema", SCHEMA, "Properties"),
        link(f"{here}/schema", "describedby", SCHEMA, "Properties"),
    ]
    if one.layer:
        links.append(link(f"{here}/tiles", f"{_REL}tilesets-vector", title="Vector tiles"))
    return {
        "id": one.id,
        "title": one.title["en"],
        "title_ml": one.title["ml"],
        "description": one.says["en"],
        "description_ml": one.says["ml"],
        "itemType": "feature",
        "extent": {
            "spatial": {"bbox": [list(extent)], "crs": next(iter(CRS))},
            "temporal": {
                "interval": [[None, None]],
                "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
            },
        },
        "crs": list(CRS),
        "storageCrs": "http://www.opengis.net/def/crs/EPSG/0/32643",
        "links": links,
    }


def schema(here: str, one: Collection, names: list[str]) -> Json:
    """Return JSON Schema of these properties; all and the shape, when it is the whole schema."""
    found: Json = {}
    for name in names:
        kind = one.properties[name][1] if name in one.properties else "string"
        dated = kind in ("date", "date-time")
        found[name] = {"title": name, "type": "string" if dated else kind}
        found[name] |= {"format": kind} if dated else {}
        found[name] |= {"enum": list(one.allowed[name])} if name in one.allowed else {}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": here,
        "type": "object",
        "title": one.title["en"],
        "properties": {
            "geometry": {"x-ogc-role": "primary-geometry", "format": one.kind},
            **found,
        },
        "additionalProperties": False,
    }


def tilesets(base: str, where: str, title: str, layers: list[str]) -> Json:
    """Return the list of the one tileset there is at ``where``."""
    return {
        "tilesets": [tileset(base, where, title, layers)],
        "links": [link(f"{base}{where}/tiles", "self")],
    }


def tileset(base: str, where: str, title: str, layers: list[str]) -> Json:
    """Return what the WebMercatorQuad tileset at ``where`` is."""
    here = f"{base}{where}/tiles/WebMercatorQuad"
    template = f"{here}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"
    return {
        "title": title,
        "dataType": "vector",
        "crs": "http://www.opengis.net/def/crs/EPSG/0/3857",
        "tileMatrixSetURI": GRID,
        "layers": [{"id": name, "dataType": "vector"} for name in layers],
        "links": [
            link(here, "self", title=title),
            link(f"{base}/tileMatrixSets/WebMercatorQuad", f"{_REL}tiling-scheme"),
            {**link(template, "item", MVT, title), "templated": True},
        ],
    }


def matrix_sets(base: str) -> Json:
    """Return the list of tile matrix sets."""
    here = f"{base}/tileMatrixSets/WebMercatorQuad"
    one = {
        "id": "WebMercatorQuad",
        "uri": GRID,
        "title": "Google Maps Compatible for the World",
        "links": [link(here, "self")],
    }
    return {"tileMatrixSets": [one], "links": [link(f"{base}/tileMatrixSets", "self")]}


def web_mercator_quad(deepest: int) -> Json:
    """Return the tile matrix set of web maps, zooms 0 to ``deepest`` (OGC 17-083r4, annex D)."""
    cell_m = 40_075_016.685578488 / 256
    corner = [-20_037_508.342789244, 20_037_508.342789244]
    return {
        "id": "WebMercatorQuad",
        "title": "Google Maps Compatible for the World",
        "uri": GRID,
        "crs": "http://www.opengis.net/def/crs/EPSG/0/3857",
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": [
            {
                "id": str(z),
                "scaleDenominator": cell_m / 2**z / 0.00028,
                "cellSize": cell_m / 2**z,
                "pointOfOrigin": corner,
                "tileWidth": 256,
                "tileHeight": 256,
                "matrixWidth": 2**z,
                "matrixHeight": 2**z,
            }
            for z in range(deepest + 1)
        ],
    }


def path_of(one: Collection, key: str | int | None = None) -> str:
    """Return the path of a collection's items, or of one of them, below the landing page."""
    items = f"/collections/{one.id}/items"
    return items if key is None else f"{items}/{quote(str(key), safe='')}"
