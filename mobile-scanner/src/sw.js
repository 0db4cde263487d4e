// Everything that the scanner needs lies in one cache, so that it opens without a network. What is
// asked of /api/ is never cached here: the queue on the phone decides what is sent.
const CACHE = `scan-${"VERSION"}`;
const FILES = "FILES";

addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)));
});

addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(
          names
            .filter((name) => name.startsWith("scan-") && name !== CACHE)
            .map((name) => caches.delete(name)),
        ),
      )
      .then(() => clients.claim()),
  );
});

addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  if (event.request.method !== "GET" || !pathname.startsWith("/scan/")) return;
  const address = event.request.mode === "navigate" ? "/scan/" : pathname;
  event.respondWith(
    caches
      .open(CACHE)
      .then((cache) => cache.match(address))
      .then((found) => found ?? fetch(event.request)),
  );
});
