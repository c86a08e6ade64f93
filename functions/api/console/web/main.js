// @ts-check
import { h, put } from "./lib/dom.js";
import { start } from "./lib/router.js";
import { begin } from "./lib/session.js";
import { tick } from "./lib/time.js";
import { failure } from "./parts/failure.js";

/** @type {import("./lib/router.js").Route[]} */
const routes = [
  { path: "/", load: () => import("./views/integrations.js") },
  { path: "/new", load: () => import("./views/edit.js") },
  { path: "/integrations/:id", load: () => import("./views/deliveries.js") },
  { path: "/integrations/:id/settings", load: () => import("./views/edit.js") },
  { path: "/integrations/:id/signing", load: () => import("./views/signing.js") },
  { path: "/integrations/:id/recover", load: () => import("./views/recover.js") },
  { path: "/integrations/:id/dispatches/:dispatch", load: () => import("./views/dispatch.js") },
];

function watchConnection() {
  const bar = /** @type {Element} */ (document.getElementById("offline"));
  const tell = () => put(bar, !navigator.onLine && h("p", null, "You are offline. What you see is as it was; it goes on by itself when the connection is back."));
  addEventListener("online", tell);
  addEventListener("offline", tell);
  tell();
}

watchConnection();
setInterval(tick, 1000);
try {
  if (await begin()) await start(routes, failure);
} catch (error) {
  put(/** @type {Element} */ (document.getElementById("main")), failure(error, () => location.reload()).body);
}
