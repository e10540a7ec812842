// Sends what is typed into a form to `data-keep-at` two seconds after typing stops, and when the page is left, so that
// it is not lost (accounts/kept.py). A line under the form says when; passwords and files are never sent.
const WAIT = 2000;

export function keepTyped(form) {
  const line = document.createElement("p");
  line.className = "govuk-body app-quiet";
  line.setAttribute("role", "status");
  form.append(line);
  let timer, sending;

  form.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(keep, WAIT);
  });
  form.addEventListener("submit", () => {
    window.clearTimeout(timer);
    timer = undefined;
    sending?.abort();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && timer) keep();
  });

  async function keep() {
    window.clearTimeout(timer);
    timer = undefined;
    sending?.abort();
    const controller = (sending = new AbortController());
    try {
      const { keepAt } = form.dataset;
      const response = await fetch(keepAt, { method: "POST", body: typed(), signal: controller.signal, keepalive: true });
      if (response.redirected) say(`You have been signed out. Press “${button()}”: what you typed is kept while you sign in.`);
      else if (response.ok) say(`Kept at ${(await response.json()).at}`);
      else say("This could not be kept: save it before you leave the page.");
    } catch {
      if (!controller.signal.aborted) say("This could not be kept: there is no connection.");
    }
  }

  function typed() {
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form))
      if (typeof value === "string" && form.elements[name]?.type !== "password") fields.append(name, value);
    fields.set("kept_path", window.location.pathname);
    return fields;
  }

  function button() {
    return form.querySelector("button:not([type=button])").textContent.trim();
  }

  function say(text) {
    if (line.textContent !== text) line.textContent = text;
  }
}
