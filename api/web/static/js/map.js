// The town's map beside the answer: tap a plot, and its answer is put in the pane and the address.
import { Map, NavigationControl, ScaleControl } from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { fetchBuilding, showBuilding } from "./building.js";
import { mapStyle } from "./style.js";

const box = document.getElementById("map");
const pane = document.getElementById("pane");
const say = document.getElementById("map-say");
const config = JSON.parse(box.dataset.config);
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
const wide = matchMedia("(min-width: 62rem)");

const answer = () => pane.querySelector(".answer");
const here = answer();
const map = new Map({
  container: box,
  style: await mapStyle(config),
  ...(here ? { center: [Number(here.dataset.lon), Number(here.dataset.lat)], zoom: 17 } : { bounds: config.bounds, fitBoundsOptions: { padding: 12 } }),
  minZoom: 10,
  maxZoom: 20,
  maxPitch: 0,
  dragRotate: false,
  locale: config.words,
  attributionControl: { compact: true, customAttribution: config.words["attribution"] },
  cooperativeGestures: !wide.matches,
});
map.touchZoomRotate.disableRotation();
map.keyboard.disableRotation();
map.addControl(new NavigationControl({ showCompass: false }), "top-right");
map.addControl(new ScaleControl({ unit: "metric" }), "bottom-left");
map.on("load", () => { choose(); box.dataset.ready = "yes"; stand(); });
map.on("idle", () => { box.dataset.idle = String(map.queryRenderedFeatures({ layers: ["parcels"] }).length); });

/** Stand the building of a scrutiny on the map when its id and key are behind the # of the address. */
async function stand() {
  const secret = new URLSearchParams(location.hash.slice(1));
  const [id, key] = [secret.get("scrutiny"), secret.get("key")];
  if (!id || !key) return;
  try {
    showBuilding(map, await fetchBuilding(`/v1/scrutiny/${encodeURIComponent(id)}/building.geojson`, key));
    map.setMaxPitch(60);
    map.jumpTo({ zoom: 18.4, pitch: 50 });
    tell(config.words["shown"]);
    box.dataset.standing = "yes";
  } catch { tell(config.words["failed"]); }
}

/** Show a short message on the map; empty hides it. */
function tell(text) {
  say.textContent = text;
  say.hidden = !text;
}

/** Mark the plot of the answer in the pane. */
function choose() {
  const id = Number(answer()?.dataset.tile ?? -1);
  for (const layer of ["chosen", "chosen-edge"]) map.setFilter(layer, ["==", ["id"], id]);
  const allowed = answer()?.dataset.allowed;
  map.getSource("allowed").setData({ type: "FeatureCollection", features: allowed ? [{ type: "Feature", properties: {}, geometry: JSON.parse(allowed) }] : [] });
}

let asking = null;
/** Put the answer found at `url` into the pane; true when there was one. */
async function show(url) {
  asking?.abort();
  asking = new AbortController();
  tell(config.words["looking"]);
  const address = new URL(url, location.href);
  address.searchParams.set("part", "answer");
  try {
    const reply = await fetch(address, { signal: asking.signal, headers: { Accept: "text/html" } });
    const text = await reply.text();
    if (!reply.ok) { tell(text.length < 400 ? text : config.words["failed"]); return false; }
    pane.innerHTML = text;
  } catch (error) {
    if (error.name !== "AbortError") tell(config.words["failed"]);
    return false;
  }
  tell("");
  pane.parentElement.classList.add("answered");
  document.title = answer().dataset.title;
  choose();
  document.querySelector(".switch").href = answer().dataset.url.replace(`/${config.lang}/`, `/${config.other}/`);
  const title = document.getElementById("answer-title");
  title.focus({ preventScroll: true });
  if (!wide.matches) title.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
  else scrollTo({ top: 0, behavior: calm ? "auto" : "smooth" });
  return true;
}

/** Ask for the plot at a point, and put its address into the address bar. */
async function pick({ lng, lat }) {
  const query = new URLSearchParams({ lon: lng.toFixed(7), lat: lat.toFixed(7) });
  const asOf = new URLSearchParams(location.search).get("as_of");
  if (asOf) query.set("as_of", asOf);
  if (await show(`${config.at}?${query}`)) history.pushState({}, "", answer().dataset.url);
}

