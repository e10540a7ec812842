// Today's work on a phone. With a signal or without one, what is pressed here is written on the phone first and sent from
// there. The page that the server made stays where this cannot run; the questions are in today_flow.js.
import { initAll } from "govuk-frontend";
import { ORDER, bodyOf, clock, factsOf, faultsOf, formOf, make, showFaults, titleOf } from "app/today-flow";
import { addressOf, fetchList, fetchTheirs, sendAll } from "app/today-send";
import { entries, forgetDay, keptList, remove, save } from "app/today-store";

const root = document.querySelector('[data-module="app-today"]');
const page = { ...root.dataset };
const [status, server, phone] = ["status", "server", "phone"].map((name) => root.querySelector(`[data-today="${name}"]`));
const heading = root.querySelector("h1");
const title = [...heading.childNodes].map((node) => node.cloneNode(true));
const others = new BroadcastChannel("today"); // the other windows of this phone
const DAY = 24 * 60 * 60 * 1000;
const RETRY = 60 * 1000;

let list = null; // the day, as it is kept
let link = {}; // what the last try came to: {offline}, {signedOut}, {refused}, or {}
let busy = null;
let again = false;
let later;
let shown = "";

if (!server) initAll();
if ("indexedDB" in window && crypto.subtle && "serviceWorker" in navigator) begin();
else if (!server) phone.append(make("p", { class: "govuk-body" }, "This browser keeps nothing without a signal: open this page again when there is one."));

async function begin() {
  registerWorker();
  navigator.storage?.persist?.();
  list = await keptList();
  const changed = list && page.owner && (list.owner !== page.owner || list.everybody !== Boolean(page.everybody));
  if (changed && list.owner !== page.owner) await forgetDay();
  if (changed) list = null;
  if (!server && list) page.everybody = list.everybody;
  window.addEventListener("hashchange", render);
  window.addEventListener("online", refresh);
  window.addEventListener("offline", () => told((link = { offline: true })));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && refresh());
  others.onmessage = async ({ data }) => {
    if (data === "forgotten") list = null; // signed out in another window
    await renderUnlessAnswering();
  };
  if (!server) await render();
  await refresh();
}

function registerWorker() {
  const policy = window.trustedTypes?.createPolicy("today-worker", {
    createScriptURL: (address) => {
      if (address === page.worker) return address;
      throw new TypeError("not our worker");
    },
  });
  navigator.serviceWorker.register(policy ? policy.createScriptURL(page.worker) : page.worker).catch(() => {});
}

// One exchange at a time; whatever is asked for meanwhile comes after it.
function refresh() {
  again = true;
  busy ??= exchangeAll().finally(() => (busy = null));
  return busy;
}

async function exchangeAll() {
  while (again) {
    again = false;
    await exchange();
  }
  window.clearTimeout(later);
  if ((await mine()).some(({ state }) => state === "waiting")) later = window.setTimeout(refresh, RETRY);
}

// Fetches the list, sends what waits, and fetches the list again if anything was sent.
async function exchange() {
  for (const entry of await entries()) if (entry.state === "sent" && entry.sent < Date.now() - DAY) await remove(entry.key);
  const sending = (await mine()).some(({ state }) => state === "waiting" || state === "sending");
  link = await fetchList(page);
  if (link.list) {
    list = { ...link.list, everybody: Boolean(page.everybody) };
    if (sending || (await mine()).some(({ state }) => state === "waiting")) {
      link = await sendAll(page, link.list, told);
      if (!link.offline && !link.signedOut) {
        const after = await fetchList(page);
        if (after.list) list = { ...after.list, everybody: Boolean(page.everybody) };
      }
    }
  }
  await told();
}

async function mine() {
  return (await entries()).filter(({ owner, said }) => list && owner === list.owner && said);
}

async function told() {
  others.postMessage("changed");
  await renderUnlessAnswering();
}

async function renderUnlessAnswering() {
  if (answering()) return renderStatus();
  await render();
}

const answering = () => /^#[0-9a-f-]{36}\/\w+$/.test(window.location.hash);

async function render() {
  await renderStatus();
  const kept = !server || list; // else the page of the server stands
  phone.hidden = !kept;
  if (server) server.hidden = Boolean(kept);
  if (!kept) return;
  const [session, step] = window.location.hash.slice(1).split("/");
  if (list && answering()) await renderStep(session, step);
  else await renderCards();
}

