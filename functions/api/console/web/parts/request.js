import { h, put } from "../lib/dom.js";
import { laidOut } from "../lib/json.js";
import { block } from "./code.js";

const OURS = /^(webhook|content-type|user-agent|request-origin)/i;

/** The user's headers; the others are shown on demand. */
function headerList(headers) {
  const all = Object.entries(headers).sort(([a], [b]) => a.localeCompare(b));
  const list = (some) => some.length > 0 && h("dl.headers", some.map(([name, value]) => h("div", h("dt", name), h("dd", value))));
  const ours = all.filter(([name]) => OURS.test(name));
  return [list(all.filter(([name]) => !OURS.test(name))), h("details.more", h("summary", `${ours.length} standard headers`), list(ours))];
}

/** A formatted body; the exact bytes are shown on demand. */
export function bodyView(body, label) {
  if (!body) return h("p.soft", "Empty.");
  const pretty = laidOut(body);
  if (pretty === body) return block(body, label);
  const holder = h("div", block(pretty, label));
  const raw = h("input", { type: "checkbox", onchange: () => put(holder, block(raw.checked ? body : pretty, label)) });
  return h("div", h("label.toggle", raw, "Exact bytes"), holder);
}

/** A request that was, or would be, sent. */
export function requestView({ method, url, headers, body }) {
  return [
    h("p.endpoint", h("span.method", method), h("code", url || "your URL")),
    headers ? headerList(headers) : h("p.soft", "No headers: the headers template has errors."),
    body === undefined ? h("p.soft", "No body: the payload template has errors.") : bodyView(body, "Request body"),
  ];
}

/** Says which values of the event were sent, and are not shown. */
export const maskedNote = (paths = []) => paths.length > 0 && h("p.soft", `Sent with the value of ${paths.join(", ")}, which is shown as ********.`);
