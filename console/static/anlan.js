// Only improves: every page works without it. Keeps drafts, shrinks photos, moves the focus, listens to two keys.
"use strict";
document.documentElement.classList.add("js");
const PREFIX = "anlan:draft:";
const LONGEST_SIDE = 1600;
const SMALL_ENOUGH = 400000;

function stored(work) {
  try { return work(window.localStorage); } catch { return null; } // Storage may be switched off.
}

// --- drafts: kept in this browser until the form has been accepted ---
function keepDraft(form) {
  const name = PREFIX + form.dataset.draft;
  const typed = () => [...form.elements].filter((e) => e.name && !["hidden", "password", "file", "submit"].includes(e.type));
  const old = stored((s) => JSON.parse(s.getItem(name) || "null"));
  const isFresh = !document.querySelector("[data-error-summary]");
  if (old && isFresh) {
    for (const e of typed()) {
      if (e.type === "radio" || e.type === "checkbox") { e.checked = (old[e.name] || []).includes(e.value); }
      else if (old[e.name] && !e.value) { e.value = old[e.name][0]; }
    }
  }
  form.addEventListener("input", () => {
    const found = {};
    for (const [key, value] of new FormData(form)) {
      if (typed().some((e) => e.name === key) && value) { (found[key] = found[key] || []).push(value); }
    }
    stored((s) => s.setItem(name, JSON.stringify(found)));
  });
  form.addEventListener("submit", () => stored((s) => s.setItem("anlan:sent", name)));
}

function forgetSent() {
  if (!document.querySelector("[data-sent]")) { return; }
  stored((s) => { s.removeItem(s.getItem("anlan:sent")); s.removeItem("anlan:sent"); });
}

function forgetAll() {
  stored((s) => Object.keys(s).filter((key) => key.startsWith(PREFIX)).forEach((key) => s.removeItem(key)));
}

// --- photos: made small on the phone before they travel ---
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

function preparePhotos(input) {
  const field = input.closest(".field");
  const note = field.querySelector("[data-photo-note]");
  const pick = field.querySelector(".pick");
  input.addEventListener("focus", () => pick.classList.add("pick-focus"));
  input.addEventListener("blur", () => pick.classList.remove("pick-focus"));
  input.addEventListener("change", async () => {
    note.textContent = note.dataset.busy;
    input.form.dataset.busy = "yes";
    const small = new DataTransfer();
    for (const file of input.files) { small.items.add(await shrink(file).catch(() => file)); }
    input.files = small.files;
    delete input.form.dataset.busy;
    note.textContent = input.files.length ? note.dataset.words.replace("{n}", input.files.length) : "";
  });
}

// --- one submission, however often the button is pressed ---
function sendOnce(form) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.busy || form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    form.querySelectorAll("button").forEach((button) => button.setAttribute("aria-disabled", "true"));
  });
  window.addEventListener("pageshow", () => {
    delete form.dataset.sent;
    form.querySelectorAll("button").forEach((button) => button.removeAttribute("aria-disabled"));
  });
}

// --- keys: `/` and `n` only move; they can be switched off under 我的 ---
function listen() {
  const off = () => stored((s) => s.getItem("anlan:keys")) === "off";
  const toggle = document.querySelector("[data-shortcuts]");
  if (toggle) {
    toggle.checked = !off();
    toggle.addEventListener("change", () => stored((s) => s.setItem("anlan:keys", toggle.checked ? "on" : "off")));
  }
  document.addEventListener("keydown", (event) => {
    const busy = event.target.closest("input, textarea, select, [contenteditable]");
    if (busy || event.ctrlKey || event.metaKey || event.altKey || off() || !("signedIn" in document.body.dataset)) { return; }
    const search = document.querySelector("[data-search]");
    if (event.key === "/") { event.preventDefault(); search ? search.focus() : (window.location.href = "/hazards"); }
    if (event.key === "n") { window.location.href = "/hazards/new"; }
  });
}

document.querySelectorAll("form[data-draft]").forEach(keepDraft);
document.querySelectorAll("form[method='post']").forEach(sendOnce);
document.querySelectorAll("[data-photos]").forEach(preparePhotos);
document.querySelectorAll("form[data-forget]").forEach((form) => form.addEventListener("submit", forgetAll));
forgetSent();
listen();
const trouble = document.querySelector("[data-error-summary]");
if (trouble) { trouble.focus(); }
