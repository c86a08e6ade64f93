// Redelivers the failed and held dispatches of a period, page by page.

import { h, put } from "../lib/dom.js";
import { integrations } from "../lib/api.js";
import { link } from "../lib/router.js";
import { during } from "../parts/dialog.js";
import { check } from "../parts/field.js";
import { moment } from "../parts/filters.js";
import { header } from "../parts/header.js";

const STATUSES = [
  ["FAILED", "Failed", "Failed after the last attempt."],
  ["HELD", "Held", "Arrived while the integration was paused."],
  ["SUCCEEDED", "Delivered", "Your receiver took them already, and gets them again."],
];

export async function view({ params: { id }, query, signal }) {
  const { data: integration } = await integrations.get(id, signal);
  const chosen = query.has("status") ? query.getAll("status") : ["FAILED", "HELD"];
  const period = { since: query.has("status") ? "" : new Date(Date.now() - 86400_000).toISOString(), until: "" }; // a day
  const boxes = STATUSES.map(([value]) => h("input", { type: "checkbox", value, checked: chosen.includes(value) }));
  const out = h("div.progress", { role: "status" });
  const start = h("button.primary", { type: "submit" }, "Recover");

  const work = () => run(id, { ...period, statuses: boxes.filter((b) => b.checked).map((b) => b.value) }, out, signal);
  return {
    title: `Recover deliveries of ${integration.name}`,
    crumbs: [[integration.name, link("integrations", id)]],
    body: [
      header(integration, ""),
      h("form.card", { onsubmit: (e) => { e.preventDefault(); during(start, work); } },
        h("h2", "Recover a period"),
        h("p.help", "Redelivers, oldest first, with the current settings and the same dispatch ids. Tests are left out."),
        h("div.filters", moment("recover-since", "From", period.since, (iso) => { period.since = iso; }), moment("recover-until", "To", "", (iso) => { period.until = iso; })),
        h("fieldset.field", h("legend", "Which ones"), h("div.checks", STATUSES.map(([, label, text], i) => check(boxes[i], label, text)))),
        h("div.buttons", start, h("a.button", { href: link("integrations", id) }, "Back to deliveries")),
        out),
    ],
  };
}

/** Recovers page by page and shows the progress in out, until the view is left. */
async function run(id, asked, out, leaving) {
  if (!asked.statuses.length) return put(out, h("p.wrong", "Choose at least one event type."));
  const stop = new AbortController();
  const signal = AbortSignal.any([leaving, stop.signal]);
  const counts = h("p");
  put(out, h("progress", { "aria-label": "Recovering" }), counts, h("button", { onclick: () => stop.abort() }, "Stop"));

  let body = Object.fromEntries(Object.entries(asked).filter(([, value]) => value.length));
  let queued = 0, skipped = 0;
  const tell = () => `${queued} queued${skipped ? `, ${skipped} left out` : ""}`;
  try {
    while (body) {
      put(counts, `${tell()}…`);
      const { data } = await integrations.recover(id, body, signal);
      queued += data.queued;
      skipped += data.skipped;
      body = data.cursor && { cursor: data.cursor };
    }
    put(out, h("p", h("b", queued ? "Done: " : "Nothing to recover: "), queued || skipped ? `${tell()}.` : "no delivery of that kind is in this period."));
  } catch (error) {
    put(out, h("p.wrong", stop.signal.aborted ? "Stopped." : error.message, ` So far: ${tell()}. Recover again to go on.`));
  }
}
