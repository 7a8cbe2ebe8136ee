// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The page: facets, search, and the list of findings, of which a piece at a time is built, and
// each finding's details when it is opened. Everything that comes from the data becomes a text
// node. The form of the data is described in Html.cpp.

const data = JSON.parse(document.getElementById("data").textContent);
const T = i => data.texts[i];
const confidences = ["low", "medium", "high"];
const chunk = 50; // findings that are built at once

const $ = id => document.getElementById(id);

// An element: tag and classes as "p.a.b", attributes, then children, text among them.
function el(name, attributes, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  for (const key in attributes || {}) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), attributes[key]);
    else if (attributes[key] !== undefined) element.setAttribute(key, attributes[key]);
  }
  element.append(...children.filter(child => child !== null && child !== undefined));
  return element;
}

// A sentence with its names as code.
function prose(text) {
  const pieces = text.split(/([\w./-]+\.[chS]:\d+|[A-Za-z_]\w*\(\)|_*GFP_\w+|PF_\w+|WQ_\w+|CONFIG_\w+|&?[A-Za-z_]\w*(?:->|\.)[A-Za-z_]\w*(?:(?:->|\.)\w+)*)/);
  return pieces.map((piece, i) => i % 2 ? el("code", {}, piece) : piece);
}

const place = f => `${T(f.file)}:${f.line}`;

//===----------------------------------------------------------------------===//
// Filters
//===----------------------------------------------------------------------===//

const facets = [
  {id: "confidence", title: "Confidence", of: f => f.conf, name: v => confidences[v], order: (a, b) => b - a},
  {id: "check", title: "Check", of: f => f.check, name: v => data.checks[v][0], hint: v => data.checks[v][1]},
  {id: "subsystem", title: "Subsystem", of: f => f.sub, name: v => data.subsystems[v], few: 14},
];
if (data.findings.some(f => f.sup !== undefined))
  facets.push({id: "state", title: "State", of: f => f.sup === undefined ? 0 : 1,
    name: v => v ? "in the baseline" : "open"});
for (const facet of facets) facet.chosen = new Set();

let terms = [];
let shown = [];  // the findings that pass, in order
let built = 0;   // of these, how many are in the page

function searchText(f) {
  if (!f.text)
    f.text = [f.id, place(f), T(f.fn), T(f.msg), data.checks[f.check][0], data.subsystems[f.sub],
      ...f.paths.flatMap(path => path.slice(3).map(step => T(step[3])))].join("\n").toLowerCase();
  return f.text;
}

const passes = (f, except) => facets.every(facet => facet === except || !facet.chosen.size ||
  facet.chosen.has(facet.of(f))) && terms.every(term => searchText(f).includes(term));

const sorts = {
  confidence: (a, b) => b.conf - a.conf || a.index - b.index,
  file: (a, b) => a.index - b.index,
  subsystem: (a, b) => data.subsystems[a.sub].localeCompare(data.subsystems[b.sub]) || b.conf - a.conf || a.index - b.index,
  check: (a, b) => a.check - b.check || b.conf - a.conf || a.index - b.index,
};
data.findings.forEach((f, i) => f.index = i);

