// @ts-check
import { h, put } from "../lib/dom.js";
import { dispatches, integrations } from "../lib/api.js";
import { EVENT } from "../lib/causes.js";
import { link } from "../lib/router.js";
import { time } from "../lib/time.js";
import { bars } from "../parts/bars.js";
import { integrationBadge } from "../parts/status.js";

/** @typedef {import("../lib/api.js").Integration} Integration */

/** All integrations of the user, each with its state. @type {import("../lib/router.js").View} */
export async function view({ signal }) {
  const all = await integrations.all(signal);
  if (!all.length) return { title: "Webhooks", body: [welcome()] };
  all.sort((a, b) => urgency(b) - urgency(a) || a.name.localeCompare(b.name));
  const rows = all.map((in_) => ({ in_, ...row(in_) }));
  pictures(rows, signal);
  return {
    title: "Webhooks",
    body: [
      h("header.head", null, h("div.head-row", null, h("h1", null, "Integrations"), h("a.button.primary", { href: link("new") }, "New integration"))),
      h("ul.list", null, rows.map(({ el }) => el)),
    ],
  };
}

/** What needs its owner comes first. @param {Integration} in_ */
const urgency = (in_) => (in_.status !== "active" ? 1 : in_.failingSince ? 2 : 0);

/** @param {Integration} in_ */
function row(in_) {
  const picture = h("div.picture");
  const el = h("li", null,
    h("div.list-main", null,
      h("a.list-name", { href: link("integrations", in_.id) }, in_.name),
      integrationBadge(in_),
      in_.statusReason && h("span.soft.reason", null, in_.statusReason)),
    h("div.list-sub", null, h("code", null, in_.requestUrl), h("span.soft", null, in_.eventTypes.map((t) => EVENT[t] ?? t).join(", "))),
    picture);
  return { el, picture };
}

const AT_ONCE = 4;

/**
 * Draws the pictures of what is in sight, a few at a time: a user may have a hundred.
 * @param {{ in_: Integration, el: Element, picture: Element }[]} rows @param {AbortSignal} signal
 */
function pictures(rows, signal) {
  /** @type {typeof rows} */
  const waiting = [];
  let busy = 0;
  async function work() {
    if (busy >= AT_ONCE || signal.aborted) return;
    const next = waiting.shift();
    if (!next) return;
    busy++;
    await draw(next.in_.id, next.picture, signal).catch(() => put(next.picture, h("span.soft", null, "not available")));
    busy--;
    work();
  }
  const seen = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const found = isIntersecting && rows.find(({ el }) => el === target);
      if (!found) continue;
      seen.unobserve(target);
      waiting.push(found);
      work();
    }
  });
  rows.forEach(({ el }) => seen.observe(el));
  signal.addEventListener("abort", () => seen.disconnect());
}

/** @param {string} id @param {Element} into @param {AbortSignal} signal */
async function draw(id, into, signal) {
  const { dispatches: last } = await dispatches.page(id, { limit: 24 }, signal);
  put(into, bars(last), h("span.soft", null, last.length ? time(last[0].createdAt) : "no deliveries yet"));
}

const STEPS = [
  ["Choose what to hear of", "A task is running, has succeeded, or has failed."],
  ["Say where to send it", "Your URL gets a POST with the JSON that you lay out."],
  ["Test it", "A real request shows you at once what your receiver answers."],
];

const welcome = () =>
  h("section.welcome", null,
    h("h1", null, "Tell your systems when a task changes"),
    h("p", null, "An integration sends an HTTP request to your URL whenever one of your scraping tasks starts, succeeds or fails. It is signed, tried again when it fails, and logged."),
    h("ol.steps", null, STEPS.map(([title, text]) => h("li", null, h("h2", null, title), h("p", null, text)))),
    h("a.button.primary.large", { href: link("new") }, "Set up your first integration"));
