// Actions on an integration, with their confirmations.

import { h } from "../lib/dom.js";
import { integrations } from "../lib/api.js";
import { link, navigate, refresh } from "../lib/router.js";
import { confirm, say } from "./dialog.js";

/** Sends a test and opens its dispatch. */
export async function test({ id }) {
  const { data } = await integrations.test(id);
  await navigate(link("integrations", id, "dispatches", data.dispatchId));
}

/** Sends what waits longest to an endpoint that is down, and goes to where the answer appears. */
export async function probe({ id }) {
  const { data } = await integrations.probe(id);
  await navigate(link("integrations", id, "dispatches", data.dispatchId));
}

export async function pause(integration) {
  const text = "Nothing is sent while it is paused. Events are held, and delivered when you resume.";
  if (!(await confirm(`Pause “${integration.name}”?`, h("p", text), "Pause"))) return;
  await integrations.change(integration.id, { status: "paused" });
  say("Paused. Events are held until you resume.");
  await refresh();
}

export async function resume(integration) {
  const { data } = await integrations.change(integration.id, { status: "active" });
  const { queued, cursor } = data.held ?? {};
  say(queued ? `Active again. Held deliveries on their way: ${queued}.` : "Active again.");
  if (cursor) await navigate(`${link("integrations", integration.id, "recover")}?status=HELD`); // there were more than fit a request
  else await refresh();
}

export async function remove(integration) {
  const text = "Its deliveries stop at once, retries included, and its log is gone. This cannot be undone.";
  if (!(await confirm(`Delete “${integration.name}”?`, h("p", text), "Delete", "danger"))) return;
  await integrations.remove(integration.id);
  say("Deleted.");
  await navigate(link());
}