function buildFacet(facet) {
  const groups = new Map();
  for (const f of data.findings) {
    const value = facet.of(f);
    if (!groups.has(value)) groups.set(value, {all: 0, now: [0, 0, 0]});
    const group = groups.get(value);
    ++group.all;
    if (passes(f, facet)) ++group.now[f.conf];
  }
  const sum = group => group.now[0] + group.now[1] + group.now[2];
  const values = [...groups.keys()].sort(facet.order || ((a, b) =>
    groups.get(b).all - groups.get(a).all || facet.name(a).localeCompare(facet.name(b))));
  const most = Math.max(...[...groups.values()].map(sum), 1);
  const few = facet.few && !facet.all && values.length > facet.few + 2 ? facet.few : values.length;
  const items = values.filter((value, i) => i < few || facet.chosen.has(value)).map(value => {
    const group = groups.get(value), count = sum(group), on = facet.chosen.has(value);
    const bar = el("span.bars", {"aria-hidden": "true"});
    for (const conf of [2, 1, 0]) {
      if (!group.now[conf]) continue;
      const part = el("span." + confidences[conf]);
      part.style.width = 100 * group.now[conf] / most + "%";
      bar.append(part);
    }
    return el("li", {}, el(count ? "button.facet" : "button.facet.none", {type: "button", "aria-pressed": String(on),
      "data-facet": facet.id, "data-value": String(value), title: facet.hint ? facet.hint(value) : undefined,
      onclick: () => {
        if (on) facet.chosen.delete(value);
        else facet.chosen.add(value);
        update();
        document.querySelector(`[data-facet="${facet.id}"][data-value="${value}"]`)?.focus();
      }},
      el("span.name", {}, facet.name(value)), el("span.number", {}, String(count)), bar));
  });
  return el("section.group", {"aria-label": facet.title}, el("h2", {}, facet.title,
    el("span.number", {}, values.length > 3 ? String(values.length) : "")),
    el("ul", {}, ...items),
    few < values.length || facet.all ? el("button.all", {type: "button", onclick: () => {
      facet.all = !facet.all;
      buildFacets();
    }}, facet.all ? "Show fewer" : `Show all ${values.length}`) : null);
}

const buildFacets = () => $("facet-groups").replaceChildren(...facets.map(buildFacet));

function update() {
  shown = data.findings.filter(f => passes(f)).sort(sorts[$("sort").value]);
  built = 0;
  $("list").replaceChildren();
  build();
  buildFacets();
  const filtered = terms.length || facets.some(facet => facet.chosen.size);
  const all = data.findings.length.toLocaleString("en");
  $("count").textContent = shown.length === data.findings.length ? `${all} findings` :
    `${shown.length.toLocaleString("en")} of ${all} findings`;
  $("clear").hidden = !filtered;
  $("empty").hidden = shown.length > 0;
}

function clearFilters() {
  for (const facet of facets) facet.chosen.clear();
  terms = [];
  $("search").value = "";
  update();
}

//===----------------------------------------------------------------------===//
// The list
//===----------------------------------------------------------------------===//

// Builds the next findings, up to the one at \p index at least.
function build(index = 0) {
  const end = Math.min(shown.length, Math.max(built + chunk, index + 1));
  const rows = shown.slice(built, end).map(row);
  built = end;
  $("list").append(...rows);
}

function row(f) {
  const button = el("button.head", {type: "button", "aria-expanded": "false", "aria-controls": "d-" + f.id,
    onclick: () => toggle(f, button)},
    el("span.conf." + confidences[f.conf], {}, confidences[f.conf]),
    el("span.msg", {}, ...prose(T(f.msg))),
    el("span.meta", {}, el("span.place", {}, place(f)), el("span.check", {}, data.checks[f.check][0]),
      el("span.sub", {}, data.subsystems[f.sub]),
      f.sup === undefined ? null : el("span.sup", {}, "in the baseline: " + T(f.sup))));
  return el("article.finding", {role: "listitem", id: "f-" + f.id, "data-id": f.id},
    el("h3", {}, button), el("div.detail", {id: "d-" + f.id, hidden: ""}));
}

function toggle(f, button) {
  const open = button.getAttribute("aria-expanded") !== "true";
  const detail = $("d-" + f.id);
  button.setAttribute("aria-expanded", String(open));
  detail.hidden = !open;
  if (open && !detail.firstChild) fill(detail, f);
  try { history.replaceState(null, "", open ? "#" + f.id : "#"); } catch { /* not in a sandboxed frame */ }
}

const pathOf = ([title, from, to, ...steps]) => ({title: T(title).replaceAll(" -> ", " → "), from: T(from), to: T(to),
  steps: steps.map(([kind, file, line, fn, text]) => ({kind, file, line, fn: T(fn), text: T(text)}))});

