import { h, put } from "../lib/dom.js";
import { dispatches, integrations } from "../lib/api.js";
import { eventName } from "../lib/deployment.js";
import { link } from "../lib/router.js";
import { time } from "../lib/time.js";
import { bars } from "../parts/bars.js";
import { integrationBadge } from "../parts/status.js";

/** All integrations of the user, each with its state. */
export async function view({ signal }) {
  const all = await integrations.all(signal);
  if (!all.length) return { title: "Webhooks", body: [welcome()] };
  all.sort((a, b) => urgency(b) - urgency(a) || a.name.localeCompare(b.name));
  const rows = all.map((integration) => ({ integration, ...row(integration) }));
  pictures(rows, signal);
  return {
    title: "Webhooks",
    body: [
      h("header.head", h("div.head-row", h("h1", "Integrations"), h("a.button.primary", { href: link("new") }, "New integration"))),
      h("ul.list", rows.map(({ el }) => el)),
    ],
  };
}

/** Integrations that need attention come first. */
const urgency = (integration) => (integration.status !== "active" ? 1 : integration.failingSince ? 2 : 0);

function row(integration) {
  const picture = h("div.picture");
  const el = h("li",
    h("div.list-main",
      h("a.list-name", { href: link("integrations", integration.id) }, integration.name),
      integrationBadge(integration),
      integration.statusReason && h("span", integration.statusReason)),
    h("div.list-sub", h("code", integration.requestUrl), h("span", integration.eventTypes.map(eventName).join(", "))),
    picture);
  return { el, picture };
}

/** Draws the charts of visible integrations only, because a user may have a hundred. */
function pictures(rows, signal) {
  const seen = new IntersectionObserver((entries) => {
    for (const { target } of entries.filter((e) => e.isIntersecting)) {
      seen.unobserve(target);
      const { integration, picture } = rows.find(({ el }) => el === target);
      draw(integration.id, picture, signal).catch(() => put(picture, "not available"));
    }
  });
  rows.forEach(({ el }) => seen.observe(el));
  signal.addEventListener("abort", () => seen.disconnect());
}

async function draw(id, into, signal) {
  const { dispatches: last } = await dispatches.page(id, { limit: 24 }, signal);
  const at = last.map((d) => d.lastAttempt?.startedAt ?? "").sort().at(-1);
  put(into, bars(last), at ? time(at) : last.length ? "none sent yet" : "no deliveries yet");
}

const STEPS = [
  ["Choose the events", "A task is running, has succeeded, or has failed."],
  ["Set the URL", "Your URL receives a POST with the JSON that you define."],
  ["Test it", "A real request shows you at once what your receiver answers."],
];

const welcome = () =>
  h("section.welcome",
    h("h1", "Tell your systems when a task changes"),
    h("p", "An integration sends a request to your URL whenever one of your scraping tasks starts, succeeds or fails: signed, logged, and tried again when it fails."),
    h("ol.steps", STEPS.map(([title, text]) => h("li.card", h("h2", title), h("p", text)))),
    h("a.button.primary", { href: link("new") }, "Set up your first integration"));
