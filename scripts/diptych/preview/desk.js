/* The desk: asks what there is, listens for news, and keeps the reader's place when the page changes. */
"use strict";

const byId = (id) => document.getElementById(id);
const CHOICES = ["review", "template", "paper"];
const PARTS = "[data-source], h2[id]";
let news = null, state = null, viewed = "", retry = 0, pageShown = 0, pdfShown = 0, fetching = false;

// What is looked at stands in the address, so that a reload and a bookmark keep it.

const chosen = () => Object.fromEntries(CHOICES.map((name) => [name, byId(name).value]));
const panel = () => document.body.dataset.panel;
const address = (path, more) => `${path}?${new URLSearchParams({ ...chosen(), ...more })}`;

async function begin() {
  const choices = await (await fetch("/choices")).json();
  const asked = new URLSearchParams(location.search);
  const offered = { review: choices.reviews, template: choices.templates, paper: choices.papers };
  for (const name of CHOICES) {
    byId(name).replaceChildren(...offered[name].map((value) => new Option(value || "template’s own", value)));
    if (offered[name].includes(asked.get(name))) { byId(name).value = asked.get(name); }
    byId(name).addEventListener("change", look);
  }
  if (["page", "both", "pdf"].includes(asked.get("panel"))) { byId(`panel-${asked.get("panel")}`).checked = true; }
  for (const radio of document.querySelectorAll("[name=panel]")) { radio.addEventListener("change", look); }
  if (!choices.reviews.length) { tell("old", "There is no review in content/ yet."); return; }
  look();
}

function look() {
  document.body.dataset.panel = document.querySelector("[name=panel]:checked").value;
  history.replaceState(null, "", address("/", { panel: panel() }));
  document.title = `${byId("review").value} · Diptych preview`;
  byId("word").href = address("/word");
  const name = JSON.stringify(chosen());
  if (name !== viewed) {
    viewed = name;
    pageShown = pdfShown = 0;
    byId("page").hidden = byId("pdf").hidden = true;
    byId("waiting").hidden = byId("pdf-waiting").hidden = false;
    byId("page").removeAttribute("src");
    byId("pdf").removeAttribute("src");
  }
  listen();
}

// News from the server

function listen() {
  if (news) { news.close(); }
  clearTimeout(retry);
  tell("waiting", "Looking …");
  const source = news = new EventSource(address("/events", panel() === "page" ? {} : { pdf: "1" }));
  source.onmessage = (event) => { if (source === news) { hear(JSON.parse(event.data)); } };
  source.onerror = () => {
    if (source !== news) { return; }
    source.close();
    tell("gone", "The preview has stopped. Run “diptych preview” again, and it goes on here.");
    retry = setTimeout(listen, 700);
  };
}

function hear(told) {
  if (state && state.session !== told.session) { pageShown = pdfShown = 0; }
  state = told;
  listProblems(told.problems);
  const building = panel() !== "page" && told["pdf-state"] === "building";
  if (!told.fresh) { tell("old", told.page ? "This is the last state without errors." : "There are errors."); }
  else { tell("fresh", building ? "The PDF is being made …" : "Up to date"); }
  showPage();
  showPdf();
}

function tell(kind, words) {
  byId("status").dataset.kind = kind;
  byId("status").textContent = words;
}

// The page

async function showPage() {
  if (fetching || !state || !state.page || state.page === pageShown) { return; }
  fetching = true;
  const wanted = state.page, view = viewed;
  try {
    if (!pageShown || !byId("page").contentDocument || !byId("page").contentDocument.querySelector("main")) {
      await new Promise((done) => { byId("page").onload = done; byId("page").src = address("/page"); });
      adopt(byId("page").contentDocument);
    } else {
      const answer = await fetch(address("/page"));
      if (answer.ok && view === viewed) { exchange(byId("page").contentDocument, await answer.text()); }
    }
    if (view === viewed) {
      pageShown = wanted;
      byId("waiting").hidden = true;
      byId("page").hidden = false;
    }
  } catch { /* the server is gone; the news say so */ } finally { fetching = false; }
  if (view !== viewed || state.page !== pageShown) { showPage(); }
}

