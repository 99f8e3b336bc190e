// Makes pages that work without it a little better. Nothing here is needed to get through.
"use strict";

const root = document.documentElement;
root.classList.add("js");

const announce = (text) => {
  const place = document.getElementById("announcements");
  if (place) place.textContent = text;
};

// --- Copy buttons -----------------------------------------------------------------------------

function copyBySelecting(text) {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "visually-hidden";
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (!copied) throw new Error("not copied");
}

// A plain-http address has no clipboard interface, and a policy may forbid it.
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    copyBySelecting(text);
  }
}

async function onCopy(button) {
  const label = button.querySelector("[data-copy-label]");
  const use = button.querySelector("use");
  const what = (button.getAttribute("aria-label") || "Copy").replace(/^Copy /, "");
  button.said ??= label.textContent;
  let done = true;
  try {
    await copyText(button.dataset.copy);
  } catch {
    done = false;
  }
  button.classList.toggle("is-copied", done);
  label.textContent = done ? "Copied" : "Select and copy by hand";
  if (done) use.setAttribute("href", "#i-check");
  announce(done ? `Copied ${what}` : "Copying did not work");
  button.focus();
  clearTimeout(button.copyTimer);
  button.copyTimer = setTimeout(() => {
    button.classList.remove("is-copied");
    label.textContent = button.said;
    use.setAttribute("href", "#i-copy");
  }, 2000);
}

// --- Folded lists -----------------------------------------------------------------------------

function onFold(button) {
  const list = document.getElementById(button.dataset.in);
  const open = button.dataset.details === "open";
  for (const row of list.querySelectorAll("details")) row.open = open;
  announce(open ? "All expanded" : "All collapsed");
}

// A link to a folded category opens it.
function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target instanceof HTMLDetailsElement) target.open = true;
}

// Paper cannot be unfolded.
let foldedBeforePrint = [];
window.addEventListener("beforeprint", () => {
  foldedBeforePrint = [...document.querySelectorAll("details:not([open])")];
  for (const row of foldedBeforePrint) row.open = true;
});
window.addEventListener("afterprint", () => {
  for (const row of foldedBeforePrint) row.open = false;
});

// --- Times ------------------------------------------------------------------------------------

// As the server says them. What has passed has passed in full; what is to come is rounded.
const UNITS = [["minute", 60, 3600], ["hour", 3600, 2 * 86400], ["day", 86400, Infinity]];

function relative(seconds) {
  const past = seconds <= 0;
  const distance = Math.abs(seconds);
  if (distance < 60) return past ? "just now" : "in a moment";
  for (const [unit, size, limit] of UNITS) {
    const counted = past ? distance : distance + size / 2;
    if (counted >= limit) continue;
    const number = Math.floor(counted / size);
    const said = `${number} ${unit}${number === 1 ? "" : "s"}`;
    return past ? `${said} ago` : `in ${said}`;
  }
}

function refreshTimes() {
  for (const time of document.querySelectorAll("time[data-relative]")) {
    const at = Date.parse(time.dateTime);
    if (!Number.isNaN(at)) time.textContent = relative((at - Date.now()) / 1000);
  }
}

// --- Forms ------------------------------------------------------------------------------------

// A second press would only spend the first one's work.
function onSubmit(event) {
  const form = event.target;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "true";
  const button = event.submitter || form.querySelector("button[type=submit]");
  if (button) button.setAttribute("aria-busy", "true");
}

// A page that answers a form is loaded again like any other, not by sending the form again.
if (window.history.replaceState) history.replaceState(history.state, "");

// Coming back by the browser's back button shows a page that can be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
});

// --- Leaving ----------------------------------------------------------------------------------

// Some browsers keep a page for their back button although it says "no-store". Where somebody is
// signed in it hides itself on leaving, and asks the server anew when it is shown again: after a
// sign-out there is nothing to see.
const isPrivate = document.querySelector(".who") !== null;
window.addEventListener("pagehide", () => {
  root.classList.toggle("is-left", isPrivate);
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted && isPrivate) location.reload();
});

// --- A check as it runs -----------------------------------------------------------------------

// What a row knows of itself, as the server says it. Its words are put in as text, never as markup.
function showScope({ id, state, word, evidence }) {
  const row = document.querySelector(`[data-scope="${CSS.escape(id)}"]`);
  if (row) {
    const place = row.querySelector("[data-scope-state]");
    place.className = `state state-${state}`;
    place.querySelector("use").setAttribute("href", `#i-${state}`);
    place.lastElementChild.textContent = word;
    row.querySelector("[data-scope-evidence]").textContent = evidence;
    row.querySelector(".scope-time")?.remove();
  }
  if (row) showCategory(row.closest("details"));
  const cell = document.querySelector(`[data-cell="${CSS.escape(id)}"]`);
  if (cell) cell.className = `cell cell-${state}`;
}