// --- the line on top --------------------------------------------------------------------------------------------------

async function renderStatus() {
  const all = await entries();
  const left = all.filter(({ state, owner }) => state !== "sent" && state !== "draft" && (!list || owner === list.owner));
  const theirs = list ? all.filter(({ owner, state }) => owner !== list.owner && state !== "sent") : [];
  const locked = list ? left.filter(({ said }) => !said) : [];
  const lines = [];
  const attention = left.filter(({ state }) => state === "conflict" || state === "refused");
  const unsent = left.length - attention.length;
  if (link.offline) lines.push(`${navigator.onLine ? "The server cannot be reached" : "You are offline"}: what you record is kept on this phone.`);
  if (link.refused) lines.push("You are signed in, but what you recorded was not taken. It is kept on this phone.");
  if (unsent) lines.push(`${count(unsent, "entry", "entries")} not sent yet.`);
  if (attention.length) lines.push(`${count(attention.length, "entry needs", "entries need")} you: look below.`);
  if (theirs.length) lines.push(`Entries of another person on this device: ${theirs.length}. They are sent when that person signs in here.`);
  if (locked.length) lines.push(`${count(locked.length, "entry", "entries")} cannot be opened here. Tell your administrator.`);
  const button =
    (link.signedOut && make("a", { class: "govuk-button", role: "button", draggable: "false", href: page.signIn }, left.length ? "Sign in to send" : "Sign in")) ||
    (left.some(({ state }) => state === "waiting") && make("button", { class: "govuk-button govuk-button--secondary", type: "button", click: refresh }, "Send now"));
  const said = lines.join(" ") + (button ? button.textContent : "");
  if (said === shown) return;
  shown = said;
  const box = make("div", { class: `app-today__status${link.offline ? " app-today__status--offline" : ""}` });
  box.append(...lines.map((line) => make("p", { class: "govuk-body app-today__line" }, line)), button || "");
  status.setAttribute("role", "status");
  status.replaceChildren(...(said ? [box] : []));
}

const count = (number, one, many) => `${number} ${number === 1 ? one : many}`;

// --- the cards --------------------------------------------------------------------------------------------------------

async function renderCards() {
  setTitle(...title.map((node) => node.cloneNode(true)));
  if (!list) {
    const words = link.signedOut ? "You are signed out." : "Today’s list is not on this phone. Open this page when there is a signal.";
    return phone.replaceChildren(make("p", { class: "govuk-body" }, words));
  }
  const own = await mine();
  const known = new Set(list.sessions.map(({ id }) => id));
  const group = (words, sessions, empty) => [
    make("h2", { class: "govuk-heading-m" }, words),
    ...sessions.map((session) => card(session, own.filter((entry) => entry.session === session.id))),
    !sessions.length && make("p", { class: "govuk-body" }, empty),
  ];
  const gone = [...new Map(own.filter(({ session }) => !known.has(session)).map((entry) => [entry.session, entry.said.about])).values()];
  const urgent = own.some(({ state }) => state === "conflict" || state === "refused");
  const also = gone.length ? group("Also on this phone", gone) : [];
  const parts = [
    ...(urgent ? also : []),
    ...group("Today", list.sessions.filter(({ on }) => on === list.day), "No work is planned today."),
    ...group("Waiting for an outcome", list.sessions.filter(({ on }) => on !== list.day), "Every session of earlier days has its outcome."),
    ...(urgent ? [] : also),
  ];
  phone.replaceChildren(...parts.filter(Boolean));
}

const STATES = {
  draft: ["Started, not saved", "grey"],
  waiting: ["Not sent yet", "yellow"],
  sending: ["Sending", "blue"],
  conflict: ["Somebody else recorded this", "red"],
  refused: ["Not accepted", "red"],
};