function exchange(page, html) {  // parsed under the policy of the page, which allows what a page needs
  const fresh = new page.defaultView.DOMParser().parseFromString(html, "text/html");
  const place = placeOf(page), before = new Set(Array.from(page.querySelectorAll(PARTS), (one) => one.textContent));
  const style = page.querySelector("style"), other = fresh.querySelector("style");
  if (style.textContent !== other.textContent) { style.textContent = other.textContent; }
  const open = page.querySelector(".contents details");
  const was = open && open.open;
  page.title = fresh.title;
  page.documentElement.lang = fresh.documentElement.lang;
  for (const name of fresh.body.getAttributeNames()) { page.body.setAttribute(name, fresh.body.getAttribute(name)); }
  fresh.querySelectorAll("script").forEach((one) => one.remove());
  page.body.replaceChildren(...fresh.body.childNodes);
  if (open) { const now = page.querySelector(".contents details"); if (now) { now.open = was; } }
  if (place) { restore(page, place); }
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) {
    for (const one of page.querySelectorAll("[data-source]")) {
      if (!before.has(one.textContent)) { one.animate([{ backgroundColor: "rgb(124 199 212 / 0.35)" }, { backgroundColor: "transparent" }], 1400); }
    }
  }
}

// The reader's place: the first block in sight, known again by its words, else by its line, else by its number.

function placeOf(page) {
  const parts = Array.from(page.querySelectorAll(PARTS));
  const index = parts.findIndex((one) => one.getClientRects().length && one.getBoundingClientRect().bottom > 0);
  if (index < 0 || page.defaultView.scrollY < 4) { return null; }
  const one = parts[index];
  return { index, words: one.textContent, source: one.dataset.source, top: one.getBoundingClientRect().top };
}

function restore(page, place) {
  const parts = Array.from(page.querySelectorAll(PARTS));
  const near = (a, b) => Math.abs(parts.indexOf(a) - place.index) - Math.abs(parts.indexOf(b) - place.index);
  const same = parts.filter((one) => one.textContent === place.words).sort(near)[0]
    || parts.find((one) => place.source && one.dataset.source === place.source) || parts[Math.min(place.index, parts.length - 1)];
  if (same) {
    const move = same.getBoundingClientRect().top - place.top;
    page.defaultView.scrollTo({ top: page.defaultView.scrollY + move, behavior: "instant" });
  }
}

// Where a block is written

function adopt(page) {
  if (page.adopted) { return; }
  page.adopted = true;
  page.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (link && !link.getAttribute("href").startsWith("#")) {
      event.preventDefault();
      window.open(link.href, "_blank", "noopener");
    } else if (!event.target.closest("a, button, summary, [popover]")) {
      const place = sourceOf(event.target);
      if (place) { say(place); }
    }
  });
}

function sourceOf(element) {
  const own = element.closest("[data-source]");
  if (own) { return own.dataset.source; }
  const block = element.closest("figure, .table-block, tr, li, p, h1, h2, h3, h4, h5, pre, .equation");
  if (!block) { return null; }
  const within = block.querySelector("[data-source]");
  if (within) { return within.dataset.source; }
  const before = Array.from(block.ownerDocument.querySelectorAll("[data-source]"))
    .filter((one) => one.compareDocumentPosition(block) & Node.DOCUMENT_POSITION_FOLLOWING);
  return before.length ? before[before.length - 1].dataset.source : null;
}

function say(place) {
  byId("place-hint").hidden = true;
  byId("place").hidden = byId("copy").hidden = false;
  byId("place").textContent = place;
  byId("copied").textContent = "";
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    byId("copied").textContent = "Copied";
  } catch {
    byId("copied").textContent = "The browser does not let this page copy.";
  }
}

