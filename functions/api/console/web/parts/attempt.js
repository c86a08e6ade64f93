// The entries of a dispatch's time line.

import { h } from "../lib/dom.js";
import { cause } from "../lib/causes.js";
import { duration, time } from "../lib/time.js";
import { bodyView, maskedNote, requestView } from "./request.js";
import { answerBadge } from "./status.js";

/** An attempt with its request and response, expanded if open. masked are the event's paths with secret values. */
export function attemptItem(attempt, open, masked) {
  const [what, advice] = cause(attempt);
  return h("li", { class: attempt.errorCode ? "failed" : "succeeded" },
    h("details.card", { open },
      h("summary",
        h("b", `Attempt ${attempt.number}`), answerBadge(attempt), h("span.what", what),
        h("span.when", duration(attempt.durationMs), " · ", time(attempt.startedAt, "clock"))),
      attempt.errorCode && h("p.advice", advice, h("span.soft", attempt.errorMessage)),
      h("div.exchange",
        h("section", h("h2", "Response"), response(attempt)),
        h("section", h("h2", "Request, as it was sent"), attempt.request && [requestView(attempt.request), maskedNote(masked)], attempt.requestNote && h("p.soft", attempt.requestNote)))));
}

const response = ({ responseStatus, responseBody = "", durationMs }) =>
  responseStatus
    ? [h("p.endpoint", h("span.method", responseStatus), h("span.soft", `in ${duration(durationMs)}`)), bodyView(responseBody, "Response body")]
    : h("p.soft", `None, after ${duration(durationMs)}.`);

/** The next attempt, due at the given time. */
export function nextItem(status, at) {
  if (status === "PENDING") return h("li.next", h("p", h("b", "On its way"), h("span.soft", "Waiting for the answer…")));
  return h("li.next", h("p", h("b", "Next attempt in ", time(at, "left", true)), h("span.soft", time(at, "clock"))));
}

/** How the dispatch ended, if the attempts alone do not show it. */
export const endItem = (status, reason) =>
  h(`li.end.${status.toLowerCase()}`, h("p", h("b", { HELD: "Held", WAITING: "Waiting" }[status] ?? "Given up"), h("span.soft", reason)));