function fill(detail, f) {
  const paths = f.paths.map(pathOf);
  const drawing = draw(paths, detail.clientWidth - 32);
  if (drawing) detail.append(el("figure", {}, drawing));
  for (const path of paths)
    detail.append(el("section.path", {}, el("h4", {}, ...prose(path.title)),
      el("ol", {}, ...path.steps.map((step, i) => stepItem(step, path.steps[i - 1])))));
  const facts = el("div.facts");
  facts.append(el("section", {}, el("h4", {}, "Confidence: " + confidences[f.conf]),
    f.reasons ? el("ul", {}, ...f.reasons.map(([limit, text]) =>
      el("li", {}, ...prose(T(text)), el("span.limit", {}, ` ${confidences[limit]} at most`)))) :
      el("p", {}, "Nothing on the way holds it down.")));
  if (f.assume)
    facts.append(el("section", {}, el("h4", {}, "Assumed"),
      el("ul", {}, ...f.assume.map(text => el("li", {}, ...prose(T(text)))))));
  detail.append(facts);
  if (f.fix !== undefined || f.diffs)
    detail.append(el("section.fix", {}, el("h4", {}, "Fix"),
      f.fix === undefined ? null : el("p", {}, ...prose(T(f.fix))), ...(f.diffs || []).map(text => diff(T(text)))));
  if (f.ways)
    detail.append(el("details.ways", {}, el("summary", {}, "To see it at run time"), ...f.ways.flatMap(way => ways(T(way)))));
  detail.append(el("p.id", {}, "id ", el("code", {}, f.id), " · ", el("code", {}, `gfpcheck explain ${f.id} -p BUILD`)));
}

const kindNames = {entry: "begins", call: "call", indirect: "indirect call", lock: "lock", scope: "scope", guard: "branch",
  alloc: "allocation", sleep: "sleep", wait: "wait"};

function stepItem(step, previous) {
  const again = previous && previous.file === step.file && previous.line === step.line;
  return el("li.step." + step.kind, {},
    el("div.what", {}, el("span.kind", {}, kindNames[step.kind] || step.kind),
      el("span.at", {}, `${T(step.file)}:${step.line}`), el("code.fn", {}, step.fn + "()"), " ",
      el("span.text", {}, ...prose(step.text))),
    again ? null : source(step));
}

const expandTabs = text => text.split("\n").map(line => {
  let out = "";
  for (const piece of line.split(/(\t)/)) out += piece === "\t" ? " ".repeat(8 - out.length % 8) : piece;
  return out;
}).join("\n");

// The step's line; those around it when it is opened.
function source(step) {
  const range = (data.sources[step.file] || []).find(([first, text]) =>
    first <= step.line && step.line < first + text.split("\n").length);
  if (!range) return null;
  const [first, text] = range, around = 4;
  const code = el("code"), lines = expandTabs(text).split("\n");
  const indent = lines.map(line => line.search(/\S|$/));
  highlight(lines.map(line => line.trimStart()).join("\n")).forEach((nodes, i) => {
    const line = first + i;
    if (Math.abs(line - step.line) > around) return;
    code.append(el(line === step.line ? "span.line.here" : "span.line", {}, el("span.number", {}, String(line)),
      el("span.indent", {}, " ".repeat(indent[i])), ...nodes, "\n"));
  });
  const block = el("pre.source", {}, code);
  const more = el("button.more", {type: "button", "aria-expanded": "false", "aria-label": "Lines around it", onclick: () => {
    const open = block.classList.toggle("open");
    more.setAttribute("aria-expanded", String(open));
  }});
  return el("div.block", {}, block, more);
}

const diff = text => el("pre.diff", {}, el("code", {}, ...text.trimEnd().split("\n").map(line =>
  el("span.line" + (/^(---|\+\+\+|@@)/.test(line) ? ".header" : line[0] === "+" ? ".added" : line[0] === "-" ? ".removed" : ""),
    {}, line + "\n"))));

