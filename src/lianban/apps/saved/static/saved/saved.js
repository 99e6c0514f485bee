// What a page keeps beside its address: opened parts, ticked rows, and what the page itself adds (window.lianbanLayout).
"use strict";
(() => {
  const KEY = "lianban.layout";
  const link = document.querySelector("[data-save-view]"), field = document.querySelector("[data-layout]"), kept = document.getElementById("view-layout");
  function layout() {
    const own = window.lianbanLayout ? window.lianbanLayout() : {};
    const open = [...document.querySelectorAll("main details[id][open]")].map((one) => one.id);
    const picked = [...document.querySelectorAll("main input[data-pick]:checked")].map((one) => one.value);
    return { ...(open.length && { open }), ...(picked.length && { picked }), ...(Object.keys(own).length && { own }) };
  }
  if (link) {
    link.addEventListener("click", () => {
      const there = new URL(link.href);
      there.searchParams.set("address", location.pathname + location.search); // the map may have moved on since the page was loaded
      there.searchParams.set("name", document.title.split(" · ").slice(0, -1).join(" · "));
      link.href = there.href;
      try { sessionStorage.setItem(KEY, JSON.stringify(layout())); } catch { /* kept without layout */ }
    });
  }
  if (field && !field.value) {
    try { field.value = sessionStorage.getItem(KEY) || ""; sessionStorage.removeItem(KEY); } catch { /* kept without layout */ }
  }
  if (kept) {
    const said = JSON.parse(kept.textContent);
    (said.open || []).forEach((id) => { const one = document.getElementById(id); if (one && one.tagName === "DETAILS") { one.open = true; } });
    document.querySelectorAll("main input[data-pick]").forEach((one) => { if ((said.picked || []).includes(one.value)) { one.checked = true; } });
    window.lianbanKeptLayout = said.own || {};
    document.dispatchEvent(new CustomEvent("lianban:layout", { detail: window.lianbanKeptLayout }));
  }
})();
