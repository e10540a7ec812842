// The way to the server: fetches the day's list, and sends what is not sent yet, each entry under a key of its own, so
// that it is recorded once however often it is sent. Nothing leaves the phone before the server has acknowledged it.
import { entries, keepList, remove, save } from "app/today-store";

const PATIENCE = 20000;
const OFFLINE = new Error("no connection");

// → {list} or {offline} or {signedOut} or {refused}
export async function fetchList(page) {
  try {
    const address = `${page.list}${page.everybody ? "?everybody=true" : ""}`;
    const { status, body } = await ask(address);
    if (status === 401) return { signedOut: true };
    if (status === 403) return { refused: true };
    if (status !== 200 || !body?.owner) return { offline: true };
    await keepList({ ...body, everybody: Boolean(page.everybody) });
    return { list: body };
  } catch (error) {
    if (error !== OFFLINE) throw error;
    return { offline: true };
  }
}

// Sends, one after another, what belongs to the owner of the list; of two windows only one does. `told` is called after
// each step. → as fetchList(), or {} when all were tried
export function sendAll(page, list, told) {
  const send = () => sendEach(page, list, told);
  if (!navigator.locks) return send(); // the server would refuse the second of two
  return navigator.locks.request("today-send", { ifAvailable: true }, (lock) => (lock ? send() : {}));
}

async function sendEach(page, list, told) {
  for (const entry of await entries()) {
    const due = entry.state === "waiting" || entry.state === "sending";
    if (!due || entry.owner !== list.owner || !entry.said) continue;
    await save({ ...entry, state: "sending" });
    told();
    let answer;
    try {
      answer = await post(page, list, entry);
    } catch (error) {
      await save({ ...entry, state: "waiting" });
      if (error !== OFFLINE) throw error;
      return { offline: true };
    }
    await settle(page, entry, answer);
    told();
    if (answer.status === 401) return { signedOut: true };
    if (answer.status === 403) return { refused: true };
  }
  return {};
}

function post(page, list, { key, kind, session, said }) {
  const headers = { "Content-Type": "application/json", "Idempotency-Key": key, "X-CSRFToken": list.csrf };
  const options = { method: "POST", headers, body: JSON.stringify(said.body) };
  return ask(`${addressOf(page.session, session)}${kind}/`, options);
}

async function settle(page, entry, { status, body }) {
  const { said } = entry;
  const done = entry.kind === "arrive" ? body && "arrived_at" in body : body?.work_session?.id === entry.session;
  if (status === 200 && done) {
    if (entry.kind === "arrive") return remove(entry.key);
    // What was recorded is in the hands of the server: the phone keeps that it was sent, and no more.
    const words = `${inWords(body.credited)} credited, ${inWords(body.left)} left.`;
    return save({ ...entry, state: "sent", sent: Date.now(), said: { about: said.about, words } });
  }
  const refused = { ...entry, state: "refused", said: { ...said, words: sentence(body, status), field: body?.field } };
  if (status === 409 && entry.kind !== "arrive" && (await fetchTheirs(page, entry.session))?.recorded_at)
    return save({ ...refused, state: "conflict" });
  if ([400, 404, 409, 412, 413, 422].includes(status)) return save(refused);
  return save({ ...entry, state: "waiting" });
}

// What somebody else recorded; null where it cannot be had.
export async function fetchTheirs(page, session) {
  try {
    const { status, body } = await ask(addressOf(page.session, session));
    return status === 200 ? body : null;
  } catch (error) {
    if (error !== OFFLINE) throw error;
    return null;
  }
}

// An answer that is not JSON is not the server's: of a proxy, or of a network that asks for money first.
async function ask(address, options = {}) {
  let response, text;
  try {
    const signal = AbortSignal.timeout?.(PATIENCE);
    response = await fetch(address, { redirect: "error", signal, headers: { Accept: "application/json" }, ...options });
    text = await response.text();
  } catch {
    throw OFFLINE;
  }
  try {
    return { status: response.status, body: JSON.parse(text) };
  } catch {
    if (response.status === 404) return { status: 404, body: null };
    throw OFFLINE;
  }
}

function sentence(body, status) {
  if (body?.detail && status !== 404) return body.detail;
  if (status === 404) return "This session is not there any more, or not yours to record.";
  const said = Object.values(body ?? {}).flat(2).filter((each) => typeof each === "string");
  return said.join(" ") || "This was not accepted.";
}

export function addressOf(pattern, session) {
  return pattern.replace(/0{8}(-0{4}){3}-0{12}/, session);
}

export function inWords(minutes) {
  const parts = [[Math.floor(minutes / 60), "hour"], [minutes % 60, "minute"]];
  const said = parts.filter(([number]) => number).map(([number, unit]) => `${number} ${unit}${number === 1 ? "" : "s"}`);
  return said.join(" ") || "0 minutes";
}
