// Signing out takes the day's list off the phone, and so does the sign-in page. What is recorded and not sent yet stays,
// locked; whoever signs out is told so first.
import { forgetDay, isUsed, notSent } from "app/today-store";

export function leaveNothingBehind() {
  const form = document.querySelector(".app-header__user form");
  if (!form) return isUsed() && forgetDay();
  form.addEventListener("submit", async (event) => {
    if (!isUsed()) return;
    event.preventDefault();
    event.stopPropagation();
    const left = await notSent(form.parentElement.dataset.owner).catch(() => 0);
    if (left && !form.dataset.warned) return warn(form, left);
    await forgetDay().catch(() => {}); // the sign-in page tries again
    form.submit();
  });
}

function warn(form, left) {
  form.dataset.warned = "true";
  const box = document.createElement("div");
  box.className = "govuk-inset-text";
  box.setAttribute("role", "alert");
  const words = left === 1 ? "1 entry on this phone is" : `${left} entries on this phone are`;
  const line = document.createElement("p");
  line.textContent = `${words} not sent yet. If you sign out now, they stay on this phone, locked, and are sent when you sign in here again. To sign out, press “Sign out” again.`;
  const link = document.createElement("a");
  link.className = "govuk-link";
  link.href = "/placements/today/";
  link.textContent = "Send them first";
  box.append(line, link);
  document.querySelector("main").prepend(box);
  box.scrollIntoView({ block: "nearest" });
}
