// The map's look: our own tiles, our own fonts; nothing from another host.

const malayalam = ["U+0D00-0D7F", "U+200C-200D", "U+25CC"];
const latin = ["U+0020-00FF", "U+2010-2026"];

// Beyond these zooms tiles are drawn larger instead of being asked for: finer than 0.1 m already.
const FINEST = { parcels: 17, buildings: 17, zones: 15, water: 15, local_bodies: 13, places: 14 };

/** Style for MapLibre from the page's configuration (addresses are made absolute for the workers). */
export function mapStyle(config) {
  const absolute = (path) => new URL(path, location.href).href;
  const tiles = (layer) => ({
    type: "vector",
    tiles: [absolute(`${config.tiles}/${layer}/`) + "{z}/{x}/{y}.mvt"],
    minzoom: config.zooms[layer][0],
    maxzoom: Math.min(config.zooms[layer][1], FINEST[layer] ?? 16),
  });
  const face = (weight) => [
    { url: absolute(config.fonts[`malayalam-${weight}`]), "unicode-range": malayalam },
    { url: absolute(config.fonts[`latin-${weight}`]), "unicode-range": latin },
  ];
  return {
    version: 8,
    "font-faces": { Manjari: face(400), "Manjari Bold": face(700) },
    sources: {
      ...Object.fromEntries(config.layers.map((name) => [name, tiles(name)])),
      allowed: { type: "geojson", data: { type: "FeatureCollection", features: [] } },
    },
    layers: layers(config),
  };
}

const colour = (fallback) => ["to-color", ["get", "colour"], fallback];
const named = (lang) => ["coalesce", ["get", lang], ["get", "en"], ""];
const widths = (...stops) => ["interpolate", ["exponential", 1.6], ["zoom"], ...stops];
const big = ["in", ["get", "class"], ["literal", ["national_highway", "state_highway"]]];

function layers(config) {
  const label = (id, source, layout, paint, rest = {}) => ({
    id, source, "source-layer": source, type: "symbol",
    layout: { "text-font": ["Manjari"], "text-field": named(config.lang), "text-size": 13, ...layout },
    paint: { "text-color": "#1c2825", "text-halo-color": "#fffdf7", "text-halo-width": 1.6, ...paint },
    ...rest,
  });
  const draw = (id, source, type, paint, rest = {}) => ({ id, source, "source-layer": source, type, paint, ...rest });
  const line = { "line-cap": "round", "line-join": "round" };
  const road = ["==", ["get", "kind"], "road"];
  const metres = ["coalesce", ["get", "width"], 4];
  const wide = (more) => ["interpolate", ["exponential", 2], ["zoom"], 12, ["+", ["case", big, 1.6, 0.4], more], 20, ["+", ["*", metres, 6.6], more]];
  return [
    { id: "ground", type: "background", paint: { "background-color": "#f1ecdf" } },
    draw("zones", "zones", "fill", { "fill-color": colour("#cccccc"), "fill-opacity": 0.4 }),
    draw("water", "water", "fill", { "fill-color": "#a9cbd6" }, { filter: ["==", ["geometry-type"], "Polygon"] }),
    draw("water-line", "water", "line", { "line-color": "#a9cbd6", "line-width": widths(12, 1, 17, 6) }, { filter: ["==", ["geometry-type"], "LineString"], layout: line }),
    draw("restrictions", "restrictions", "fill", { "fill-color": colour("#9b3015"), "fill-opacity": 0.16 }),
    draw("parcels", "parcels", "fill", { "fill-color": "#ffffff", "fill-opacity": 0.01 }),
    draw("parcels-edge", "parcels", "line", { "line-color": "#6f6852", "line-opacity": ["interpolate", ["linear"], ["zoom"], 13, 0.25, 15.5, 1], "line-width": widths(13, 0.5, 15, 0.6, 18, 1.3) }),
    draw("road-edge", "roads", "line", { "line-color": "#a79e86", "line-width": wide(1.4) }, { filter: road, layout: line }),
    draw("roads", "roads", "line", { "line-color": ["case", big, "#f4d58a", "#fffdf7"], "line-width": wide(0) }, { filter: road, layout: line }),
    draw("railway", "roads", "line", { "line-color": "#444444", "line-width": widths(12, 1.2, 18, 3) }, { filter: ["==", ["get", "kind"], "railway"] }),
    draw("sleepers", "roads", "line", { "line-color": "#444444", "line-width": widths(12, 3, 18, 9), "line-dasharray": [0.25, 1.6] }, { filter: ["==", ["get", "kind"], "railway"] }),
    draw("power-line", "roads", "line", { "line-color": "#c2410c", "line-width": 1.3, "line-dasharray": [5, 2, 1, 2] }, { filter: ["==", ["get", "kind"], "power_line"] }),
    draw("buildings", "buildings", "fill", { "fill-color": "#8d7f63", "fill-opacity": 0.75, "fill-outline-color": "#4e4634" }),
    draw("restrictions-edge", "restrictions", "line", { "line-color": colour("#9b3015"), "line-width": 1.4, "line-dasharray": [3, 2] }),
    draw("bodies", "local_bodies", "line", { "line-color": "#5b3a86", "line-width": 1.6, "line-opacity": 0.6, "line-dasharray": [6, 2, 1, 2] }),
    draw("lit", "restrictions", "line", { "line-color": "#c22f00", "line-width": 4 }, { filter: ["==", ["get", "restriction"], ""] }),
    draw("chosen", "parcels", "fill", { "fill-color": "#ffd257", "fill-opacity": 0.45 }, { filter: ["==", ["id"], -1] }),
    draw("chosen-edge", "parcels", "line", { "line-color": "#0c4f45", "line-width": 3.5 }, { filter: ["==", ["id"], -1] }),
    { id: "allowed", source: "allowed", type: "line", paint: { "line-color": "#9b3015", "line-width": 1.8, "line-dasharray": [3, 2] } },
    label("road-names", "roads", { "symbol-placement": "line", "text-size": 12.5 }, {}, { minzoom: 14, filter: road }),
    label("water-names", "water", { "text-size": 14, "text-max-width": 7 }, { "text-color": "#174a5e", "text-halo-color": "#d5e6ec" }),
    label("survey-numbers", "parcels", { "text-field": ["get", "no"], "text-size": widths(16, 9, 19, 15) }, { "text-color": "#3c3727" }, { minzoom: 16.4 }),
    label("place-names", "places", { "text-font": ["Manjari Bold"], "text-size": widths(11, 12, 16, 17), "text-max-width": 8 }, {}, {}),
  ];
}