function card(session, own) {
  const entry = own.findLast(({ kind }) => kind !== "arrive");
  const arrival = own.findLast(({ kind }) => kind === "arrive");
  const arrived = arrival && arrival.state !== "refused" ? arrival.said.time : session.arrived;
  const over = new Date(`${session.on}T${session.ends}`) <= new Date();
  const [words, colour] = tagOf(session, entry, arrived, over);
  const lines = [`${session.on === list.day ? "" : `${session.day}, `}${session.starts} to ${session.ends}`, session.site];
  if (arrived) lines.push(`Arrived at ${arrived}${arrival && arrival.state !== "refused" ? " (not sent yet)" : ""}`);
  lines.push(...new Set([arrival, entry].map((each) => each && wordsOf(session, each)).filter(Boolean)));
  return make(
    "div",
    { class: "govuk-summary-card" },
    make(
      "div",
      { class: "govuk-summary-card__title-wrapper" },
      make("h3", { class: "govuk-summary-card__title" }, session.name),
      make("div", {}, make("strong", { class: `govuk-tag govuk-tag--${colour}` }, words)),
    ),
    make(
      "div",
      { class: "govuk-summary-card__content" },
      ...lines.map((line) => make("p", { class: "govuk-body app-today__line" }, line)),
      ...actions(session, entry, arrival, arrived, over),
    ),
  );
}

// What the server says of a restricted case is for programs: that it wants a reason, or that the session is not there.
const wordsOf = (session, { state, said }) =>
  session.restricted && state === "refused" ? "This case is restricted now: what you entered on this phone was not sent." : said.words;

function tagOf(session, entry, arrived, over) {
  if (entry?.state === "sent") return [`Sent at ${clockOf(entry.sent)}`, "green"];
  if (entry) return STATES[entry.state];
  if (session.recorded) return ["Recorded", "green"];
  if (over) return ["No outcome yet", "orange"];
  return arrived ? ["Here", "purple"] : ["Planned", "blue"];
}

const clockOf = (moment) => new Date(moment).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });

function actions(session, entry, arrival, arrived, over) {
  const to = (words, step, style = "") =>
    make("a", { class: `govuk-button ${style}`, role: "button", draggable: "false", href: `#${session.id}/${step}` }, words, hidden(session));
  const press = (words, click, style = "") => make("button", { class: `govuk-button ${style}`, type: "button", click }, words, hidden(session));
  const small = (words, click) => make("p", { class: "app-today__small" }, make("button", { class: "app-link-button", type: "button", click }, words, hidden(session)));
  const row = (...buttons) => make("div", { class: "app-today__buttons" }, ...buttons);
  const second = "govuk-button--secondary";
  const close = () => small("Close this message", () => remove(arrival.key).then(told));
  if (session.restricted) {
    const parts = [];
    if (!session.recorded && !session.may_open) parts.push(make("p", { class: "govuk-body" }, "Only those named on the case can record this."));
    const own = !session.recorded && session.may_open && make("a", { class: "govuk-button", role: "button", draggable: "false", href: addressOf(page.record, session.id) }, "Record on its own page");
    const kept = entry && entry.state !== "sent" && to("What you entered", "discard", second);
    if (own || kept) parts.push(row(...[own, kept].filter(Boolean)));
    return arrival?.state === "refused" ? [...parts, close()] : parts;
  }
  if (entry?.state === "draft") return [row(to("Continue", resumeAt(entry)), to("Discard", "discard", second))];
  if (entry?.state === "waiting") return [row(to("Change", "check", second))];
  if (entry?.state === "conflict") return [row(to("Compare", "conflict"))];
  if (entry?.state === "refused") return [row(to("Change", "check"), to("Discard", "discard", second))];
  if (entry || session.recorded) return [];
  const main = arrived || over ? to("Record work", "times") : press("Arrived", () => mark(session, true));
  const rest = [];
  if (arrival?.state === "refused") rest.push(close());
  else if (arrived) rest.push(small("Take back the arrival", () => (arrival ? remove(arrival.key).then(told) : mark(session, false))));
  return [row(main, to("Did not attend", "absence", second)), ...rest];
}

const hidden = (session) => make("span", { class: "govuk-visually-hidden" }, `: ${session.name}`);

const resumeAt = ({ said: { answers } }) => {
  if (!("outcome" in answers)) return ORDER[answers.attended][0];
  return "notes" in answers ? "check" : "how";
};

async function mark(session, arrived) {
  const now = new Date();
  const body = { version: session.version, arrived, ...(arrived ? { at: now.toISOString() } : {}) };
  const said = { about: session, body, time: arrived ? clockOf(now) : "" };
  await save({ ...fresh(session, "arrive"), state: "waiting", said });
  await told();
  await refresh();
}

