// @ts-check
// One dispatch, with what came of each attempt.

import { follow, h, put } from "../lib/dom.js";
import { dispatches, integrations } from "../lib/api.js";
import { EVENT, TRIGGER } from "../lib/causes.js";
import { poll } from "../lib/poll.js";
import { link, refresh } from "../lib/router.js";
import { time } from "../lib/time.js";
import { attemptItem, endItem, nextItem } from "../parts/attempt.js";
import { copyButton } from "../parts/copy.js";
import { during, say } from "../parts/dialog.js";
import { bodyView } from "../parts/request.js";
import { dispatchBadge } from "../parts/status.js";

const NEAR = 5000; // milliseconds before an attempt from which its answer is looked for often

/** @type {import("../lib/router.js").View} */
export async function view({ params: { id, dispatch }, signal }) {
  const [{ data: in_ }, first] = await Promise.all([integrations.get(id, signal), dispatches.get(id, dispatch, signal)]);
  let d = first;
  const badge = h("span", { role: "status" });
  const redeliver = h("button", { type: "button", onclick: () => during(redeliver, again) }, "Redeliver");
  const line = h("ol.timeline", { "aria-label": "Attempts, the newest first" });
  const facts = h("dl.facts");

  async function again() {
    await dispatches.redeliver(id, dispatch);
    say("On its way again.");
    await refresh();
  }

  function draw() {
    const state = dispatchBadge(d.status);
    if (badge.textContent !== state.textContent) put(badge, state);
    redeliver.hidden = !ended(d) || !d.event;
    follow(facts, factsOf(d), ([label]) => label, fact);
    follow(line, steps(d), (s) => s.key, (s) => stepItem(s, d));
  }

  draw();
  poll(signal, () => pace(d), async () => {
    d = await dispatches.get(id, dispatch, signal);
    draw();
  });
  return {
    title: `${EVENT[d.eventType] ?? d.eventType} to ${in_.name}`,
    crumbs: [["Integrations", link()], [in_.name, link("integrations", id)]],
    body: [
      h("header.head", null, h("div.head-row", null, h("div.head-name", null, h("h1", null, EVENT[d.eventType] ?? d.eventType), badge), h("div.buttons", null, redeliver)), facts),
      line,
      h("details.card.event", null, h("summary", null, "The event, as the platform sent it"), d.event ? bodyView(JSON.stringify(d.event), "Event") : h("p.soft", null, d.eventNote)),
    ],
  };
}

/** @param {any} d */
const ended = (d) => !["PENDING", "RETRYING"].includes(d.status);

/** Milliseconds until the next look: soon where an answer is near, null when all is over. @param {any} d */
function pace(d) {
  if (ended(d)) return null;
  const due = d.nextAttemptAt ? Date.parse(d.nextAttemptAt) - Date.now() : 0;
  return due < NEAR ? 500 : 3000;
}

/**
 * The attempts, the newest first, under what comes next or how it ended.
 * @param {any} d
 * @returns {{ key: string, kind: "attempt" | "next" | "end", attempt?: any, status?: string, at?: string, reason?: string }[]}
 */
function steps(d) {
  const attempts = d.attempts.map((/** @type {any} */ attempt) => ({ key: `attempt-${attempt.number}`, kind: "attempt", attempt })).reverse();
  if (!ended(d)) return [{ key: "next", kind: "next", status: d.status, at: d.nextAttemptAt }, ...attempts];
  if (d.reason) return [{ key: "end", kind: "end", status: d.status, reason: d.reason }, ...attempts];
  return attempts;
}

/** @param {ReturnType<typeof steps>[number]} step @param {any} d */
function stepItem(step, d) {
  if (step.kind === "next") return nextItem(step.status, step.at);
  if (step.kind === "end") return endItem(step.status, step.reason);
  return attemptItem(step.attempt, step.attempt.number === d.attempts.at(-1).number);
}

/** @param {any} d @returns {[label: string, value: string, kind?: string][]} */
const factsOf = (d) => [
  ["Dispatch", d.id, "id"],
  ["Event", d.eventId, "id"],
  ["Created", d.createdAt, "time"],
  ["Cause", TRIGGER[d.trigger] ?? d.trigger],
];

/** @param {[label: string, value: string, kind?: string]} fact */
function fact([label, value, kind]) {
  const shown = kind === "time" ? [time(value, "clock", true), h("span.soft", null, " ", time(value))] : kind === "id" ? [h("code", null, value), copyButton(value, `the ${label.toLowerCase()} id`)] : value;
  return h("div", null, h("dt", null, label), h("dd", null, shown));
}
