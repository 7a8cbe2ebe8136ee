// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a finding is about, as a picture: a cycle of locks and reclaim, or the calls from where a
// context begins to what it forbids. A path here is {title, from, to, steps: [{kind, fn, text, …}]}.

function svg(name, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const key in attributes) element.setAttribute(key, attributes[key]);
  element.append(...children);
  return element;
}

// What of a text fits into a number of columns; the whole is its tooltip.
function fitted(text, columns, attributes) {
  const short = text.length > columns ? text.slice(0, Math.max(columns - 1, 1)) + "…" : text;
  const element = svg("text", attributes, short);
  if (short !== text) element.append(svg("title", {}, text));
  return element;
}

// Widths of letters in drawings, in pixels: of names, and at most of what is said of them.
const columnWidth = 7.9, labelWidth = 6.9;

let drawings = 0; // ids of markers must differ

function canvas(width, height, label) {
  const head = "arrow" + ++drawings;
  const element = svg("svg", {class: "drawing", viewBox: `0 0 ${width} ${height}`, width, height, role: "img",
    "aria-label": label},
    svg("defs", {}, svg("marker", {id: head, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7,
      markerHeight: 7, orient: "auto-start-reverse"}, svg("path", {d: "M0 0.5 L7.5 4 L0 7.5 z", class: "tip"}))));
  return {element, arrow: `url(#${head})`};
}

// Lock → reclaim → lock: nodes below each other, an arrow for each path, the last one back up.
function drawCycle(paths, width) {
  const margin = 12, box = 34, gap = 74, back = width > 620 ? 250 : width > 480 ? 150 : 54;
  const inner = Math.min(width, 740) - 2 * margin - back;
  const nodes = paths.map(path => path.from);
  const height = 2 * margin + nodes.length * box + (nodes.length - 1) * gap;
  const {element, arrow} = canvas(Math.min(width, 740), height,
    "Cycle: " + nodes.concat(nodes[0]).join(", then "));
  const top = i => margin + i * (box + gap);
  const through = path => {
    const first = path.steps[0], last = path.steps[path.steps.length - 1];
    return first === last || first.fn === last.fn ? `${first.fn}()` : `${first.fn}() … ${last.fn}()`;
  };
  const what = path => path.from.includes("reclaim") ? "waits for it in" :
    path.to.includes("reclaim") ? "held across an allocation in" : "held, and the next is waited for, in";
  nodes.forEach((node, i) => {
    const reclaim = node.includes("reclaim");
    element.append(svg("rect", {x: margin, y: top(i), width: inner, height: box, rx: reclaim ? box / 2 : 6,
      class: reclaim ? "node reclaim" : "node lock"}),
      fitted(node, Math.floor((inner - 24) / columnWidth), {x: margin + inner / 2, y: top(i) + box / 2 + 5,
        class: "name", "text-anchor": "middle"}));
  });
  paths.forEach((path, i) => {
    const columns = Math.floor((inner - 50) / columnWidth);
    if (i < paths.length - 1) {
      const x = margin + 34, y = top(i) + box;
      element.append(svg("path", {d: `M${x} ${y + 3} V${y + gap - 4}`, class: "edge", "marker-end": arrow}),
        fitted(what(path), Math.floor((inner - 50) / labelWidth), {x: x + 14, y: y + gap / 2 - 4, class: "label"}),
        fitted(through(path), columns, {x: x + 14, y: y + gap / 2 + 13, class: "code"}));
      return;
    }
    // Back to the first.
    const x = margin + inner, from = top(i) + box / 2, to = top(0) + box / 2, bend = 26;
    element.append(svg("path", {d: `M${x + 3} ${from} H${x + bend - 8} Q${x + bend} ${from} ${x + bend} ${from - 8} ` +
      `V${to + 8} Q${x + bend} ${to} ${x + bend - 8} ${to} H${x + 6}`, class: "edge", "marker-end": arrow}));
    const room = Math.floor((back - bend - 12) / columnWidth), middle = (from + to) / 2;
    if (room >= 10)
      element.append(fitted(what(path), Math.floor((back - bend - 12) / labelWidth), {x: x + bend + 9, y: middle - 12, class: "label"}),
        fitted(path.steps[0].fn + "()", room, {x: x + bend + 9, y: middle + 5, class: "code"}),
        fitted("… " + path.steps[path.steps.length - 1].fn + "()", room,
          {x: x + bend + 9, y: middle + 22, class: "code"}));
  });
  return element;
}

// A stair of functions, inside of the context that begins on one of them.
function drawContext(path, width) {
  const rows = [];
  let begins = -1;
  path.steps.forEach((step, i) => {
    const opens = step.kind === "lock" || step.kind === "scope" || step.kind === "entry";
    const last = i === path.steps.length - 1;
    const previous = rows[rows.length - 1];
    if (opens && begins < 0) begins = !previous || previous.fn !== step.fn ? rows.length : rows.length - 1;
    if (!previous || previous.fn !== step.fn) rows.push({fn: step.fn, indirect: false, note: ""});
    const row = rows[rows.length - 1];
    if (step.kind === "indirect") row.indirect = true;
    if (opens && !row.note) row.note = step.text;
    if (last) row.end = step.kind;
  });
  if (begins < 0) begins = 0;
  // The ends tell more than the middle.
  const most = 8;
  let shown = rows;
  if (rows.length > most) {
    const head = Math.max(4, Math.min(begins + 2, 6)), tail = most - head - 1;
    shown = rows.slice(0, head).concat([{skipped: rows.length - head - tail}], rows.slice(rows.length - tail));
    if (begins >= head) begins = head;
  }
  const w = Math.min(width, 740), line = 30, top = 14;
  const indent = Math.min(20, (w - 240) / Math.max(shown.length, 1));
  const height = 2 * top + shown.length * line;
  const {element, arrow} = canvas(w, height, "Calls: " + rows.map(row => row.fn).join(", "));
  const x = i => 20 + Math.max(indent, 4) * i, y = i => top + i * line;
  element.append(svg("rect", {x: x(begins) - 12, y: y(begins) - 5, width: w - x(begins) + 6,
    height: (shown.length - begins) * line + 8, rx: 8, class: "context"}));
  shown.forEach((row, i) => {
    if (i)
      element.append(svg("path", {d: `M${x(i - 1) + 5} ${y(i - 1) + 23} V${y(i) + 12} H${x(i) - 4}`,
        class: shown[i - 1].indirect ? "edge indirect" : "edge", "marker-end": arrow}));
    if (row.skipped) {
      element.append(svg("text", {x: x(i), y: y(i) + 16, class: "label"}, `${row.skipped} more calls`));
      return;
    }
    const name = row.fn + "()", room = Math.floor((w - x(i) - 16) / columnWidth);
    element.append(fitted(name, room, {x: x(i), y: y(i) + 16,
      class: row.end ? "code fault" : i === begins ? "code begin" : "code"}));
    const left = room - name.length - 2;
    const note = row.note || (row.end === "sleep" ? "sleeps" : row.end === "alloc" ? "may enter reclaim" :
      row.end === "lock" || row.end === "wait" ? "waits" : "");
    if (note && left > 12)
      element.append(fitted(note, Math.floor(left * columnWidth / labelWidth), {x: x(i) + (name.length + 1.5) * columnWidth, y: y(i) + 16, class: "label"}));
  });
  return element;
}

function draw(paths, width) {
  if (paths.length > 1 && paths.every(path => path.from && path.steps.length)) return drawCycle(paths, width);
  return paths.length && paths[0].steps.length > 1 ? drawContext(paths[0], width) : null;
}
