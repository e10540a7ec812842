// Keeps the empty page of today's work and the files it is made of, so that it opens without a signal. No page with
// anything of anybody in it is kept, and nothing but this page is answered from here (docs/decisions/0035).
const CACHE = `today-${KEPT.version}`;
const PATIENCE = 6000; // milliseconds that the network may take over the page

self.addEventListener("install", (event) => {
  event.waitUntil(keep().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOthers().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate" && pathname.startsWith(KEPT.scope)) event.respondWith(page(request));
  else if (KEPT.files.includes(pathname)) event.respondWith(file(request));
});

async function keep() {
  const cache = await caches.open(CACHE);
  // Without cookies, so that what is kept is the same for everybody.
  const answers = [KEPT.page, ...KEPT.files].map((path) => new Request(path, { cache: "reload", credentials: "omit" }));
  await cache.addAll(answers);
}

async function forgetOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("today-") && name !== CACHE).map((name) => caches.delete(name)));
}

// The network first; what is kept where there is none, or where it takes too long.
async function page(request) {
  const kept = await caches.match(KEPT.page, { ignoreVary: true });
  if (!kept) return fetch(request);
  let timer;
  const tooLong = new Promise((resolve) => {
    timer = setTimeout(() => resolve(kept), PATIENCE);
  });
  const network = fetch(request).catch(() => kept);
  return Promise.race([network, tooLong]).finally(() => clearTimeout(timer));
}

async function file(request) {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}
