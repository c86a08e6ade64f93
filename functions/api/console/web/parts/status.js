import { h } from "../lib/dom.js";
import { time } from "../lib/time.js";
import { DISPATCH } from "../lib/causes.js";

const badge = (kind, ...text) => h(`span.badge.${kind}`, h("span", text));

/** The status of a dispatch. */
export const dispatchBadge = (status) => badge(status.toLowerCase(), DISPATCH[status] ?? status);

/** The state of an integration. */
export function integrationBadge(integration) {
  if (integration.status !== "active") return badge(integration.status, integration.status === "paused" ? "Paused" : "Disabled");
  if (integration.health?.state === "open") return badge("failed", "Down since ", time(integration.health.since, "clock"));
  if (integration.failingSince) return badge("failed", "Failing since ", time(integration.failingSince, "clock"));
  return badge("succeeded", "Active");
}

/** The status of a response, or why there is none. */
export function answerBadge(attempt) {
  if (!attempt) return h("span.soft", "no attempt yet");
  const kind = attempt.errorCode ? "failed" : "succeeded";
  return h(`code.answer.${kind}`, attempt.responseStatus || (attempt.errorCode ?? "").replaceAll("_", " "));
}