// A category speaks once all of its permissions have been looked at; until then it is granted, no more.
function showCategory(category) {
  const rows = [...category.querySelectorAll("[data-scope-state]")];
  if (rows.some((row) => row.querySelector("use").getAttribute("href") === "#i-held")) return;
  const states = rows.map((row) => row.className.replace("state state-", ""));
  const bad = states.filter((state) => state !== "granted" && state !== "unknown");
  const isWhole = bad.length === states.length && new Set(bad).size === 1;
  const place = category.querySelector("summary > .state");
  const state = bad.length === 0 ? "granted" : isWhole ? bad[0] : "partial";
  place.className = `state state-${state}`;
  place.querySelector("use").setAttribute("href", `#i-${state}`);
  const word = isWhole ? rows[0].textContent : bad.length === 0 ? "Works" : "Works in part";
  place.lastChild.textContent = word.trim();
  category.querySelector(".row-count").firstChild.textContent = `${states.filter((s) => s === "granted").length} of ${states.length}`;
}

function showProgress(panel, { done, total, scopes }) {
  if (!total) return; // Nobody has begun with it.
  const bar = panel.querySelector("progress");
  bar.max = total;
  bar.value = done;
  const words = `Checking: ${done} of ${total}`;
  panel.querySelector("[data-check-words]").textContent = words;
  // Spoken at every quarter: a word for each permission would talk over everything else.
  const quarter = Math.floor((done * 4) / Math.max(total, 1));
  if (quarter !== panel.quarter) panel.querySelector("[data-check-said]").textContent = words;
  panel.quarter = quarter;
  scopes.forEach(showScope);
}

const KEPT = "check-view";

// Read anew, the page stands where it stood, with the same rows open. What somebody is writing is
// not thrown away for it: then they are told, and decide.
function onFinished(panel) {
  const isWriting = [...document.querySelectorAll("textarea")].some((area) => area.value !== area.defaultValue);
  if (isWriting) {
    panel.querySelector("[data-check-over]").hidden = false;
    panel.querySelector("[data-check-said]").textContent = "The check has ended";
    return;
  }
  const open = [...document.querySelectorAll("details[id][open]")].map((row) => row.id);
  try {
    sessionStorage.setItem(KEPT, JSON.stringify({ path: location.pathname, top: window.scrollY, open }));
  } catch {
    // Storage is switched off: the page is read anew all the same.
  }
  location.reload();
}

function restoreView() {
  let kept;
  try {
    kept = JSON.parse(sessionStorage.getItem(KEPT));
    sessionStorage.removeItem(KEPT);
  } catch {
    return;
  }
  if (kept?.path !== location.pathname) return;
  for (const id of kept.open) {
    const row = document.getElementById(id);
    if (row instanceof HTMLDetailsElement) row.open = true;
  }
  window.scrollTo(0, kept.top);
  announce("The check has ended. This is what it found.");
}

function watchCheck() {
  const panel = document.querySelector("[data-events]");
  if (!panel || !window.EventSource) return;
  const source = new EventSource(panel.dataset.events);
  source.addEventListener("progress", (event) => showProgress(panel, JSON.parse(event.data)));
  source.addEventListener("finished", () => {
    source.close();
    onFinished(panel);
  });
  // A lost line is taken up again by the browser; a refused one is not, and a reload says why.
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) setTimeout(() => onFinished(panel), 5_000);
  });
}

// --- Looking up -------------------------------------------------------------------------------

// "/" goes to the search box, arrows walk from there through what was found.
function onLookUpKey(event) {
  const box = document.querySelector("[data-look-up]");
  if (!box || event.ctrlKey || event.metaKey || event.altKey) return;
  const active = document.activeElement;
  if (event.key === "/" && !active?.matches("input, textarea, select")) {
    event.preventDefault();
    box.focus();
    box.select();
    return;
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const rows = [...document.querySelectorAll("[data-found] a")];
  const at = rows.indexOf(active);
  if (!step || rows.length === 0 || (at < 0 && active !== box)) return;
  event.preventDefault();
  const next = at + step;
  if (next < 0) box.focus();
  else rows[Math.min(next, rows.length - 1)].focus();
}

// --- Wiring -----------------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.copy !== undefined) onCopy(button);
  else if (button.dataset.details) onFold(button);
  else if (button.dataset.print !== undefined) window.print();
});
document.addEventListener("submit", onSubmit);
document.addEventListener("keydown", onLookUpKey);
window.addEventListener("hashchange", openTarget);

openTarget();
restoreView();
watchCheck();
setInterval(refreshTimes, 30_000);
// Typing begins the next search, and takes the place of the last one.
document.querySelector("[data-look-up]")?.select();
(document.querySelector("[data-focus]") || document.querySelector("[aria-invalid=true]"))?.focus();
