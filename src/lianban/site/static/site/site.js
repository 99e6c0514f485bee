// Small manners of every page; nothing here is needed for the page to work.
"use strict";
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-print]");
  if (button) { window.print(); }
});
// A filter that changes sends its form, so that the address always tells the view.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-auto]");
  if (form) { form.requestSubmit(); }
});
// An opened heading of the menu closes on Escape and on a click elsewhere.
document.addEventListener("click", (event) => {
  document.querySelectorAll("details.drop[open]").forEach((one) => { if (!one.contains(event.target)) { one.open = false; } });
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") { return; }
  document.querySelectorAll("details.drop[open]").forEach((one) => { one.open = false; one.querySelector("summary").focus(); });
});