const fresh = (session, kind) => ({ key: crypto.randomUUID(), owner: list.owner, session: session.id, kind, made: Date.now() });

// --- the questions ----------------------------------------------------------------------------------------------------

const grades = new Map(
  [...root.querySelector('template[data-form="how"]').content.querySelectorAll("#quality option")].map((option) => [option.value, option.textContent]),
);

async function renderStep(id, step) {
  const own = (await mine()).filter((entry) => entry.session === id && entry.kind !== "arrive");
  const session = list.sessions.find((each) => each.id === id) ?? own.at(-1)?.said.about;
  const entry = own.at(-1) ?? { ...fresh(session ?? { id }, "log"), state: "draft", said: { about: session, answers: {} } };
  if (!session || (session.restricted && step !== "discard") || entry.state === "sent" || entry.state === "sending") return leave();
  const answers = entry.said.answers;
  const absent = step === "absence" || (step !== "times" && step !== "outcome" && answers.attended === false);
  const planned = { starts_at: session.starts, ends_at: session.ends, ...answers, attended: !absent };
  if (answers.attended !== undefined && answers.attended !== planned.attended) delete planned.outcome;
  if (!["times", "absence", "discard"].includes(step) && answers.attended === undefined) return go(session, "times");
  if (["how", "check", "conflict"].includes(step) && !planned.outcome) return go(session, absent ? "absence" : "outcome");
  const steps = { session, entry, answers: planned };
  if (step === "discard") return renderDiscard(steps);
  if (step === "conflict") return renderConflict(steps);
  if (![...ORDER.true, ...ORDER.false].includes(step)) return leave();
  renderQuestion(steps, step);
}

function renderQuestion({ session, entry, answers }, step) {
  const order = ORDER[answers.attended];
  const place = order.indexOf(step);
  const late = (Date.now() - new Date(session.on)) / DAY - 1 > Number(page.lateDays);
  const asked = [late && "late_reason", entry.said.field, answers.late_reason && "late_reason", answers.record_beyond && "record_beyond"].filter(Boolean);
  const write = (read, more = {}) => keepDraft(entry, { ...answers, ...read }, more);
  const form = formOf(root, step, answers, list, {
    button: step === "check" ? "Save" : "Continue",
    asked,
    changed: (read) => entry.state === "draft" && write(read),
    done: async (read, form) => {
      const faults = faultsOf(step, read);
      showFaults(form, faults);
      if (faults.length) return;
      if (step !== "check") {
        await write(step === "times" ? { ...read, starts_at: clock(read.starts_at), ends_at: clock(read.ends_at) } : read);
        return go(session, order[place + 1]);
      }
      const all = { ...answers, ...read };
      const version = entry.kind === "correct" ? entry.said.version : session.version;
      await send(entry, { ...entry.said, about: session, answers: all, body: bodyOf(all, { ...session, version }) });
    },
  });
  const facts = step === "check" && summary(factsOf(answers, list, grades), (to) => `#${session.id}/${to}`);
  const why = step === "check" && entry.state === "refused" && make("div", { class: "govuk-inset-text" }, entry.said.words);
  showStep(session, titleOf(step, answers), place ? `#${session.id}/${order[place - 1]}` : "#", [why, facts, form, pages(place, order)]);
}

const pages = (place, order) => make("p", { class: "govuk-body app-quiet" }, `Page ${place + 1} of ${order.length}`);

async function renderConflict({ session, entry, answers }) {
  const theirs = await fetchTheirs(page, session.id);
  const back = "#";
  const yours = side("What you entered", factsOf(answers, list, grades));
  const name = titleOf("conflict", answers);
  if (!theirs?.outcome) {
    const words = "What is recorded can be read when there is a signal. What you entered is kept.";
    return showStep(session, name, back, [make("p", { class: "govuk-body" }, entry.said.words), yours, make("p", { class: "govuk-body" }, words)]);
  }
  const said = { ...theirs, attended: list.outcomes.find(({ code }) => code === theirs.outcome)?.attended ?? true };
  for (const field of ["starts_at", "ends_at"]) said[field] = theirs[field].slice(11, 16);
  const form = formOf(root, "conflict", {}, list, {
    button: "Continue",
    changed: () => {},
    done: async (read, form) => {
      const faults = faultsOf("conflict", read);
      showFaults(form, faults);
      if (faults.length) return;
      if (read.choice === "theirs") return go(session, "discard");
      const all = { ...answers, reason: read.reason };
      const { version } = theirs;
      const corrected = { ...entry, kind: "correct" };
      await send(corrected, { ...entry.said, version, answers: all, body: bodyOf(all, { ...session, version }) });
    },
  });
  const sides = make("div", { class: "app-today__sides" }, yours, side(`What ${theirs.recorded_by} recorded`, factsOf(said, list, grades)));
  showStep(session, name, back, [make("p", { class: "govuk-body" }, entry.said.words), sides, form]);
}

