// Only improves: every page works without it. Keeps drafts, fills in phrases, moves the focus, listens to two keys.
"use strict";
document.documentElement.classList.add("js");
const PREFIX = "anlan:draft:";

function stored(work) {
  try { return work(window.localStorage); } catch { return null; } // Storage may be switched off.
}

// --- drafts: what differs from the page as it came is kept in this browser until the form has been accepted ---
function isTouched(e) {
  if (e.type === "radio" || e.type === "checkbox") { return e.checked !== e.defaultChecked; }
  const chosen = e.options && ([...e.options].find((option) => option.defaultSelected) || e.options[0]);
  return e.value !== (chosen ? chosen.value : e.defaultValue);
}

function keepDraft(form) {
  const name = PREFIX + form.dataset.draft;
  const typed = () => [...form.elements].filter((e) => e.name && !["hidden", "password", "file", "submit", "button"].includes(e.type));
  const old = stored((s) => JSON.parse(s.getItem(name) || "null"));
  const isFresh = !document.querySelector("[data-error-summary]");
  if (old && isFresh) {
    for (const e of typed().filter((each) => old[each.name])) {
      if (e.type === "radio" || e.type === "checkbox") { e.checked = old[e.name].includes(e.value); }
      else { e.value = old[e.name][0]; }
    }
  }
  form.addEventListener("input", () => {
    const found = {}, data = new FormData(form);
    for (const e of typed().filter(isTouched)) { found[e.name] = data.getAll(e.name); }
    stored((s) => s.setItem(name, JSON.stringify(found)));
  });
  form.addEventListener("submit", () => stored((s) => s.setItem("anlan:sent", name)));
}

function forgetSent() {
  if (!document.querySelector("[data-sent]")) { return; }
  const name = stored((s) => s.getItem("anlan:sent"));
  if (!name) { return; }
  stored((s) => { s.removeItem(name); s.removeItem("anlan:sent"); });
  document.dispatchEvent(new CustomEvent("anlan:accepted", { detail: name.slice(PREFIX.length) }));
}

function forgetAll() {
  stored((s) => Object.keys(s).filter((key) => key.startsWith(PREFIX)).forEach((key) => s.removeItem(key)));
}

// --- common phrases: one tap writes what was found, and its category ---
function offerPhrase(radio) {
  const form = radio.form, text = form.elements.description, kind = form.elements.category;
  const others = [...form.querySelectorAll("[data-phrase]")].map((each) => each.value);
  radio.addEventListener("change", () => {
    const typed = text.value.trim();
    const kept = others.find((each) => typed === each || typed.endsWith(`；${each}`));
    const own = kept ? typed.slice(0, typed.length - kept.length).replace(/；$/, "") : typed;
    text.value = own ? `${own}；${radio.value}` : radio.value;
    kind.value = radio.dataset.category;
    text.dispatchEvent(new Event("input", { bubbles: true }));
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

// --- keys: single letters only move; they can be switched off under 我的; Ctrl+Enter sends the form one is in ---
function step(by) {
  const rows = [...document.querySelectorAll("main .card-link, main tbody tr td:first-child a, main .plain-list li > a")];
  const at = rows.indexOf(document.activeElement);
  const next = at < 0 ? rows[by > 0 ? 0 : rows.length - 1] : rows[at + by];
  if (next) { next.focus(); }
}

function listen() {
  const off = () => stored((s) => s.getItem("anlan:keys")) === "off";
  const toggle = document.querySelector("[data-shortcuts]");
  if (toggle) {
    toggle.checked = !off();
    toggle.addEventListener("change", () => stored((s) => s.setItem("anlan:keys", toggle.checked ? "on" : "off")));
  }
  document.addEventListener("keydown", (event) => {
    const busy = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "Enter" && event.ctrlKey && busy && busy.form) { event.preventDefault(); busy.form.requestSubmit(); return; }
    if (busy || event.ctrlKey || event.metaKey || event.altKey || off() || !("signedIn" in document.body.dataset)) { return; }
    const search = document.querySelector("[data-search]");
    if (event.key === "/") { event.preventDefault(); search ? search.focus() : (window.location.href = "/hazards"); }
    if (event.key === "n") { window.location.href = "/hazards/new"; }
    if (event.key === "?") { window.location.href = "/help#keys"; }
    if (event.key === "j" || event.key === "k") { step(event.key === "j" ? 1 : -1); }
  });
}

document.querySelectorAll("form[data-draft]").forEach(keepDraft);
document.querySelectorAll("form[method='post']").forEach(sendOnce);
document.querySelectorAll("[data-phrase]").forEach(offerPhrase);
document.querySelectorAll("[data-may-wait]").forEach((field) => { field.required = true; });
document.querySelectorAll("form[data-forget]").forEach((form) => form.addEventListener("submit", forgetAll));
forgetSent();
listen();
const trouble = document.querySelector("[data-error-summary]");
if (trouble) { trouble.focus(); }
