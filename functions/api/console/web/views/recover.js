// @ts-check
// Sending again what failed or was held in a period, page by page.

import { h, put } from "../lib/dom.js";
import { integrations } from "../lib/api.js";
import { link } from "../lib/router.js";
import { during } from "../parts/dialog.js";
import { moment } from "../parts/filters.js";
import { header } from "../parts/header.js";

const DAY = 24 * 3600_000;
const STATUSES = /** @type {const} */ ([
  ["FAILED", "Failed", "Given up after their last attempt."],
  ["HELD", "Held", "Came while the integration was paused."],
  ["SUCCEEDED", "Delivered", "Your receiver took them already, and gets them again."],
]);

/** @type {import("../lib/router.js").View} */
export async function view({ params: { id }, query, signal }) {
  const { data: in_ } = await integrations.get(id, signal);
  const chosen = query.has("status") ? query.getAll("status") : ["FAILED", "HELD"];
  const period = { since: query.has("status") ? "" : new Date(Date.now() - DAY).toISOString(), until: "" };
  const boxes = STATUSES.map(([value]) => h("input", { type: "checkbox", value, checked: chosen.includes(value) }));
  const out = h("div.progress", { role: "status" });
  const start = h("button.primary", { type: "submit" }, "Recover");

  const work = () => run(id, { ...period, statuses: boxes.filter((b) => b.checked).map((b) => b.value) }, out, signal);
  return {
    title: `Recover deliveries of ${in_.name}`,
    crumbs: [["Integrations", link()], [in_.name, link("integrations", id)]],
    body: [
      header(in_, "recover"),
      h("form.card.recover", { onsubmit: (/** @type {Event} */ e) => { e.preventDefault(); during(start, work); } },
        h("h2", null, "Recover a period"),
        h("p.help", null, "Puts deliveries into the queue again, the oldest first, with the settings of today and the same dispatch ids. Tests are left out."),
        h("div.filters", null, moment("recover-since", "From", period.since, (iso) => { period.since = iso; }), moment("recover-until", "To", "", (iso) => { period.until = iso; })),
        h("fieldset.field", null, h("legend", null, "Which ones"), h("div.checks", null, STATUSES.map(([, label, text], i) => h("label.check", null, boxes[i], h("span", null, h("b", null, label), h("span.soft", null, text)))))),
        h("div.buttons", null, start, h("a.button", { href: link("integrations", id) }, "Back to deliveries")),
        out),
    ],
  };
}

/**
 * @param {string} id @param {{ since: string, until: string, statuses: string[] }} asked
 * @param {Element} out @param {AbortSignal} leaving
 */
async function run(id, asked, out, leaving) {
  if (!asked.statuses.length) return put(out, h("p.wrong", null, "Choose at least one kind."));
  const stop = new AbortController();
  const signal = AbortSignal.any([leaving, stop.signal]);
  const counts = h("p");
  put(out, h("progress", { "aria-label": "Recovering" }), counts, h("button", { type: "button", onclick: () => stop.abort() }, "Stop"));
  /** @type {any} */
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
    put(out, h("p.done", null, h("b", null, queued ? "Done. " : "Nothing to recover. "), queued || skipped ? `${tell()}.` : "No delivery of that kind is in this period."), h("a", { href: link("integrations", id) }, "See them go"));
  } catch (error) {
    put(out, h("p.wrong", null, stop.signal.aborted ? `Stopped: ${tell()}. Recover again to go on.` : `${/** @type {Error} */ (error).message} So far: ${tell()}. Recover again to go on.`));
  }
}
