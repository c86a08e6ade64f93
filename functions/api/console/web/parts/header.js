// @ts-check
import { h } from "../lib/dom.js";
import { time } from "../lib/time.js";
import { link } from "../lib/router.js";
import { pause, remove, resume, test } from "./actions.js";
import { during } from "./dialog.js";
import { integrationBadge } from "./status.js";

/** @typedef {import("../lib/api.js").Integration} Integration */

const TABS = /** @type {const} */ ([["", "Deliveries"], ["settings", "Settings"], ["signing", "Signing secret"]]);

/**
 * What stands above every view of an integration: its name and state, what can be
 * done with it, and the way to its other views.
 * @param {Integration} in_ @param {typeof TABS[number][0] | "recover"} current
 */
export function header(in_, current) {
  return h("header.head", null,
    h("div.head-row", null,
      h("div.head-name", null, h("h1", null, in_.name), integrationBadge(in_)),
      h("div.buttons", null, actions(in_))),
    h("p.endpoint", null, h("span.method", null, "POST"), h("code", null, in_.requestUrl)),
    banner(in_),
    h("nav.tabs", { "aria-label": "Integration" },
      TABS.map(([path, label]) => h("a", { href: link("integrations", in_.id, ...(path ? [path] : [])), "aria-current": path === current ? "page" : null }, label))));
}

/** @param {string} label @param {(in_: Integration) => Promise<any>} work @param {Integration} in_ @param {string} [kind] */
const action = (label, work, in_, kind) =>
  h("button", { type: "button", class: kind, onclick: (/** @type {any} */ e) => during(e.currentTarget, () => work(in_)) }, label);

/** @param {Integration} in_ */
const actions = (in_) => [
  in_.status === "active"
    ? [action("Send test", (i) => test(i.id), in_, "primary"), action("Pause", pause, in_)]
    : action(in_.status === "paused" ? "Resume" : "Enable", resume, in_, "primary"),
  action("Delete", remove, in_, "quiet danger-text"),
];

/** @param {Integration} in_ */
function banner(in_) {
  if (in_.status === "paused") return h("p.banner.held", null, h("strong", null, "Paused. "), in_.statusReason ? `${in_.statusReason}. ` : "", "Events are held, and delivered when you resume.");
  if (in_.status === "disabled") return h("p.banner.failed", null, h("strong", null, "Disabled. "), in_.statusReason ? `${in_.statusReason}. ` : "", "Events are ignored until you enable it.");
  if (in_.failingSince) return h("p.banner.failed", null, h("strong", null, "Deliveries fail"), " since ", time(in_.failingSince, "clock", true), ". After five days without a success the integration is paused, and its events are held.");
  return null;
}
