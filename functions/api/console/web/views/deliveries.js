// The log of an integration's dispatches.

import { follow, h, put } from "../lib/dom.js";
import { dispatches, integrations } from "../lib/api.js";
import { TRIGGER } from "../lib/causes.js";
import { eventName } from "../lib/deployment.js";
import { poll } from "../lib/poll.js";
import { link } from "../lib/router.js";
import { duration, time } from "../lib/time.js";
import { test } from "../parts/actions.js";
import { during } from "../parts/dialog.js";
import { filters, logAddress, periodOf } from "../parts/filters.js";
import { header } from "../parts/header.js";
import { answerBadge, dispatchBadge } from "../parts/status.js";

const PAGE = 25;
const LOOK = 3000; // milliseconds between looks for what is new
const READS = 4; // of the API for one page: a rare status fills them poorly

export async function view({ params: { id }, query, signal }) {
  const cursor = query.get("cursor") ?? "";
  const load = () => page(id, query, signal);
  const [{ data: integration }, first] = await Promise.all([integrations.get(id, signal), load()]);
  const filtered = query.has("status") || query.has("period");

  const rows = h("tbody"), full = table(rows), empty = filtered || cursor ? nothing(id) : firstSteps(integration);
  const fresh = h("div.fresh", { role: "status" });
  let shown = first.items;

  function draw() {
    follow(rows, shown, (d) => d.id, (d) => row(id, d));
    full.hidden = !shown.length;
    empty.hidden = !full.hidden;
    put(fresh);
  }

  /** Updates rows in place. New rows wait for a click unless showing them moves nothing. */
  async function look() {
    const { items } = await load();
    const added = items.filter((d) => !shown.some(({ id }) => id === d.id)).length;
    const all = () => { shown = items; draw(); };
    if (!shown.length || !added) return all();
    shown = shown.map((d) => items.find(({ id }) => id === d.id) ?? d);
    draw();
    put(fresh, h("button", { onclick: all }, added === 1 ? "1 new delivery" : `${added} new deliveries`));
  }

  draw();
  if (!cursor) poll(signal, () => LOOK, look);
  return {
    title: integration.name,
    body: [header(integration, ""), filters(id, query), fresh, full, empty, pager(id, query, first.cursor)],
  };
}

/** A page of the log: { items, cursor }. */
async function page(id, query, signal) {
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

const COLUMNS = ["Status", "Event", "Last attempt", "Attempts", "Last answer", "Next"];

const table = (rows) =>
  h("table.log", h("caption.hidden", "Deliveries, the newest event first"),
    h("thead", h("tr", COLUMNS.map((c) => h("th", { scope: "col" }, c)))), rows);

function row(id, d) {
  const last = d.lastAttempt;
  return h("tr",
    h("td", dispatchBadge(d.status)),
    h("td", h("a.row", { href: link("integrations", id, "dispatches", d.id) }, eventName(d.eventType)), d.trigger === "redelivery" && h("span.soft", ` ${TRIGGER[d.trigger]}`)),
    h("td", last ? time(last.startedAt, "clock") : h("span.soft", "none; event of ", time(d.createdAt, "clock"))),
    h("td", d.attemptCount),
    h("td", answerBadge(last), last && h("span.soft", ` ${duration(last.durationMs)}`)),
    h("td", d.status === "RETRYING" && d.nextAttemptAt && h("span.soft", "in ", time(d.nextAttemptAt, "left"))));
}

const nothing = (id) => h("div.state", h("h2", "Nothing matches"), h("p", "No such deliveries in this period."), h("a.button", { href: link("integrations", id) }, "Show all"));

const firstSteps = (integration) =>
  h("div.state",
    h("h2", "No deliveries yet"),
    h("p", "They appear here as your tasks change. Send a test to see what your receiver answers."),
    h("div.buttons",
      integration.status === "active" && h("button.primary", { onclick: (e) => during(e.currentTarget, () => test(integration)) }, "Send test"),
      h("a.button", { href: link("integrations", integration.id, "signing") }, "Verify signatures")));

function pager(id, query, next) {
  if (!next && !query.has("cursor")) return null;
  return h("nav.pager", { "aria-label": "Pages" },
    query.has("cursor") ? h("a.button", { href: logAddress(id, query, { cursor: "" }) }, "Newest") : h("span"),
    next && h("a.button", { href: logAddress(id, query, { cursor: next }) }, "Older"));
}
