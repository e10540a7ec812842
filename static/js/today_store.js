// What a phone keeps of today's work, in IndexedDB: the list of the day, until the end of the next day or until its owner
// signs out; and what was recorded and is not sent yet, until the server has acknowledged it. Entries are locked with a
// key that the server makes for their owner and the phone forgets with the list (docs/decisions/0035).
const USED = "app-today"; // in localStorage: whether there is anything to look for, so that other pages need not

let opening;

function database() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("today", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("kept", { keyPath: "name" });
      request.result.createObjectStore("entries", { keyPath: "key" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opening;
}

// Resolves when the transaction is on the disk, with what the request gave.
async function within(store, mode, ask) {
  const transaction = (await database()).transaction(store, mode, { durability: "strict" });
  const request = ask(transaction.objectStore(store));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

export async function keepList(list) {
  const { key, csrf, ...kept } = list;
  const bytes = Uint8Array.from(atob(key), (letter) => letter.charCodeAt(0));
  const locked = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
  localStorage.setItem(USED, "yes");
  await within("kept", "readwrite", (store) => store.put({ name: "key", owner: list.owner, key: locked }));
  await within("kept", "readwrite", (store) => store.put({ ...kept, name: "list" }));
}

// The list of the day; null where there is none, or where it is too old, which is then gone.
export async function keptList() {
  const list = await within("kept", "readonly", (store) => store.get("list"));
  if (list && new Date(list.until) > new Date()) return list;
  if (list) await forgetDay();
  return null;
}

// The list, the key, and what is sent. What is not sent stays, locked.
export async function forgetDay() {
  await within("kept", "readwrite", (store) => store.clear());
  for (const entry of await within("entries", "readonly", (store) => store.getAll()))
    if (entry.state === "sent") await remove(entry.key);
  new BroadcastChannel("today").postMessage("forgotten");
}

// All entries, oldest first. Those of the owner of the key are opened: `said` is what stands in them.
export async function entries() {
  const kept = await within("kept", "readonly", (store) => store.get("key"));
  const rows = await within("entries", "readonly", (store) => store.getAll());
  rows.sort((one, other) => one.made - other.made);
  for (const entry of rows) entry.said = kept?.owner === entry.owner ? await open(kept.key, entry.box) : null;
  return rows;
}

// Fails where the key is gone, or another person's: they could read it, and its owner could not.
export async function save({ said, ...entry }) {
  const kept = await within("kept", "readonly", (store) => store.get("key"));
  if (kept?.owner !== entry.owner) throw new Error("no key of the owner");
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const text = new TextEncoder().encode(JSON.stringify(said));
  const box = { iv, text: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, kept.key, text) };
  await within("entries", "readwrite", (store) => store.put({ ...entry, box }));
}

async function open(key, { iv, text }) {
  try {
    return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, text)));
  } catch {
    return null; // locked with another key: it stays, and the page says so
  }
}

export function remove(key) {
  return within("entries", "readwrite", (store) => store.delete(key));
}

// How many of somebody's entries wait; those of others are not theirs to send.
export async function notSent(who) {
  const rows = await within("entries", "readonly", (store) => store.getAll());
  return rows.filter(({ state, owner }) => state !== "sent" && owner === who).length;
}

export function isUsed() {
  return localStorage.getItem(USED) === "yes";
}
