// The scrutiny's own small map: the building where it was placed, in three dimensions.
import { Map, NavigationControl, ScaleControl } from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { fetchBuilding, showBuilding } from "./building.js";
import { mapStyle } from "./style.js";

const box = document.getElementById("placed-map");
const say = document.getElementById("placed-say");
const config = JSON.parse(box.dataset.config);
const map = new Map({
  container: box,
  style: await mapStyle(config),
  center: [Number(box.dataset.lon), Number(box.dataset.lat)],
  zoom: 18.4,
  pitch: 55,
  minZoom: 12,
  maxZoom: 20,
  locale: config.words,
  attributionControl: { compact: true, customAttribution: config.words["attribution"] },
  cooperativeGestures: true,
});
map.addControl(new NavigationControl({ visualizePitch: true }), "top-right");
map.addControl(new ScaleControl({ unit: "metric" }), "bottom-left");
map.on("load", async () => {
  for (const layer of ["chosen", "chosen-edge"]) map.setFilter(layer, ["==", ["id"], Number(box.dataset.tile)]);
  try {
    showBuilding(map, await fetchBuilding(box.dataset.url, box.dataset.key));
    map.once("idle", () => { box.dataset.shown = String(map.queryRenderedFeatures({ layers: ["placed-home"] }).length); });
  } catch {
    say.textContent = say.dataset.failed;
    say.hidden = false;
  }
});
