// Both names are resolved by the import map in base.html, which knows the hashed addresses of the files.
import { followProgress } from "app/progress";
import { initAll } from "govuk-frontend";

initAll();
sendOnce();
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