// A paragraph, or commands.
function ways(text) {
  const out = [];
  for (const line of text.split("\n")) {
    const last = out[out.length - 1];
    if (!line.startsWith("    ")) out.push(el("p", {}, ...prose(line)));
    else if (last && last.tagName === "PRE") last.append("\n" + line.trim());
    else out.push(el("pre", {}, line.trim()));
  }
  return out;
}

//===----------------------------------------------------------------------===//
// Keys, theme, links to a finding
//===----------------------------------------------------------------------===//

const heads = () => [...document.querySelectorAll(".head")];

function move(by) {
  const current = document.activeElement.closest ? document.activeElement.closest(".finding") : null;
  let all = heads();
  let at = current ? all.findIndex(head => current.contains(head)) + by : by > 0 ? 0 : -1;
  if (at >= all.length && built < shown.length) {
    build();
    all = heads();
  }
  at = Math.min(Math.max(at, 0), all.length - 1);
  if (all[at]) {
    all[at].focus({preventScroll: true});
    all[at].scrollIntoView({block: "nearest"});
  }
}

function toggleSources() {
  const finding = document.activeElement.closest(".finding");
  const blocks = finding ? [...finding.querySelectorAll("pre.source")] : [];
  const open = blocks.some(block => !block.classList.contains("open"));
  for (const block of blocks) {
    block.classList.toggle("open", open);
    block.nextElementSibling.setAttribute("aria-expanded", String(open));
  }
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  $("theme").setAttribute("aria-pressed", String(theme === "dark"));
  try { localStorage.setItem("gfpcheck-theme", theme); } catch { /* no storage for files in some browsers */ }
}

function toggleTheme() {
  const now = document.documentElement.dataset.theme ||
    (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  setTheme(now === "dark" ? "light" : "dark");
}

function showLinked() {
  const id = location.hash.slice(1);
  if (!/^[0-9a-f]{16}$/.test(id)) return;
  let index = shown.findIndex(f => f.id === id);
  if (index < 0) {
    clearFilters();
    index = shown.findIndex(f => f.id === id);
  }
  if (index < 0) return;
  if (index >= built) build(index);
  const head = $("f-" + id).querySelector(".head");
  if (head.getAttribute("aria-expanded") !== "true") head.click();
  head.focus({preventScroll: true});
  head.scrollIntoView({block: "start"});
}

const keys = {
  j: () => move(1),
  k: () => move(-1),
  x: toggleSources,
  c: clearFilters,
  t: toggleTheme,
  "/": () => { $("search").focus(); $("search").select(); },
  "?": () => $("help").showModal(),
};

document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || $("help").open) return;
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
  if (event.key === "Escape" && typing) event.target.blur();
  if (typing || !Object.hasOwn(keys, event.key)) return;
  event.preventDefault();
  keys[event.key]();
});

$("search").addEventListener("input", () => {
  terms = $("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  update();
});
$("sort").addEventListener("change", update);
$("clear").addEventListener("click", clearFilters);
$("theme").addEventListener("click", toggleTheme);
$("help-button").addEventListener("click", () => $("help").showModal());
addEventListener("hashchange", showLinked);
new IntersectionObserver(entries => {
  if (entries.some(entry => entry.isIntersecting) && built < shown.length) build();
}, {rootMargin: "800px"}).observe($("more"));

try {
  const theme = localStorage.getItem("gfpcheck-theme");
  if (theme === "dark" || theme === "light") setTheme(theme);
} catch { /* none kept */ }
$("facets").open = matchMedia("(min-width: 900px)").matches;
$("subject").textContent = [data.kernel, `${data.units.toLocaleString("en")} units`, `gfpcheck ${data.tool}`].filter(Boolean).join(" · ");
document.title = data.kernel ? `gfpcheck: ${data.kernel}` : "gfpcheck";
if (data.failures.length) {
  $("failures").hidden = false;
  $("failures").textContent = `Incomplete: ${data.failures.length} of ${data.units} units could not be analysed, and findings ` +
    `may be missing. ${data.failures.slice(0, 3).join("; ")}${data.failures.length > 3 ? "; …" : ""}`;
}
update();
showLinked();
performance.mark("gfpcheck-list");
