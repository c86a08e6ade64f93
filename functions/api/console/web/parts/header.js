import { h } from "../lib/dom.js";
import { pauseAfter } from "../lib/deployment.js";
import { time } from "../lib/time.js";
import { link } from "../lib/router.js";
import { pause, probe, remove, resume, test } from "./actions.js";
import { during } from "./dialog.js";
import { integrationBadge } from "./status.js";

const TABS = [["", "Deliveries"], ["settings", "Settings"], ["signing", "Signing secret"]];

/**
 * The header of every view of an integration: its name and state, its actions, and
 * links to its other views.
 */
export function header(integration, current) {
  return h("header.head",
    h("div.head-row",
      h("div.head-name", h("h1", integration.name), integrationBadge(integration)),
      h("div.buttons", actions(integration))),
    h("p.endpoint", h("span.method", "POST"), h("code", integration.requestUrl)),
    banner(integration),
    h("nav.tabs", { "aria-label": "Integration" },
      TABS.map(([path, label]) => h("a", { href: link("integrations", integration.id, ...[path].filter(Boolean)), "aria-current": path === current && "page" }, label))));
}

function actions(integration) {
  const action = (spec, label, work) => h(spec, { onclick: (e) => during(e.currentTarget, () => work(integration)) }, label);
  return [
    integration.status === "active"
      ? [action("button.primary", "Send test", test), action("button", "Pause", pause)]
      : action("button.primary", integration.status === "paused" ? "Resume" : "Enable", resume),
    action("button.quiet.danger-text", "Delete", remove),
  ];
}

function banner(integration) {
  const { status, statusReason, failingSince, health } = integration;
  const reason = statusReason ? `${statusReason}. ` : "";
  if (status === "paused") return h("p.banner.paused", h("strong", "Paused. "), reason, "Events are held, and delivered when you resume.");
  if (status === "disabled") return h("p.banner.failed", h("strong", "Disabled. "), reason, "Events are ignored until you enable it.");
  if (health?.state === "open") return down(integration);
  if (health?.state === "releasing") return h("p.banner.paused", h("strong", "Catching up. "), health.reason ? `${health.reason}. ` : "", waiting(health), " The oldest go out first.");
  return failingSince && h("p.banner.failed", h("strong", "Deliveries are failing"), " since ", time(failingSince, "clock", true),
    `. After ${pauseAfter()} without a success the integration is paused, and its events are held.`);
}

/** What is known of an endpoint that is down, and the way to ask it at once. */
function down(integration) {
  const { since, reason, nextProbeAt } = integration.health;
  return h("p.banner.failed", h("strong", "The endpoint is down"), " since ", time(since, "clock", true), `: ${reason}. `, waiting(integration.health),
    nextProbeAt && [" It is tried again ", h("span", "in ", time(nextProbeAt, "left")), ". "],
    h("button.link", { onclick: (e) => during(e.currentTarget, () => probe(integration)) }, "Try now"));
}

const waiting = ({ waiting: n }) => (n ? `${n >= 1000 ? "1,000 or more" : n} ${n === 1 ? "delivery waits" : "deliveries wait"}, and none is lost.` : "");
