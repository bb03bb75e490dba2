// Findings beside the drawing: each lights its place, and a mark on the drawing leads to its finding.
const drawing = document.getElementById("drawing");
const entries = [...document.querySelectorAll(".entry[data-key]")];
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
const markers = (key) => [...drawing.querySelectorAll("[data-finding]")].filter((mark) => mark.dataset.finding === key);
const places = (entry) => entry.dataset.shapes.split(" ").filter(Boolean).map((id) => document.getElementById(`shape-${id}`)).filter(Boolean);

/** Light one finding's shapes, its marks and its entry; nothing else stays lit. */
function light(entry) {
  for (const lit of document.querySelectorAll(".lit")) lit.classList.remove("lit");
  if (!entry) return;
  entry.classList.add("lit");
  for (const part of [...places(entry), ...markers(entry.dataset.key)]) part.classList.add("lit");
}

/** Bring the first place of a finding into view inside the drawing's box. */
function bring(entry) {
  const place = markers(entry.dataset.key)[0] ?? places(entry)[0];
  if (!place) return;
  const at = place.getBoundingClientRect();
  const box = drawing.getBoundingClientRect();
  drawing.scrollBy({ left: at.left + at.width / 2 - box.left - box.width / 2, top: at.top + at.height / 2 - box.top - box.height / 2, behavior: calm ? "auto" : "smooth" });
}

for (const entry of entries) {
  entry.addEventListener("pointerenter", () => light(entry));
  entry.addEventListener("focusin", () => { light(entry); bring(entry); });
  entry.addEventListener("click", (event) => { if (event.target.closest("a.place")) event.preventDefault(); light(entry); bring(entry); });
}

/** From a mark on the drawing to its entry. */
function toEntry(event) {
  const key = event.target.closest?.("[data-finding]")?.dataset.finding;
  const entry = entries.find((one) => one.dataset.key === key);
  if (!entry) return;
  entry.setAttribute("tabindex", "-1");
  entry.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "center" });
  entry.focus({ preventScroll: true });
  light(entry);
}
drawing.addEventListener("click", toEntry);
drawing.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); toEntry(event); } });
