// A placed drawing on the map: the drawn plot's outline and the building, standing as high as drawn.
// It comes by its scrutiny's key alone, which travels as a header and never in an address.

/** Fetch what a scrutiny's key opens; an error when it opens nothing. */
export async function fetchBuilding(url, key) {
  const reply = await fetch(url, { headers: { "K-MAP-Key": key, Accept: "application/json" } });
  if (!reply.ok) throw new Error(`status ${reply.status}`);
  return reply.json();
}

/** Stand the building, and the buildings on record around it, on a map whose style is loaded. */
export function showBuilding(map, collection) {
  const role = (name) => ["==", ["get", "role"], name];
  const high = (name) => ["coalesce", ["get", name], 0.1];
  map.addSource("placed", { type: "geojson", data: collection });
  map.addLayer({ id: "around", type: "fill-extrusion", source: "buildings", "source-layer": "buildings", paint: { "fill-extrusion-color": "#8d7f63", "fill-extrusion-height": high("height"), "fill-extrusion-opacity": 0.6 } });
  map.addLayer({ id: "placed-plot", type: "line", source: "placed", filter: role("plot"), paint: { "line-color": "#9b3015", "line-width": 2.5, "line-dasharray": [2, 1] } });
  map.addLayer({ id: "placed-home", type: "fill-extrusion", source: "placed", filter: role("footprint"), paint: { "fill-extrusion-color": "#c2560c", "fill-extrusion-base": ["get", "base_m"], "fill-extrusion-height": high("height_m"), "fill-extrusion-opacity": 0.9 } });
}