byId("copy").addEventListener("click", () => copy(byId("place").textContent));

// The PDF

function showPdf() {
  if (panel() === "page" || !state) { return; }
  byId("pdf-waiting").textContent = state["pdf-state"] === "failed" ? "The PDF could not be made." : "The PDF is being made …";
  if (!state.pdf || state.pdf === pdfShown) { return; }
  pdfShown = state.pdf;
  byId("pdf").src = address("/pdf", { revision: state.pdf }) + `#nameddest=${heading()}&view=FitH&navpanes=0`;
  byId("pdf").hidden = false;
  byId("pdf-waiting").hidden = true;
}

function heading() {
  const page = byId("page").contentDocument;
  const seen = page ? Array.from(page.querySelectorAll("h2[id]")).filter((one) => one.getBoundingClientRect().top < 200) : [];
  return seen.length ? encodeURIComponent(seen[seen.length - 1].id) : "";
}

// Problems

let wanted = true;

const make = (tag, name, text) => {
  const made = document.createElement(tag);
  if (name) { made.className = name; }
  if (text) { made.textContent = text; }
  return made;
};

function listProblems(problems) {
  const rank = { error: 0, warning: 1, info: 2 };
  const sorted = problems.slice().sort((a, b) => rank[a.severity] - rank[b.severity]);
  byId("count").textContent = problems.length;
  byId("count").dataset.worst = sorted.length ? sorted[0].severity : "";
  byId("problem-list").replaceChildren(...sorted.map(itemOf));
  makeRoom(problems.length > 0);
}

function makeRoom(some) {  // the column is there where there are problems, unless the reader has closed it
  const page = byId("page").contentDocument, place = page && placeOf(page), open = some && wanted;
  byId("problems-button").disabled = !some;
  byId("problems-button").setAttribute("aria-expanded", String(open));
  if (byId("problems").hidden === !open) { return; }
  byId("problems").hidden = !open;
  if (place) { restore(page, place); }
}

function words(text) {  // with what stands between backticks as code
  return text.split(/`([^`]*)`/).map((part, index) => (index % 2 ? make("code", "", part) : part));
}

function itemOf(problem) {
  const item = make("li"), head = make("p");
  head.append(make("span", `severity severity-${problem.severity}`, problem.severity), " ", ...words(problem.message));
  item.append(head);
  if (problem["source-line"]) { item.append(sourceLine(problem)); }
  if (problem.hint) { item.append(make("p", "hint")); item.lastChild.append(...words(problem.hint)); }
  if (problem.file) {
    const place = make("button", "problem-place", `${problem.file}:${problem.line}:${problem.column}`);
    place.type = "button";
    place.addEventListener("click", () => { say(place.textContent); goTo(problem.file, problem.line); });
    item.append(place);
  }
  return item;
}

function sourceLine(problem) {
  const line = problem["source-line"], start = problem.column - 1, end = (problem["end-column"] || problem.column + 1) - 1;
  const shown = make("code", "source"), from = Math.max(0, start - 60);
  shown.append((from ? "…" : "") + line.slice(from, start).replace(from ? "" : /^\s+/, ""), make("mark", "", line.slice(start, end) || " "),
    line.slice(end, end + 80) + (line.length > end + 80 ? "…" : ""));
  return shown;
}

function goTo(file, line) {
  const page = byId("page").contentDocument;
  const ours = page ? Array.from(page.querySelectorAll("[data-source]")).filter((one) => one.dataset.source.startsWith(`${file}:`)) : [];
  const distance = (one) => { const gap = line - Number(one.dataset.source.split(":").pop()); return gap < 0 ? 1e6 - gap : gap; };
  ours.sort((a, b) => distance(a) - distance(b));
  if (ours.length) { ours[0].scrollIntoView({ block: "center" }); }
}

byId("problems-button").addEventListener("click", () => {
  wanted = byId("problems").hidden;
  makeRoom(true);
});

begin();
