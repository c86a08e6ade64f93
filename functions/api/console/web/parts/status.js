// @ts-check
import { h } from "../lib/dom.js";
import { time } from "../lib/time.js";
import { DISPATCH } from "../lib/causes.js";

/** @param {string} kind of colour @param {...any} text */
const badge = (kind, ...text) => h(`span.badge.${kind}`, null, text);

/** How far a dispatch has come. @param {string} status */
export const dispatchBadge = (status) => badge(status.toLowerCase(), DISPATCH[status] ?? status);

/** How an integration fares. @param {import("../lib/api.js").Integration} in_ */
export function integrationBadge(in_) {
  if (in_.status !== "active") return badge(in_.status, in_.status === "paused" ? "Paused" : "Disabled");
  if (in_.failingSince) return badge("failed", "Failing since ", time(in_.failingSince, "clock"));
  return badge("succeeded", "Active");
}

/** The status of an answer, or why there is none. @param {any} attempt */
export function answerBadge(attempt) {
  if (!attempt) return h("span.soft", null, "no attempt yet");
  const kind = attempt.errorCode ? "failed" : "succeeded";
  return h(`code.answer.${kind}`, null, attempt.responseStatus || (attempt.errorCode ?? "").replaceAll("_", " "));
}