map.on("click", (event) => pick(event.lngLat));
map.getCanvas().addEventListener("keydown", (event) => { if (event.key === "Enter") pick(map.getCenter()); });
map.on("mousemove", "parcels", () => { map.getCanvas().style.cursor = "pointer"; });
addEventListener("popstate", () => { if (location.pathname.includes("/plot/")) show(location.href); else location.reload(); });

// An entry lights its layer on the map, and the layer lights its entries.
const light = (id) => { for (const layer of ["lit", "lit-draft"]) if (map.getLayer(layer)) map.setFilter(layer, ["==", ["get", "restriction"], id ?? ""]); };
for (const name of ["pointerover", "focusin"]) pane.addEventListener(name, (event) => light(event.target.closest?.(".entry[data-light]")?.dataset.light));
for (const name of ["pointerleave", "focusout"]) pane.addEventListener(name, () => light(""));
map.on("mousemove", "restrictions", (event) => {
  const over = new Set(event.features.map((feature) => feature.properties.restriction));
  for (const entry of pane.querySelectorAll(".entry[data-light]")) entry.classList.toggle("lit", over.has(entry.dataset.light));
});
map.on("mouseleave", "restrictions", () => { for (const entry of pane.querySelectorAll(".entry.lit")) entry.classList.remove("lit"); });

// Legend: each box shows or hides a layer, or one theme of the restrictions.
const parts = { restrictions: ["restrictions", "restrictions-edge"], drafts: ["drafts", "drafts-edge"], missing: ["missing"], local_bodies: ["bodies", "body-names"], hillshade: ["hillshade"], slope: ["slope"], "3d": ["buildings-3d"], zones: ["zones"], parcels: ["parcels-edge", "survey-numbers"], buildings: ["buildings"], roads: ["roads", "road-edge", "road-names", "railway", "sleepers", "power-line"], water: ["water", "water-line", "water-names"] };
function toggle() {
  const boxes = [...document.querySelectorAll("#legend input")];
  const themes = boxes.filter((input) => input.dataset.theme && input.checked).map((input) => input.dataset.theme);
  for (const layer of [...parts.restrictions, ...parts.drafts, ...parts.missing]) map.setFilter(layer, ["in", ["get", "theme"], ["literal", themes]]);
  for (const input of boxes.filter((one) => !one.dataset.theme)) {
    for (const layer of parts[input.dataset.layer] ?? []) map.setLayoutProperty(layer, "visibility", input.checked ? "visible" : "none");
  }
}
document.getElementById("legend").addEventListener("change", (event) => {
  toggle();
  if (event.target.dataset.layer !== "3d") return;
  map.setMaxPitch(60);
  map.easeTo({ pitch: event.target.checked ? 50 : 0, zoom: event.target.checked ? Math.max(map.getZoom(), 16) : map.getZoom(), animate: !calm });
});

/** List the zones in view, each with its colour, while they are shown. */
function zonesInView() {
  const list = document.getElementById("zones-here");
  const shown = map.getLayoutProperty("zones", "visibility") !== "none";
  const zones = shown ? map.queryRenderedFeatures({ layers: ["zones"] }).map((zone) => zone.properties) : [];
  const byCode = Object.entries(Object.fromEntries(zones.map((zone) => [zone.code, zone])));
  list.replaceChildren(...byCode.sort(([one], [two]) => one.localeCompare(two)).map(([, zone]) => {
    const item = document.createElement("li");
    const dot = document.querySelector("#legend .swatch").cloneNode(true);
    dot.firstElementChild.setAttribute("fill", zone.colour);
    item.className = "key";
    item.append(dot, zone[config.lang] ?? zone.code);
    return item;
  }));
  list.parentElement.hidden = byCode.length === 0;
}
map.on("idle", zonesInView);
document.getElementById("legend").open = wide.matches && innerHeight > 800;
map.on("load", toggle);
