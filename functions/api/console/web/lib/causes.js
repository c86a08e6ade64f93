// What the codes of the API mean and what to do about them.

const CAUSES = {
  dns_error: ["The host name was not found", "Check the URL for typos, and that the name is in public DNS."],
  connection_refused: ["Nothing listens at this address", "Check the port, and that the receiver is running."],
  connection_reset: ["The receiver closed the connection", "It may have crashed, or a proxy in front of it timed out."],
  connection_error: ["The receiver could not be reached", "Check that it can be reached from the internet."],
  timeout: ["The receiver did not answer in time", "Answer first, and do the work afterwards."],
  tls_error: ["No secure connection could be made", "Check that the certificate is valid, and issued for this host name."],
  blocked_address: ["This address is not allowed", "Requests go to public addresses only."],
  redirect: ["The receiver answered with a redirect", "Redirects are not followed. Set the URL to the target."],
  302: ["The receiver answered with a redirect", "Redirects are not followed. If the receiver has done its work by then, check \"A redirect is a success\" in the settings."],
  protocol_error: ["The answer was not valid HTTP", "Check that the URL leads to a web server."],
  render_error: ["The template could not be rendered", "Nothing was sent. Fix the template, then redeliver."],
  internal_error: ["Internal error of the service", "There is nothing that you can do."],
  401: ["The receiver rejected the credentials", "Check the Authorization header in the headers template."],
  403: ["The receiver refused access", "Check the credentials, and whether a firewall blocks the request."],
  404: ["The receiver has no such path", "Check the URL."],
  410: ["The receiver no longer wants webhooks", "410 Gone disables the integration. Enable it to go on."],
  disable: ["The receiver wants no more webhooks", "Its header Webhook-Delivery: disable disables the integration. Enable it to go on."],
  "abort-message": ["The receiver wants this delivery no more", "Its header Webhook-Delivery: abort-message ends a delivery. Redeliver it if it is wanted after all."],
  429: ["The receiver limits the rate of requests", "The delivery is retried, and Retry-After is honored. \"Requests a minute\" in the settings keeps below the limit."],
  503: ["The receiver is unavailable", "The delivery is retried, and Retry-After is honored."],
  "4xx": ["The receiver refused the request", "Its response may say why. Check that the payload template produces what it expects."],
  "5xx": ["The receiver had an internal error", "See the receiver's log. The delivery is retried."],
};

/** The result of an attempt and what to do about it: [what, advice]. */
export function cause({ errorCode, responseStatus = 0, errorMessage = "" }) {
  if (errorCode === "redirect" && responseStatus === 303) responseStatus = 302;
  if (errorCode === "redirect" && CAUSES[responseStatus]) return CAUSES[responseStatus];
  if (!errorCode) return ["The receiver accepted it", ""];
  const asked = errorMessage.match(/ with Webhook-Delivery: (disable|abort-message)$/);
  if (asked) return CAUSES[asked[1]];
  return CAUSES[errorCode] ?? CAUSES[responseStatus] ?? CAUSES[`${Math.trunc(responseStatus / 100)}xx`] ?? [errorMessage || errorCode, ""];
}

/** How far a dispatch has come. */
export const DISPATCH = { PENDING: "Queued", RETRYING: "Retrying", WAITING: "Waiting", SUCCEEDED: "Delivered", FAILED: "Failed", HELD: "Held" };

/** What caused a dispatch. */
export const TRIGGER = { event: "Event", test: "Test", redelivery: "Redelivery" };
