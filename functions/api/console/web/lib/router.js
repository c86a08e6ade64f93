// Every view has a URL. Going back and reloading restore the view and its scroll position.
//
// A route has a path and a function that loads its module. The module's view(page) gets the path's
// parameters, the query, and a signal that aborts when the view is left, and returns a promise of
// { title, crumbs, body }.

import { h, put } from "./dom.js";
import * as storage from "./storage.js";

const ROOT = "/console";
const SLOW = 150; // milliseconds after which a view says that it is loading

let routes, failed;
let leaving = new AbortController();
let guard = null; // asks whether the view may be left
let here = "";

/** The URL of a view: link("integrations", id). */
export const link = (...parts) => [ROOT, ...parts.map(encodeURIComponent)].join("/") + (parts.length ? "" : "/");

const address = () => location.pathname + location.search;

/** Shows the view of the URL, and of its later changes. failed(error, again) returns the page to show after an error. */
export function start(table, onError) {
  [routes, failed] = [table, onError];
  history.scrollRestoration = "manual";
  document.addEventListener("click", followLink);
  addEventListener("popstate", () => address() !== here && leave(() => show({ restore: true, focus: true }), () => history.pushState(null, "", here)));
  addEventListener("beforeunload", (e) => guard && e.preventDefault());
  addEventListener("pagehide", keepPlace);
  return show({ restore: true });
}

const placeKey = () => `console.place ${here}`;
const keepPlace = () => storage.set(placeKey(), String(Math.round(scrollY)));

/** Asks for confirmation before the view is left, until it is left or leave is called with null. */
export function guardWith(ask) {
  guard = ask;
}

async function leave(go, stay = () => {}) {
  if (guard && !(await guard())) return stay();
  guard = null;
  return go();
}

/** Opens a view. replace keeps the history entry, the scroll position and the focus. */
export const navigate = (to, replace = false) =>
  leave(() => {
    history[replace ? "replaceState" : "pushState"](null, "", to);
    return show(replace ? { stay: true } : { focus: true });
  });

/** Renders the view again at the same scroll position. */
export const refresh = () => show({ stay: true });

function followLink(e) {
  const a = e.target.closest?.("a");
  const ours = a && a.origin === location.origin && `${a.pathname}/`.startsWith(`${ROOT}/`) && !a.hash && !a.target;
  if (!ours || e.button || e.metaKey || e.ctrlKey || e.shiftKey) return;
  e.preventDefault();
  navigate(a.href);
}

/** The route of a path, with the values of its :parts; undefined if there is none. */
export function find(pathname, table) {
  const given = pathname.slice(ROOT.length).split("/").filter(Boolean);
  for (const route of table) {
    const wanted = route.path.split("/").filter(Boolean);
    if (wanted.length !== given.length || wanted.some((part, i) => part[0] !== ":" && part !== given[i])) continue;
    return { route, params: Object.fromEntries(wanted.map((part, i) => [part.slice(1), decodeURIComponent(given[i])])) };
  }
}

/** @param {{ restore?: boolean, focus?: boolean, stay?: boolean }} how */
async function show({ restore, focus, stay }) {
  if (here) keepPlace();
  leaving.abort();
  const { signal } = (leaving = new AbortController());
  here = address();
  const main = document.getElementById("main");
  main.setAttribute("aria-busy", "true");
  const slow = setTimeout(() => stay || put(main, loading()), SLOW);
  const shown = await load(signal).catch((error) => failed(error, refresh));
  clearTimeout(slow);
  if (signal.aborted) return;
  present(main, shown);
  main.removeAttribute("aria-busy");
  const lost = stay && document.activeElement === document.body; // what had the focus is gone
  if (focus || lost) main.querySelector("h1")?.focus({ preventScroll: true });
  if (!stay) scrollTo(0, restore ? Number(storage.get(placeKey())) : 0);
}

async function load(signal) {
  const found = find(location.pathname, routes);
  if (!found) throw Object.assign(new Error("Page not found."), { status: 404 });
  const { view } = await found.route.load();
  return view({ params: found.params, query: new URLSearchParams(location.search), signal });
}

function present(main, { title, crumbs = [], body }) {
  const focused = document.activeElement.id;
  document.title = title === "Webhooks" ? title : `${title} · Webhooks`;
  const trail = title === "Webhooks" ? [] : [["Integrations", link()], ...crumbs];
  put(document.getElementById("crumbs"), h("ol", trail.map(([text, to]) => h("li", h("a", { href: to }, text)))));
  put(main, body);
  main.querySelector("h1")?.setAttribute("tabindex", "-1");
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

const loading = () => h("div.loading", { role: "status" }, h("span.hidden", "Loading…"), h("i"), h("i"), h("i"));
