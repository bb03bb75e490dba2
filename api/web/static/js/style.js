// The map's look is the service's own style; here is added what only this page shows.

const none = { type: "FeatureCollection", features: [] };
const draw = (id, source, type, paint, filter) => ({ id, source, "source-layer": source, type, paint, filter });
const own = [
  draw("lit", "restrictions", "line", { "line-color": "#c22f00", "line-width": 4 }, ["==", ["get", "restriction"], ""]),
  draw("lit-draft", "drafts", "line", { "line-color": "#c22f00", "line-width": 4 }, ["==", ["get", "restriction"], ""]),
  draw("chosen", "parcels", "fill", { "fill-color": "#ffd257", "fill-opacity": 0.45 }, ["==", ["id"], -1]),
  draw("chosen-edge", "parcels", "line", { "line-color": "#0c4f45", "line-width": 3.5 }, ["==", ["id"], -1]),
  { id: "allowed", source: "allowed", type: "line", paint: { "line-color": "#9b3015", "line-width": 1.8, "line-dasharray": [3, 2] } },
];

/** The style of the service, with the page's own layers below its names. */
export async function mapStyle(config) {
  const style = await (await fetch(config.style)).json();
  style.sources.allowed = { type: "geojson", data: none };
  const names = style.layers.findIndex((layer) => layer.type === "symbol");
  style.layers.splice(names, 0, ...own);
  return style;
}
