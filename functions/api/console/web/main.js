import { learn } from "./lib/deployment.js";
import { h, put } from "./lib/dom.js";
import { refresh, start } from "./lib/router.js";
import { begin, takeFragment } from "./lib/session.js";
import { tick } from "./lib/time.js";
import { failure } from "./parts/failure.js";

const routes = [
  { path: "/", load: () => import("./views/integrations.js") },
  { path: "/new", load: () => import("./views/edit.js") },
  { path: "/integrations/:id", load: () => import("./views/deliveries.js") },
  { path: "/integrations/:id/settings", load: () => import("./views/edit.js") },
  { path: "/integrations/:id/signing", load: () => import("./views/signing.js") },
  { path: "/integrations/:id/recover", load: () => import("./views/recover.js") },
  { path: "/integrations/:id/dispatches/:dispatch", load: () => import("./views/dispatch.js") },
];

const OFFLINE = "You are offline. This page updates when the connection is back.";
const tellConnection = () => put(document.getElementById("offline"), !navigator.onLine && h("p", OFFLINE));

for (const change of ["online", "offline"]) addEventListener(change, tellConnection);
tellConnection();
setInterval(tick, 1000);
try {
  if (await begin()) {
    await learn();
    await start(routes, failure);
  }
  // A page that frames this one replaces the token by changing the fragment.
  addEventListener("hashchange", () => takeFragment() && refresh());
} catch (error) {
  put(document.getElementById("main"), failure(error, () => location.reload()).body);
}
