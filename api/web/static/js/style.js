// The map's look: our own tiles, our own fonts; nothing from another host.

const malayalam = ["U+0D00-0D7F", "U+200C-200D", "U+25CC"];
const latin = ["U+0020-00FF", "U+2010-2026"];

/** Style for MapLibre from the page's configuration (addresses are made absolute for the workers). */
export function mapStyle(config) {
  const absolute = (path) => new URL(path, location.href).href;
  const tiles = (layer) => ({
    type: "vector",
    tiles: [absolute(`${config.tiles}/${layer}/`) + "{z}/{x}/{y}.mvt"],
    minzoom: config.zooms[layer]?.[0] ?? 10,
    maxzoom: config.zooms[layer]?.[1] ?? 17,
  });
  const face = (weight) => [
    { url: absolute(config.fonts[`malayalam-${weight}`]), "unicode-range": malayalam },
    { url: absolute(config.fonts[`latin-${weight}`]), "unicode-range": latin },
  ];
  return {
    version: 8,
    "font-faces": { Manjari: face(400), "Manjari Bold": face(700) },
    sources: Object.fromEntries(config.layers.map((name) => [name, tiles(name)])),
    layers: layers(config).filter((layer) => !layer.source || config.layers.includes(layer.source)),
  };
}

const colour = (fallback) => ["to-color", ["get", "colour"], fallback];
const named = (lang) => ["coalesce", ["get", `name_${lang}`], ["get", "name"], ["get", "name_en"], ""];
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
  return [
    { id: "ground", type: "background", paint: { "background-color": "#f1ecdf" } },
    draw("zones", "zones", "fill", { "fill-color": colour("#cccccc"), "fill-opacity": 0.42 }),
    draw("water", "water", "fill", { "fill-color": "#a9cbd6" }, { filter: ["==", ["geometry-type"], "Polygon"] }),
    draw("water-line", "water", "line", { "line-color": "#a9cbd6", "line-width": widths(12, 1, 17, 10) }, { filter: ["==", ["geometry-type"], "LineString"] }),
    draw("restrictions", "restrictions", "fill", { "fill-color": colour("#9b3015"), "fill-opacity": 0.2 }),
    draw("restrictions-edge", "restrictions", "line", { "line-color": colour("#9b3015"), "line-width": 1.4, "line-dasharray": [3, 2] }),
    draw("road-area", "roads", "fill", { "fill-color": "#fffdf7", "fill-outline-color": "#bdb49b" }, { filter: ["==", ["geometry-type"], "Polygon"] }),
    draw("road-edge", "roads", "line", { "line-color": "#a79e86", "line-width": ["interpolate", ["exponential", 1.6], ["zoom"], 12, ["case", big, 3, 0.9], 17, ["case", big, 22, 9]] }, { filter: ["==", ["geometry-type"], "LineString"], layout: { "line-cap": "round", "line-join": "round" } }),
    draw("roads", "roads", "line", { "line-color": ["case", big, "#f4d58a", "#fffdf7"], "line-width": ["interpolate", ["exponential", 1.6], ["zoom"], 12, ["case", big, 2, 0.5], 17, ["case", big, 19, 7]] }, { filter: ["==", ["geometry-type"], "LineString"], layout: { "line-cap": "round", "line-join": "round" } }),
    draw("parcels", "parcels", "fill", { "fill-color": "#ffffff", "fill-opacity": 0.01 }),
    draw("parcels-edge", "parcels", "line", { "line-color": "#6f6852", "line-width": widths(13, 0.2, 15, 0.5, 18, 1.4) }),
    draw("buildings", "buildings", "fill", { "fill-color": "#8d7f63", "fill-opacity": 0.75, "fill-outline-color": "#4e4634" }),
    draw("lit", "restrictions", "line", { "line-color": "#c22f00", "line-width": 4 }, { filter: ["==", ["get", "theme"], ""] }),
    draw("chosen", "parcels", "fill", { "fill-color": "#ffd257", "fill-opacity": 0.45 }, { filter: ["==", ["id"], -1] }),
    draw("chosen-edge", "parcels", "line", { "line-color": "#0c4f45", "line-width": 3.5 }, { filter: ["==", ["id"], -1] }),
    label("road-names", "roads", { "symbol-placement": "line", "text-size": 12.5 }, {}, { minzoom: 14 }),
    label("water-names", "water", { "text-size": 14 }, { "text-color": "#174a5e", "text-halo-color": "#d5e6ec" }),
    label("survey-numbers", "parcels", { "text-field": ["coalesce", ["get", "survey"], ""], "text-size": widths(16, 9, 19, 15) }, { "text-color": "#3c3727" }, { minzoom: 16.2 }),
  ];
}