function renderDiscard({ session, entry, answers }) {
  const discard = () => remove(entry.key).then(leave).then(told);
  const buttons = make(
    "div",
    { class: "app-today__buttons" },
    make("button", { class: "govuk-button govuk-button--warning", type: "button", click: discard }, "Discard"),
    make("a", { class: "govuk-button govuk-button--secondary", role: "button", draggable: "false", href: "#" }, "Keep it"),
  );
  const words = make("p", { class: "govuk-body" }, "It was not sent, and cannot be brought back.");
  const facts = answers.outcome && summary(factsOf(answers, list, grades));
  showStep(session, "Discard what you entered?", "#", [facts, words, buttons]);
}

function summary(facts, address) {
  const change = (what, step) =>
    address && make("dd", { class: "govuk-summary-list__actions" }, make("a", { class: "govuk-link", href: address(step) }, "Change", make("span", { class: "govuk-visually-hidden" }, ` ${what.toLowerCase()}`)));
  const rows = facts.map(([what, says, step]) =>
    make(
      "div",
      { class: `govuk-summary-list__row${address ? "" : " govuk-summary-list__row--no-actions"}` },
      make("dt", { class: "govuk-summary-list__key" }, what),
      make("dd", { class: "govuk-summary-list__value app-typed" }, says),
      change(what, step),
    ),
  );
  return make("dl", { class: `govuk-summary-list${address ? "" : " app-facts"}` }, ...rows);
}

function side(words, facts) {
  const head = make("div", { class: "govuk-summary-card__title-wrapper" }, make("h2", { class: "govuk-summary-card__title" }, words));
  return make("div", { class: "govuk-summary-card" }, head, make("div", { class: "govuk-summary-card__content" }, summary(facts)));
}

function showStep(session, words, back, parts) {
  const about = `${session.name}, ${session.day}, ${session.starts} to ${session.ends}`;
  setTitle(make("span", { class: "govuk-caption-l" }, about), words);
  phone.replaceChildren(make("a", { class: "govuk-back-link", href: back }, "Back"), ...parts.filter(Boolean));
  heading.focus();
  window.scrollTo(0, 0);
}

function setTitle(...nodes) {
  heading.replaceChildren(...nodes);
  document.title = `${heading.lastChild.textContent} – Immediate Justice`;
  const tabs = root.querySelector(".app-subnav");
  if (tabs) tabs.hidden = answering();
}

// Drafts are written one after another, so that the last word stays. A changed entry is another request: it gets a key
// of its own, and if the first one was recorded after all, the two are compared.
let writing = Promise.resolve();

function keepDraft(entry, answers) {
  const changed = entry.state === "waiting" || entry.state === "refused" ? { ...entry, state: "draft" } : entry;
  Object.assign(entry, changed, { said: { ...entry.said, about: entry.said.about, answers } });
  writing = writing.then(() => save(entry)).catch(notKept);
  return writing;
}

// The key is gone: somebody signed out in another window, or signed in there.
function notKept() {
  shown = "";
  status.replaceChildren(make("p", { class: "govuk-error-message" }, "What you type is not kept: you signed out in another window. Sign in, then enter it again."));
}

async function send(entry, said) {
  await writing;
  try {
    await save({ ...entry, key: crypto.randomUUID(), state: "waiting", made: Date.now(), said: { ...said, words: "", field: "" } });
  } catch {
    return notKept();
  }
  await remove(entry.key);
  leave();
  await refresh();
}

function go(session, step) {
  window.location.hash = `${session.id}/${step}`;
}

function leave() {
  window.location.hash = "";
}
