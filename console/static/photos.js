// Photos: made small on the phone, kept in this browser until the form they belong to has been accepted, so that a lost
// network or a closed page loses none; a red bar says how many wait. Every page works without it.
"use strict";
const LONGEST_SIDE = 1600;
const SMALL_ENOUGH = 400000;
const MOST_PHOTOS = 9;
const ACCEPTED = "anlan:accepted-photos";
const ACCOUNT = document.body.dataset.signedIn || "";
const BAR = document.querySelector("[data-photo-bar]");
let waiting = 0;

// --- the store: one entry for each draft, with the page it belongs to ---
function inStore(mode, work) {
  return new Promise((done) => {
    let asked;
    try { asked = window.indexedDB.open("anlan", 1); } catch { done(null); return; } // Storage may be switched off.
    asked.onupgradeneeded = () => asked.result.createObjectStore("photos", { keyPath: "draft" });
    asked.onerror = asked.onblocked = () => done(null);
    asked.onsuccess = () => {
      const change = asked.result.transaction("photos", mode);
      const answer = work(change.objectStore("photos"));
      change.oncomplete = () => { asked.result.close(); done(answer.result); };
      change.onerror = change.onabort = () => { asked.result.close(); done(null); };
    };
  });
}
const keepPhotos = (draft, files) => inStore("readwrite", (s) =>
  files.length ? s.put({ draft, files, page: window.location.pathname + window.location.search }) : s.delete(draft));
const photosOf = (draft) => inStore("readonly", (s) => s.get(draft));
const dropPhotos = (draft) => inStore("readwrite", (s) => s.delete(draft));
// What was accepted is remembered until its photos are gone, though the page is left before that.
async function forgetAccepted() {
  let draft = null;
  try { draft = window.localStorage.getItem(ACCEPTED); } catch { return; } // Storage may be switched off.
  if (!draft) { return; }
  await dropPhotos(draft);
  window.localStorage.removeItem(ACCEPTED);
}
const isMine = (entry) => Boolean(ACCOUNT) && entry.draft.endsWith(`@${ACCOUNT}`);
const mine = async () => ((await inStore("readonly", (s) => s.getAll())) || []).filter(isMine);

// --- the bar: red while photos wait elsewhere, and while there is no network ---
async function showWaiting() {
  if (!BAR) { return; }
  const here = [...document.querySelectorAll("form[data-draft]")].map((form) => form.dataset.draft);
  const entries = await mine();
  const elsewhere = navigator.onLine ? entries.filter((entry) => !here.includes(entry.draft)) : entries;
  const count = elsewhere.reduce((sum, entry) => sum + entry.files.length, 0);
  waiting = entries.reduce((sum, entry) => sum + entry.files.length, 0);
  BAR.hidden = !(count || (!navigator.onLine && here.length));
  BAR.querySelector("[data-photo-count]").textContent = count ? BAR.dataset.waiting.replace("{n}", count) : "";
  BAR.querySelector("[data-photo-state]").textContent = navigator.onLine ? "" : BAR.dataset.offline;
  const link = BAR.querySelector("[data-photo-link]");
  const other = elsewhere.find((entry) => !here.includes(entry.draft) && /^\/(?!\/)/.test(entry.page));
  link.hidden = !(other && navigator.onLine);
  if (other) { link.href = other.page; }
}

// --- one field of photos ---
async function shrink(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = LONGEST_SIDE / Math.max(picture.width, picture.height);
  if (scale >= 1 && file.size < SMALL_ENOUGH) { return file; }
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * Math.min(scale, 1));
  canvas.height = Math.round(picture.height * Math.min(scale, 1));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.86));
  return blob && blob.size < file.size ? new File([blob], "photo.jpg", { type: "image/jpeg" }) : file;
}

async function preparePhotos(input) {
  const field = input.closest(".field"), draft = input.form.dataset.draft;
  const note = field.querySelector("[data-photo-note]"), clear = field.querySelector("[data-photo-clear]");
  const pick = field.querySelector(".pick");
  let chosen = [];
  const put = (files) => {
    chosen = files.slice(0, MOST_PHOTOS);
    const small = new DataTransfer();
    chosen.forEach((file) => small.items.add(file));
    input.files = small.files;
    note.textContent = chosen.length ? note.dataset.words.replace("{n}", chosen.length) : "";
    clear.hidden = !chosen.length;
  };
  const keep = async () => { if (draft) { await keepPhotos(draft, chosen); await showWaiting(); } };
  input.addEventListener("focus", () => pick.classList.add("pick-focus"));
  input.addEventListener("blur", () => pick.classList.remove("pick-focus"));
  clear.addEventListener("click", () => { put([]); keep(); });
  // A camera gives one photo at a time: each is added to those before it.
  input.addEventListener("change", async () => {
    const fresh = [...input.files];
    note.textContent = note.dataset.busy;
    input.form.dataset.busy = "yes";
    const small = [];
    for (const file of fresh) { small.push(await shrink(file).catch(() => file)); }
    delete input.form.dataset.busy;
    put([...chosen, ...small]);
    await keep();
  });
  if (!draft || field.querySelector("[data-photos-received]")) { return; }
  const kept = await photosOf(draft);
  if (kept && !chosen.length) { put(kept.files); }
}

// --- without a network nothing is sent, so that nothing typed is replaced by an error page ---
function stop(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}
document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-forget]")) {
    if (waiting && !window.confirm(BAR.dataset.leaving.replace("{n}", waiting))) { stop(event); return; }
    mine().then((entries) => entries.forEach((entry) => dropPhotos(entry.draft)));
  }
  if (navigator.onLine || !event.target.matches("form[data-draft]")) { return; }
  stop(event);
  showWaiting().then(() => BAR.scrollIntoView());
}, true);
document.addEventListener("anlan:accepted", (event) => {
  try { window.localStorage.setItem(ACCEPTED, event.detail); } catch { return; }
  forgetAccepted().then(showWaiting);
});
window.addEventListener("online", showWaiting);
window.addEventListener("offline", showWaiting);
forgetAccepted().then(() => {
  document.querySelectorAll("[data-photos]").forEach(preparePhotos);
  showWaiting();
});
