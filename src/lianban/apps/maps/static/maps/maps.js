// The map works without this file. It keeps the place in the map's box when a node is asked for, and draws the
// grouped map of chains with more products than the server draws one by one.
"use strict";
(() => {
  let left = 0;
  document.addEventListener("htmx:beforeSwap", () => {
    const box = document.querySelector(".mapbox");
    left = box ? box.scrollLeft : 0;
  });
  document.addEventListener("htmx:afterSettle", () => {
    const box = document.querySelector(".mapbox");
    if (!box) { return; }
    box.scrollLeft = left;
    show(box);
    drawGroups();
  });
  // Bring the node asked for into view inside the box, without moving the page.
  function show(box) {
    const node = box.querySelector("a[aria-current] .ring");
    if (!node) { return; }
    const here = node.getBoundingClientRect();
    const around = box.getBoundingClientRect();
    if (here.left < around.left + 20 || here.right > around.right - 20) {
      box.scrollLeft += here.left - around.left - (around.width - here.width) / 2;
    }
  }

  function drawGroups() {
    const canvas = document.getElementById("map-canvas");
    const source = document.getElementById("map-data");
    if (!canvas || !source) { return; }
    const data = JSON.parse(source.textContent);
    const ratio = window.devicePixelRatio || 1;
    const width = canvas.clientWidth;
    const height = canvas.clientHeight;
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    const pen = canvas.getContext("2d");
    pen.scale(ratio, ratio);
    pen.clearRect(0, 0, width, height);
    const boxes = place(data.groups, width, height);
    pen.strokeStyle = "#d5dce3";
    const most = Math.max(1, ...data.edges.map((edge) => edge[2]));
    for (const [from, to, n] of data.edges) { tie(pen, boxes[from], boxes[to], 0.5 + 2.5 * n / most); }
    boxes.forEach((box, i) => { group(pen, box, data.groups[i], data.nodes.filter((node) => node[0] === i), data.looks); });
    canvas.onclick = (event) => {
      const hit = boxes.findIndex((b) => event.offsetX >= b.x && event.offsetX <= b.x + b.w && event.offsetY >= b.y && event.offsetY <= b.y + b.h);
      if (hit >= 0) { window.location.assign(`${canvas.dataset.address}?group=${encodeURIComponent(data.groups[hit].code)}`); }
    };
  }
  // Stages from left to right; groups of one stage under each other, as high as they have products.
  function place(groups, width, height) {
    const stages = [...new Set(groups.map((g) => g.stage))].sort((a, b) => a - b);
    const step = width / stages.length;
    const boxes = [];
    stages.forEach((stage, column) => {
      const inside = groups.map((g, i) => [g, i]).filter(([g]) => g.stage === stage);
      const total = inside.reduce((sum, [g]) => sum + Math.max(g.n, 1), 0);
      let y = 12;
      const room = height - 24 - 12 * (inside.length - 1) - 34 * inside.length;
      for (const [g, i] of inside) {
        const h = 34 + room * Math.max(g.n, 1) / total;
        boxes[i] = { x: column * step + 12, y, w: step - 48, h };
        y += h + 12;
      }
    });
    return boxes;
  }
  function tie(pen, a, b, thick) {
    const [y1, y2] = [a.y + a.h / 2, b.y + b.h / 2];
    const forward = b.x > a.x;
    const [x1, x2] = forward ? [a.x + a.w, b.x] : [a.x + a.w, b.x + b.w];
    const bend = forward ? (x2 - x1) / 2 : 30;
    pen.lineWidth = thick;
    pen.beginPath();
    pen.moveTo(x1, y1);
    pen.bezierCurveTo(x1 + bend, y1, forward ? x2 - bend : x2 + bend, y2, x2, y2);
    pen.stroke();
  }
  function group(pen, box, about, nodes, looks) {
    pen.fillStyle = "#ffffff";
    pen.strokeStyle = "#97a3ae";
    pen.lineWidth = 1;
    pen.beginPath();
    pen.rect(box.x, box.y, box.w, box.h);
    pen.fill();
    pen.stroke();
    pen.fillStyle = "#18222d";
    pen.font = "600 13px sans-serif";
    pen.fillText(`${about.name} · ${about.n}`, box.x + 8, box.y + 20, box.w - 16);
    const room = { w: box.w - 16, h: box.h - 36 };
    const size = Math.max(2, Math.min(12, Math.sqrt(room.w * room.h / Math.max(nodes.length, 1)) * 0.96));
    const across = Math.max(1, Math.floor(room.w / size));
    nodes.forEach((node, k) => {
      const look = looks[node[1]] || ["#ffffff", "#97a3ae"];
      pen.globalAlpha = node[3] === 0 ? 0.15 : 1;
      pen.fillStyle = look[0];
      pen.strokeStyle = look[1];
      pen.beginPath();
      pen.rect(box.x + 8 + (k % across) * size, box.y + 28 + Math.floor(k / across) * size, size * 0.72, size * 0.72);
      pen.fill();
      pen.stroke();
      if (node[3] === 2) { mark(pen, box, k, across, size); }
    });
    pen.globalAlpha = 1;
  }
  // What is on the path or was found has a frame.
  function mark(pen, box, k, across, size) {
    pen.strokeStyle = "#b8570a";
    pen.lineWidth = 2;
    pen.strokeRect(box.x + 8 + (k % across) * size - 1.5, box.y + 28 + Math.floor(k / across) * size - 1.5, size * 0.72 + 3, size * 0.72 + 3);
    pen.lineWidth = 1;
  }
  // Arrow keys go to the nearest product in that direction; Enter and Tab do what they always do.
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  document.addEventListener("keydown", (event) => {
    const way = ARROWS[event.key];
    const here = document.activeElement;
    const drawing = here && here.closest("svg.map, svg.tiles, svg.basemap");
    if (!way || !drawing || event.altKey || event.ctrlKey || event.metaKey) { return; }
    const next = nearest(here, drawing, way);
    if (!next) { return; }
    event.preventDefault();
    next.focus();
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
  function middle(link) {
    const r = link.querySelector(".ring").getBoundingClientRect();
    return [r.left + r.width / 2, r.top + r.height / 2];
  }
  function nearest(here, drawing, [x, y]) {
    const from = middle(here);
    let best = null;
    let least = Infinity;
    for (const link of drawing.querySelectorAll("a")) {
      const at = middle(link);
      const along = (at[0] - from[0]) * x + (at[1] - from[1]) * y;
      const aside = Math.abs((at[0] - from[0]) * y) + Math.abs((at[1] - from[1]) * x);
      const far = along + 2 * aside;
      if (link !== here && along > 4 && far < least) { best = link; least = far; }
    }
    return best;
  }
  window.addEventListener("resize", drawGroups);
  const box = document.querySelector(".mapbox");
  if (box) { show(box); }
  drawGroups();
})();
