// Follows long work: asks `data-poll` every second or so for
// {"state": "running" | "done" | "failed", "value": 40, "max": 100, "text": "…", "url": "/where/to/go/"}
// and goes to `url` (or loads the page again) as soon as the state is no longer "running".
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 15000;

export function followProgress(element) {
  const bar = element.querySelector("progress");
  const text = element.querySelector(".app-progress__text");
  let wait = FIRST_WAIT;

  async function ask() {
    try {
      const response = await fetch(element.dataset.poll, { headers: { Accept: "application/json" } });
      if (response.redirected || (response.status >= 400 && response.status < 500)) return window.location.reload();
      if (!response.ok) throw new Error(`status ${response.status}`);
      const progress = await response.json();
      if (progress.state !== "running") return window.location.assign(progress.url || window.location.href);
      if (progress.max) bar.max = progress.max;
      if (typeof progress.value === "number") bar.value = progress.value;
      if (progress.text && text.textContent !== progress.text) text.textContent = progress.text;
      wait = FIRST_WAIT;
    } catch {
      wait = Math.min(wait * 2, LONGEST_WAIT); // the server or the line is away: ask more rarely, do not give up
    }
    window.setTimeout(ask, wait);
  }

  window.setTimeout(ask, wait);
}
