// Drop a drawing anywhere on the box; the form is the same one that works without this script.
const form = document.getElementById("drop-form");
const box = document.getElementById("drop");
const file = document.getElementById("file");
const name = document.getElementById("drop-name");
const say = document.getElementById("drop-say");
const bar = document.getElementById("drop-progress");
const send = document.getElementById("send");
const empty = name.textContent;

for (const kind of ["dragenter", "dragover"]) box.addEventListener(kind, (event) => { event.preventDefault(); box.classList.add("over"); });
for (const kind of ["dragleave", "drop"]) box.addEventListener(kind, () => box.classList.remove("over"));
for (const kind of ["dragover", "drop"]) addEventListener(kind, (event) => event.preventDefault());
box.addEventListener("drop", (event) => {
  event.preventDefault();
  if (event.dataTransfer.files.length) { file.files = event.dataTransfer.files; named(); }
});
file.addEventListener("change", named);

/** Say which file was taken, or that it is too large. */
function named() {
  const chosen = file.files[0];
  const tooLarge = chosen && chosen.size > Number(form.dataset.max);
  name.textContent = chosen ? `${chosen.name} · ${(chosen.size / 1e6).toFixed(2)} MB` : empty;
  say.textContent = tooLarge ? form.dataset.toolarge : "";
  send.disabled = Boolean(tooLarge);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const request = new XMLHttpRequest();
  const progress = bar.firstElementChild;
  bar.hidden = false;
  send.disabled = true;
  say.textContent = form.dataset.sending;
  request.upload.addEventListener("progress", (step) => { if (step.lengthComputable) progress.value = (100 * step.loaded) / step.total; });
  request.upload.addEventListener("load", () => { progress.removeAttribute("value"); say.textContent = form.dataset.reading; });
  request.addEventListener("load", () => arrived(request));
  request.addEventListener("error", () => stop(form.dataset.failed));
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "text/html");
  request.setRequestHeader("X-K-MAP-Part", "address");
  request.send(new FormData(form));
});

/** Go to the result, or say why there is none. */
function arrived(request) {
  if (request.status === 201) location.assign(request.getResponseHeader("Location"));
  else stop(request.responseText.length < 600 ? request.responseText : form.dataset.failed);
}

/** Leave the waiting state with a message. */
function stop(text) {
  bar.hidden = true;
  send.disabled = false;
  say.textContent = text;
}
