// @ts-check
// What a user does to a whole integration, with the questions that are asked before.

import { h } from "../lib/dom.js";
import { integrations } from "../lib/api.js";
import { link, navigate, refresh } from "../lib/router.js";
import { confirm, say } from "./dialog.js";

/** @typedef {import("../lib/api.js").Integration} Integration */

/** Sends a test, and goes to where its answer appears. @param {string} id */
export async function test(id) {
  const { data } = await integrations.test(id);
  await navigate(link("integrations", id, "dispatches", data.dispatchId), { state: { sent: Date.now() } });
}

/** @param {Integration} in_ */
export async function pause(in_) {
  const text = "Nothing is sent while it is paused. Events are held, and delivered when you resume.";
  if (!(await confirm(`Pause “${in_.name}”?`, h("p", null, text), "Pause"))) return;
  await integrations.change(in_.id, { status: "paused" }, "");
  say("Paused. Events are held until you resume.");
  await refresh();
}

/** @param {Integration} in_ */
export async function resume(in_) {
  const { data } = await integrations.change(in_.id, { status: "active" }, "");
  const { queued = 0, cursor = "" } = data.held ?? {};
  say(queued ? `Active again. ${queued} held ${queued === 1 ? "delivery is" : "deliveries are"} on the way.` : "Active again.");
  if (cursor) return navigate(`${link("integrations", in_.id, "recover")}?status=HELD`);
  await refresh();
}

/** @param {Integration} in_ */
export async function remove(in_) {
  const text = "Its deliveries stop at once, retries included, and its log is gone. This cannot be undone.";
  if (!(await confirm(`Delete “${in_.name}”?`, h("p", null, text), "Delete", "danger"))) return;
  await integrations.remove(in_.id);
  say("Deleted.");
  await navigate(link());
}
