// For people without an account: the design system's parts, and the way back to the names when nobody is there any more.
import { initAll } from "govuk-frontend";

initAll();
const IDLE = 180_000;
for (const element of document.querySelectorAll('[data-module="app-idle"]')) goBack(element);

// A page that nobody has touched for three minutes is left, so that the next person does not see what was typed.
function goBack(element) {
  let waiting;
  const wait = () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => window.location.replace(element.dataset.to), IDLE);
  };
  for (const sign of ["keydown", "pointerdown", "input", "scroll"]) document.addEventListener(sign, wait, { passive: true });
  wait();
}
