// @ts-check
// The steps of a dispatch's time line.

import { h } from "../lib/dom.js";
import { cause } from "../lib/causes.js";
import { duration, time } from "../lib/time.js";
import { bodyView, requestView } from "./request.js";
import { answerBadge } from "./status.js";

/** @param {any} attempt @param {boolean} open */
export function attemptItem(attempt, open) {
  const { what, advice } = cause(attempt);
  return h("li", { class: attempt.errorCode ? "failed" : "succeeded" },
    h("details.card", { open },
      h("summary", null,
        h("b", null, `Attempt ${attempt.number}`), answerBadge(attempt), h("span.what", null, what),
        h("span.when", null, duration(attempt.durationMs), " · ", time(attempt.startedAt, "clock"))),
      advice && h("p.advice", null, advice, attempt.errorMessage && h("span.soft", null, attempt.errorMessage)),
      h("div.exchange", null,
        h("section", null, h("h3", null, "Request, as it was sent"), attempt.request ? requestView(attempt.request) : null, attempt.requestNote && h("p.soft", null, attempt.requestNote)),
        h("section", null, h("h3", null, "Response"), response(attempt)))));
}

/** @param {any} attempt */
const response = ({ responseStatus, responseBody = "", durationMs }) =>
  responseStatus
    ? [h("p.endpoint", null, h("span.method", null, responseStatus), h("span.soft", null, `in ${duration(durationMs)}`)), bodyView(responseBody, "Response body")]
    : h("p.soft", null, `There was none. It took ${duration(durationMs)} to find out.`);

/** @param {string | undefined} status @param {string | undefined} at */
export function nextItem(status, at) {
  if (status === "PENDING" || !at) return h("li.next", null, h("p", null, h("b", null, "On its way"), h("span.soft", null, "Waiting for the answer…")));
  return h("li.next", null, h("p", null, h("b", null, "Next attempt in ", time(at, "left", true)), h("span.soft", null, time(at, "clock"))));
}

/** @param {string | undefined} status @param {string | undefined} reason */
export const endItem = (status, reason) =>
  h(`li.end.${(status ?? "").toLowerCase()}`, null, h("p", null, h("b", null, status === "HELD" ? "Held" : "Given up"), h("span.soft", null, reason)));
