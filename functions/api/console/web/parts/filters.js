// @ts-check
// What the log is narrowed to. It stands in the address, so that back, reload and a link keep it.

import { h } from "../lib/dom.js";
import { DISPATCH } from "../lib/causes.js";
import { link, navigate } from "../lib/router.js";
import { fromField, toField } from "../lib/time.js";

const HOUR = 3600_000;
/** @type {Record<string, [label: string, milliseconds: number]>} */
const PERIODS = { hour: ["Last hour", HOUR], day: ["Last 24 hours", 24 * HOUR], week: ["Last 7 days", 168 * HOUR], custom: ["From – to", 0] };

/** What the API is asked for. @param {URLSearchParams} query @returns {{ since?: string, until?: string }} */
export function periodOf(query) {
  const period = query.get("period") ?? "";
  if (period === "custom") return { since: query.get("since") ?? "", until: query.get("until") ?? "" };
  const length = PERIODS[period]?.[1];
  return length ? { since: new Date(Date.now() - length).toISOString() } : {};
}

/** @param {string} id of the integration @param {URLSearchParams} query */
export function filters(id, query) {
  /** @param {Record<string, string>} changes */
  const narrow = (changes) => {
    const q = new URLSearchParams(query);
    for (const [name, value] of Object.entries({ cursor: "", ...changes })) value ? q.set(name, value) : q.delete(name);
    return navigate(link("integrations", id) + (q.size ? `?${q}` : ""), { replace: true });
  };
  const custom = query.get("period") === "custom";
  return h("div.filters", { role: "group", "aria-label": "Filter the deliveries" },
    choice("filter-status", "Status", [["", "All"], ...Object.entries(DISPATCH)], query.get("status"), (status) => narrow({ status })),
    choice("filter-period", "Period", [["", "Any time"], ...Object.entries(PERIODS).map(([key, [label]]) => [key, label])], query.get("period"), (period) => narrow({ period, since: "", until: "" })),
    custom && [moment("filter-since", "From", query.get("since"), (since) => narrow({ since })), moment("filter-until", "To", query.get("until"), (until) => narrow({ until }))],
    h("a.button.end", { href: `${link("integrations", id, "recover")}` }, "Recover a period"));
}

/** @param {string} id @param {string} label @param {string[][]} options @param {string | null} value @param {(value: string) => any} onchoose */
const choice = (id, label, options, value, onchoose) =>
  h("label", { for: id }, h("span", null, label),
    h("select", { id, onchange: (/** @type {any} */ e) => onchoose(e.target.value) }, options.map(([key, text]) => h("option", { value: key, selected: key === (value ?? "") }, text))));

/** A field for a time. @param {string} id @param {string} label @param {string | null} value @param {(iso: string) => any} onchoose */
export const moment = (id, label, value, onchoose) =>
  h("label", { for: id }, h("span", null, label), h("input", { id, type: "datetime-local", value: toField(value), onchange: (/** @type {any} */ e) => onchoose(fromField(e.target.value)) }));
