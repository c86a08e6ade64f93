// @ts-check
// The log of an integration's dispatches.

import { follow, h, put } from "../lib/dom.js";
import { dispatches, integrations } from "../lib/api.js";
import { EVENT, TRIGGER } from "../lib/causes.js";
import { poll } from "../lib/poll.js";
import { link } from "../lib/router.js";
import { duration, time } from "../lib/time.js";
import { test } from "../parts/actions.js";
import { during } from "../parts/dialog.js";
import { filters, periodOf } from "../parts/filters.js";
import { header } from "../parts/header.js";
import { answerBadge, dispatchBadge } from "../parts/status.js";

const PAGE = 25;
const LOOK = 3000; // milliseconds between looks for what is new
const READS = 4; // pages of the API for one of ours: a rare status may fill the first ones poorly

/** @type {import("../lib/router.js").View} */
export async function view({ params: { id }, query, signal }) {
  const cursor = query.get("cursor") ?? "";
  const load = () => page(id, query, signal);
  const [{ data: in_ }, first] = await Promise.all([integrations.get(id, signal), load()]);
  const filtered = query.has("status") || query.has("period");

  const rows = h("tbody");
  const fresh = h("div.fresh", { role: "status" });
  const log = h("div");
  let shown = first.items;

  function draw() {
    follow(rows, shown, (d) => d.id, (d) => row(id, d));
    if (shown.length && !rows.isConnected) put(log, table(rows));
    if (!shown.length) put(log, filtered || cursor ? nothing(id) : firstSteps(in_));
    put(fresh);
  }

  /** Rows change in place; what is new waits for a click, unless nothing would move. */
  async function look() {
    const { items } = await load();
    const known = new Set(shown.map((d) => d.id));
    const added = items.filter((d) => !known.has(d.id)).length;
    if (!shown.length || !added) { shown = items; return draw(); }
    const now = new Map(items.map((d) => [d.id, d]));
    shown = shown.map((d) => now.get(d.id) ?? d);
    draw();
    put(fresh, h("button", { type: "button", onclick() { shown = items; draw(); } }, added === 1 ? "1 new delivery" : `${added} new deliveries`));
  }

  draw();
  if (!cursor) poll(signal, () => LOOK, look);
  return {
    title: in_.name,
    crumbs: [["Integrations", link()]],
    body: [header(in_, ""), filters(id, query), fresh, log, pager(id, query, first.cursor)],
  };
}

/**
 * @param {string} id @param {URLSearchParams} query @param {AbortSignal} signal
 * @returns {Promise<{ items: any[], cursor: string }>}
 */
async function page(id, query, signal) {
  /** @type {any[]} */
  const items = [];
  let cursor = query.get("cursor") ?? "";
  for (let reads = 0; reads < READS; reads++) {
    const answer = await dispatches.page(id, { status: query.get("status"), ...periodOf(query), limit: PAGE - items.length, cursor }, signal);
    items.push(...answer.dispatches);
    cursor = answer.cursor ?? "";
    if (!cursor || items.length >= PAGE) break;
  }
  return { items, cursor };
}

const COLUMNS = ["Status", "Event", "Created", "Attempts", "Last answer", "Next"];

/** @param {Element} rows */
const table = (rows) =>
  h("table.log", null, h("caption.hidden", null, "Deliveries, the newest first"),
    h("thead", null, h("tr", null, COLUMNS.map((c) => h("th", { scope: "col" }, c)))), rows);

/** @param {string} id @param {any} d */
function row(id, d) {
  const last = d.lastAttempt;
  const event = EVENT[d.eventType] ?? d.eventType;
  return h("tr", null,
    h("td", null, dispatchBadge(d.status)),
    h("td", null, h("a.row", { href: link("integrations", id, "dispatches", d.id) }, event), d.trigger === "redelivery" && h("span.soft", null, ` ${TRIGGER[d.trigger]}`)),
    h("td", null, time(d.createdAt, "clock")),
    h("td.number", null, h("span.only-narrow", null, "Attempts: "), d.attemptCount),
    h("td", null, answerBadge(last), last && h("span.soft", null, ` ${duration(last.durationMs)}`)),
    h("td", null, d.status === "RETRYING" && d.nextAttemptAt && h("span.soft", null, "in ", time(d.nextAttemptAt, "left"))));
}

/** @param {string} id */
const nothing = (id) => h("div.state", null, h("h2", null, "Nothing matches"), h("p", null, "No delivery of that kind is in this period."), h("a.button", { href: link("integrations", id) }, "Show all"));

/** @param {import("../lib/api.js").Integration} in_ */
const firstSteps = (in_) =>
  h("div.state", null,
    h("h2", null, "No deliveries yet"),
    h("p", null, `They appear here as your tasks change (${in_.eventTypes.map((t) => EVENT[t] ?? t).join(", ")}). Send a test to see what your receiver answers.`),
    h("div.buttons", null,
      in_.status === "active" && h("button.primary", { type: "button", onclick: (/** @type {any} */ e) => during(e.currentTarget, () => test(in_.id)) }, "Send test"),
      h("a.button", { href: link("integrations", in_.id, "signing") }, "Verify signatures")));

/** @param {string} id @param {URLSearchParams} query @param {string} next */
function pager(id, query, next) {
  const to = (/** @type {string} */ cursor) => {
    const q = new URLSearchParams(query);
    cursor ? q.set("cursor", cursor) : q.delete("cursor");
    return link("integrations", id) + (q.size ? `?${q}` : "");
  };
  if (!next && !query.has("cursor")) return null;
  return h("nav.pager", { "aria-label": "Pages" },
    query.has("cursor") ? h("a.button", { href: to("") }, "Newest") : h("span"),
    next && h("a.button", { href: to(next) }, "Older"));
}
