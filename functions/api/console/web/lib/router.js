// @ts-check
// Every view has its address. Going back, and reloading, returns to the view and to the place in it.

import { h, put } from "./dom.js";
import { storage } from "./session.js";

/**
 * @typedef {object} Page what a view gets
 * @property {Record<string, string>} params
 * @property {URLSearchParams} query
 * @property {any} state what whoever navigated here handed over
 * @property {AbortSignal} signal aborted when the view is left
 *
 * @typedef {{ title: string, crumbs?: [string, string][], body: Node[] }} Shown
 * @typedef {(page: Page) => Promise<Shown>} View
 * @typedef {{ path: string, load: () => Promise<{ view: View }> }} Route
 */

const ROOT = "/console";
const SLOW = 150; // milliseconds after which a view says that it is loading

/** @type {Route[]} */
let routes = [];
/** @type {(error: any, again: () => void) => Shown} */
let failed;
let leaving = new AbortController();
/** @type {(() => Promise<boolean>) | null} asks whether the view may be left */
let guard = null;
let here = location.href;

/** The address of a view: link("integrations", id). @param {...string} parts */
export const link = (...parts) => [ROOT, ...parts.map(encodeURIComponent)].join("/") + (parts.length ? "" : "/");

/** @param {Route[]} table @param {typeof failed} onError */
export function start(table, onError) {
  routes = table;
  failed = onError;
  history.scrollRestoration = "manual";
  document.addEventListener("click", followLink);
  addEventListener("popstate", () => leave(() => show(true), () => history.pushState(null, "", here)));
  addEventListener("beforeunload", (e) => guard && e.preventDefault());
  addEventListener("scrollend", keepPlace);
  return show(true);
}

/** Asks before the view is left, until it is left or called with null. @param {typeof guard} ask */
export function guardWith(ask) {
  guard = ask;
}

/** @param {() => any} go @param {() => void} [stay] */
async function leave(go, stay) {
  if (guard && !(await guard())) return stay?.();
  guard = null;
  return go();
}

/**
 * Goes to a view.
 * @param {string} to
 * @param {{ replace?: boolean, state?: any }} [options] replace keeps "back" where it led, and the focus where it is
 */
export const navigate = (to, { replace = false, state } = {}) =>
  leave(() => {
    history[replace ? "replaceState" : "pushState"]({ handed: state }, "", to);
    return show(replace, replace);
  });

/** Shows the view anew. */
export const refresh = () => show(true, true);

/** @param {MouseEvent} e */
function followLink(e) {
  const a = /** @type {Element} */ (e.target).closest?.("a");
  if (!a || e.defaultPrevented || e.button || e.metaKey || e.ctrlKey || e.shiftKey || a.target || a.origin !== location.origin) return;
  if (!(a.pathname + "/").startsWith(ROOT + "/") || a.getAttribute("href")?.startsWith("#")) return;
  e.preventDefault();
  navigate(a.href);
}

/** @param {string} pathname @returns {{ route: Route, params: Record<string, string> } | undefined} */
export function find(pathname, table = routes) {
  const given = pathname.slice(ROOT.length).split("/").filter(Boolean);
  for (const route of table) {
    const wanted = route.path.split("/").filter(Boolean);
    if (wanted.length !== given.length) continue;
    /** @type {Record<string, string>} */
    const params = {};
    const fits = wanted.every((part, i) => (part.startsWith(":") ? ((params[part.slice(1)] = decodeURIComponent(given[i])), true) : part === given[i]));
    if (fits) return { route, params };
  }
}

/** @param {boolean} restore the place @param {boolean} [keepFocus] */
async function show(restore, keepFocus = false) {
  leaving.abort();
  const current = (leaving = new AbortController());
  here = location.href;
  const main = /** @type {HTMLElement} */ (document.getElementById("main"));
  main.setAttribute("aria-busy", "true");
  const slow = setTimeout(() => keepFocus || put(main, loading()), SLOW);
  /** @type {Shown} */
  let shown;
  try {
    const found = find(location.pathname);
    if (!found) throw Object.assign(new Error("There is no such page."), { status: 404 });
    const { view } = await found.route.load();
    shown = await view({
      params: found.params, query: new URLSearchParams(location.search), state: history.state?.handed, signal: current.signal,
    });
  } catch (error) {
    if (current.signal.aborted) return;
    shown = failed(error, refresh);
  } finally {
    clearTimeout(slow);
  }
  if (current.signal.aborted) return;
  present(main, shown);
  settle(main, restore, keepFocus);
}

/** @param {HTMLElement} main @param {Shown} shown */
function present(main, { title, crumbs = [], body }) {
  const focused = document.activeElement?.id;
  document.title = title === "Webhooks" ? title : `${title} · Webhooks`;
  put(/** @type {Element} */ (document.getElementById("crumbs")), crumbs.length > 0 && h("ol", null, crumbs.map(([text, to]) => h("li", null, h("a", { href: to }, text)))));
  put(main, body);
  main.removeAttribute("aria-busy");
  if (focused && focused !== "main") document.getElementById(focused)?.focus({ preventScroll: true });
}

/** @param {HTMLElement} main @param {boolean} restore @param {boolean} keepFocus */
function settle(main, restore, keepFocus) {
  if (!keepFocus) {
    const heading = main.querySelector("h1");
    heading?.setAttribute("tabindex", "-1");
    (heading ?? main).focus({ preventScroll: true });
  }
  if (!keepFocus) scrollTo(0, restore ? Number(storage.get(placeKey())) : 0);
}

const placeKey = () => `console.place ${location.pathname}${location.search}`;
const keepPlace = () => storage.set(placeKey(), String(Math.round(scrollY)));

const loading = () => h("div.loading", { role: "status" }, h("span.hidden", null, "Loading…"), h("i"), h("i"), h("i"));
