// @ts-check
import { h, put } from "../lib/dom.js";
import { laidOut } from "../lib/json.js";
import { block } from "./code.js";

/** The headers in the order of interest: the user's own come first, then the product's. @param {Record<string, string>} headers */
function headerList(headers) {
  const ours = (/** @type {string} */ name) => /^(webhook|content-type|user-agent|request-origin|host)/i.test(name);
  const sorted = Object.entries(headers).sort(([a], [b]) => Number(ours(a)) - Number(ours(b)) || a.localeCompare(b));
  return h("dl.headers", null, sorted.map(([name, value]) => h("div", null, h("dt", null, name), h("dd", null, value))));
}

/**
 * A body: laid out for reading, and on demand byte for byte.
 * @param {string} body @param {string} label
 */
export function bodyView(body, label) {
  if (!body) return h("p.soft", null, "Empty.");
  const pretty = laidOut(body);
  if (pretty === body) return block(body, label);
  const holder = h("div", null, block(pretty, label));
  const raw = h("input", { type: "checkbox", onchange: () => put(holder, block(raw.checked ? body : pretty, label)) });
  return h("div", null, h("label.toggle", null, raw, "Exact bytes"), holder);
}

/**
 * A request as it is, or would be, sent.
 * @param {{ method: string, url: string, headers?: Record<string, string>, body?: string }} request
 */
export function requestView({ method, url, headers, body }) {
  return [
    h("p.endpoint", null, h("span.method", null, method), h("code", null, url || "your URL")),
    headers ? headerList(headers) : h("p.soft", null, "The headers follow when their template is right."),
    body === undefined ? h("p.soft", null, "The body follows when its template is right.") : bodyView(body, "Request body"),
  ];
}
