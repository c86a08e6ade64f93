// One dispatch with its attempts.

import { follow, h, put } from "../lib/dom.js";
import { dispatches, integrations } from "../lib/api.js";
import { TRIGGER } from "../lib/causes.js";
import { eventName } from "../lib/deployment.js";
import { poll } from "../lib/poll.js";
import { link, refresh } from "../lib/router.js";
import { time } from "../lib/time.js";
import { attemptItem, endItem, nextItem } from "../parts/attempt.js";
import { copyButton, during, say } from "../parts/dialog.js";
import { bodyView, maskedNote } from "../parts/request.js";
import { dispatchBadge } from "../parts/status.js";

const NEAR = 5000; // milliseconds before an attempt, from which one looks often

export async function view({ params: { id, dispatch }, signal }) {
  const [{ data: integration }, first] = await Promise.all([integrations.get(id, signal), dispatches.get(id, dispatch, signal)]);
  let d = first;
  const badge = h("span", { role: "status" });
  const redeliver = h("button", { onclick: () => during(redeliver, again) }, "Redeliver");
  const line = h("ol.timeline", { "aria-label": "Attempts, the newest first" });
  const facts = h("dl.facts");

  async function again() {
    await dispatches.redeliver(id, dispatch);
    say("Queued again.");
    await refresh();
  }

  function draw() {
    const state = dispatchBadge(d.status);
    if (badge.textContent !== state.textContent) put(badge, state);
    redeliver.hidden = !ended(d) || !d.event;
    follow(facts, factsOf(d), ([label]) => label, fact);
    follow(line, steps(d), (s) => s.number ?? 0, (s) => stepItem(s, d));
  }

  draw();
  poll(signal, () => pace(d), async () => {
    d = await dispatches.get(id, dispatch, signal);
    draw();
  });
  return {
    title: `${eventName(d.eventType)} to ${integration.name}`,
    crumbs: [[integration.name, link("integrations", id)]],
    body: [
      h("header.head", h("div.head-row", h("div.head-name", h("h1", eventName(d.eventType)), badge), h("div.buttons", redeliver)), facts),
      line,
      h("details.card", h("summary", "The event, as the platform sent it"), d.event ? [bodyView(JSON.stringify(d.event), "Event"), maskedNote(d.maskedPaths)] : h("p.soft", d.eventNote)),
    ],
  };
}

const ended = (d) => !["PENDING", "RETRYING", "WAITING"].includes(d.status);

/** Milliseconds until the next refresh: short while a response is expected, null once the dispatch has ended. */
function pace(d) {
  if (ended(d)) return null;
  const far = Date.parse(d.nextAttemptAt ?? 0) - Date.now() > NEAR;
  return far ? 3000 : 500;
}

/** The attempts, newest first, below the next attempt or the result. */
function steps(d) {
  const attempts = d.attempts.toReversed();
  if (d.status === "WAITING") return [{ reason: d.reason, status: d.status }, ...attempts];
  if (!ended(d)) return [{ next: d.nextAttemptAt, status: d.status }, ...attempts];
  return d.reason ? [{ reason: d.reason, status: d.status }, ...attempts] : attempts;
}

function stepItem(step, d) {
  if (step.number) return attemptItem(step, step.number === d.attemptCount, d.maskedPaths);
  return step.reason ? endItem(step.status, step.reason) : nextItem(step.status, step.next);
}

const factsOf = (d) => [
  ["Dispatch", d.id, "id"],
  ["Event", d.eventId, "id"],
  ["Event time", d.createdAt, "time"],
  ["Cause", TRIGGER[d.trigger], "text"],
];

function fact([label, value, kind]) {
  const shown = {
    time: () => [time(value, "clock", true), h("span.soft", time(value))],
    id: () => [h("code", value), copyButton(value, `the ${label.toLowerCase()} id`)],
    text: () => value,
  };
  return h("div", h("dt", label), h("dd", shown[kind]()));
}
