// What the codes of the API mean, in plain words, and what to do about them.

const CAUSES = {
  dns_error: ["The host name was not found", "Check the URL for a typing mistake, and that the name is in public DNS."],
  connection_refused: ["Nothing listens at this address", "Check the port, and that the receiver is running."],
  connection_reset: ["The receiver broke off the connection", "It may have crashed, or a proxy in front of it gave up."],
  connection_error: ["The receiver could not be reached", "Check that it can be reached from the internet."],
  timeout: ["The receiver did not answer in time", "Answer first, and do the work afterwards."],
  tls_error: ["No secure connection could be made", "Check that the certificate is valid, and issued for this host name."],
  blocked_address: ["This address may not be called", "Requests go to public addresses only."],
  redirect: ["The receiver answered with a redirect", "Redirects are not followed. Put the final address into the URL."],
  protocol_error: ["The answer was not valid HTTP", "Check that the URL leads to a web server."],
  render_error: ["The request could not be made from the template", "Nothing was sent. Mend the template, then redeliver."],
  internal_error: ["Something went wrong on our side", "There is nothing for you to do."],
  401: ["The receiver asks for other credentials", "Check the Authorization header in the headers template."],
  403: ["The receiver refuses the request", "Check its credentials, and whether a firewall stands in front of it."],
  404: ["The receiver has nothing at this path", "Check the URL."],
  410: ["The receiver wants no more webhooks", "410 Gone disables the integration. Enable it to go on."],
  429: ["The receiver asks for fewer requests", "It is tried again later, and a Retry-After is obeyed."],
  503: ["The receiver is not available now", "It is tried again later, and a Retry-After is obeyed."],
  "4xx": ["The receiver refused the request", "Its answer may say why. Check that the payload template makes what it expects."],
  "5xx": ["The receiver had an error of its own", "Its log should tell which. It is tried again later."],
};

/** What came of an attempt, and what to do about it: [what, advice]. */
export function cause({ errorCode, responseStatus = 0, errorMessage = "" }) {
  if (!errorCode) return ["The receiver took it", ""];
  return CAUSES[errorCode] ?? CAUSES[responseStatus] ?? CAUSES[`${Math.trunc(responseStatus / 100)}xx`] ?? [errorMessage || errorCode, ""];
}

/** How far a dispatch has come. */
export const DISPATCH = { PENDING: "Queued", RETRYING: "Retrying", SUCCEEDED: "Delivered", FAILED: "Failed", HELD: "Held" };

/** What caused a dispatch. */
export const TRIGGER = { event: "Event", test: "Test", redelivery: "Redelivery" };
