// The filters of the log. They are part of the URL, so that back, reload and links keep them.

import { h } from "../lib/dom.js";
import { DISPATCH } from "../lib/causes.js";
import { link, navigate } from "../lib/router.js";
import { fromField, toField } from "../lib/time.js";

/** Periods with their length in hours. */
const PERIODS = { hour: ["Last hour", 1], day: ["Last 24 hours", 24], week: ["Last 7 days", 168], custom: ["From – to", 0] };

/** The query parameters of the API request. */
export function periodOf(query) {
  const hours = PERIODS[query.get("period")]?.[1];
  if (hours) return { since: new Date(Date.now() - hours * 3600_000).toISOString() };
  return { since: query.get("since"), until: query.get("until") };
}

/** The URL of the log with some parameters changed. */
export function logAddress(id, query, changes) {
  const next = new URLSearchParams([...query].filter(([name]) => !(name in changes)));
  for (const [name, value] of Object.entries(changes)) if (value) next.set(name, value);
  return link("integrations", id) + (next.size ? `?${next}` : "");
}

/** The filter controls for the integration with the id. */
export function filters(id, query) {
  // Use the current URL: the view of an earlier choice may still be loading.
  const narrow = (changes) => navigate(logAddress(id, new URLSearchParams(location.search), { cursor: "", ...changes }), true);
  const periods = [["", "Any time"], ...Object.entries(PERIODS).map(([key, [label]]) => [key, label])];
  return h("div.filters", { role: "group", "aria-label": "Filter the deliveries" },
    choice("filter-status", "Status", [["", "All"], ...Object.entries(DISPATCH)], query.get("status"), (status) => narrow({ status })),
    choice("filter-period", "Event time", periods, query.get("period"), (period) => narrow({ period, since: "", until: "" })),
    query.get("period") === "custom" && [
      moment("filter-since", "From", query.get("since"), (since) => narrow({ since })),
      moment("filter-until", "To", query.get("until"), (until) => narrow({ until })),
    ],
    h("a.button.end", { href: link("integrations", id, "recover") }, "Recover a period"));
}

const choice = (id, label, options, value, onchoose) =>
  h("label", label,
    h("select", { id, onchange: (e) => onchoose(e.target.value) }, options.map(([key, text]) => h("option", { value: key, selected: key === (value ?? "") }, text))));

/** A date and time field. */
export const moment = (id, label, value, onchoose) =>
  h("label", label, h("input", { id, type: "datetime-local", value: toField(value), onchange: (e) => onchoose(fromField(e.target.value)) }));
