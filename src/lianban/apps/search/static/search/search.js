// The palette: Ctrl-K or the field in the head opens it; arrows choose, Enter opens, Escape closes. Without script the field is a form.
"use strict";
(() => {
  const palette = document.querySelector("[data-palette]"), head = document.querySelector("[data-find]");
  if (!palette || !head || !palette.showModal) { return; }
  const box = palette.querySelector("input");
  const options = () => [...palette.querySelectorAll("[role=option]")];
  const chosen = () => options().findIndex((one) => one.getAttribute("aria-selected") === "true");

  function choose(at) {
    const all = options();
    all.forEach((one, i) => one.setAttribute("aria-selected", String(i === at)));
    if (all[at]) { all[at].scrollIntoView({ block: "nearest" }); box.setAttribute("aria-activedescendant", all[at].id); }
    else { box.removeAttribute("aria-activedescendant"); }
    box.setAttribute("aria-expanded", String(all.length > 0));
  }
  function open() {
    if (palette.open) { return; }
    palette.showModal();
    if (head.value) { box.value = head.value; head.value = ""; }
    box.focus(); box.select();
    if (box.value) { htmx.trigger(box, "look"); }
  }
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); open(); }
  });
  head.addEventListener("click", open);
  head.addEventListener("input", open);
  palette.addEventListener("click", (event) => { if (event.target === palette) { palette.close(); } });
  box.addEventListener("keydown", (event) => {
    const all = options(), at = chosen();
    if (event.isComposing) { return; } // the keys belong to the input method
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (all.length) { choose(event.key === "ArrowDown" ? (at + 1) % all.length : at <= 0 ? all.length - 1 : at - 1); }
    } else if (event.key === "Enter" && all[at]) { event.preventDefault(); all[at].click(); }
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (palette.contains(event.target) || event.target.id === "find-results") { choose(options().length ? 0 : -1); }
  });
})();
