// All names are resolved by the import map in base.html, which knows the hashed addresses of the files.
import { keepTyped } from "app/keep";
import { leaveNothingBehind } from "app/leave";
import { followProgress } from "app/progress";
import { initAll } from "govuk-frontend";

initAll();
sendOnce();
leaveNothingBehind();
for (const button of document.querySelectorAll('[data-module="app-tick-all"]')) tickAll(button);
for (const form of document.querySelectorAll('[data-module="app-keep"]')) keepTyped(form);
for (const element of document.querySelectorAll('[data-module="app-progress"]')) followProgress(element);

// A second press of a button while the first is on its way does nothing. The flag is lifted when the page comes back
// from the browser's memory ("Back"), and after ten seconds, since a form that answers with a download stays open.
function sendOnce() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) event.preventDefault();
    else {
      form.dataset.sent = "true";
      window.setTimeout(() => delete form.dataset.sent, 10000);
    }
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.forms) delete form.dataset.sent;
  });
}

// Ticks every box of the form that the button stands in; if all are ticked, none.
function tickAll(button) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const boxes = [...button.form.querySelectorAll('input[type="checkbox"]')];
    const ticked = boxes.some((box) => !box.checked);
    for (const box of boxes) box.checked = ticked;
  });
}
