// The request that would be sent, updated while the user types.

import { h, put } from "../lib/dom.js";
import { dispatches, integrations, render } from "../lib/api.js";
import { eventName } from "../lib/deployment.js";
import { warned } from "./field.js";
import { maskedNote, requestView } from "./request.js";

const PAUSE = 250; // milliseconds without a key
const RECENT = 5; // integrations, and past events of each

/**
 * A preview of draft(), for the integration with the id if it has been created, with sample events
 * of the types. onanswer is called with what the API answers.
 */
export function preview({ id, types, draft, onanswer, signal }) {
  const select = h("select", { id: "preview-event", onchange: () => draw() },
    h("optgroup", { label: "Sample events" }, types.map(({ type, label }) => h("option", { value: JSON.stringify({ sample: type }) }, label))));
  const out = h("div.request");
  let asked = new AbortController();
  let timer = 0;

  async function draw() {
    asked.abort();
    asked = new AbortController();
    try {
      const answer = await render({ ...draft(), ...(id && { integrationId: id }), ...JSON.parse(select.value) }, AbortSignal.any([asked.signal, signal]));
      put(out, answer.notSent && h("p.banner.held", "This event would not be sent, because ", answer.notSent, "."), warningList(answer.warnings), requestView(answer), maskedNote(answer.maskedPaths));
      onanswer(answer);
    } catch (error) {
      if (error.name !== "AbortError") put(out, h("p.soft", `No preview: ${error.message}`));
    }
  }

  pastEvents(id, signal).then((group) => group && select.append(group)).catch(() => {});
  draw();
  return {
    el: h("section.card.preview", { "aria-labelledby": "preview-title" },
      h("div.card-head", h("h2", { id: "preview-title" }, "Preview"), h("label", "Event", select)), out),
    /** Updates after a pause in typing. */
    soon() {
      clearTimeout(timer);
      timer = setTimeout(draw, PAUSE);
    },
  };
}

const warningList = (all) => all.length > 0 && h("ul.warnings", { "aria-label": "Warnings" }, all.map((text) => h("li", warned(text))));

async function pastEvents(id, signal) {
  const from = id ? [id] : (await integrations.all(signal)).slice(0, RECENT).map((integration) => integration.id);
  const pages = await Promise.all(from.map((each) => dispatches.page(each, { limit: RECENT }, signal)));
  const past = pages.flatMap((page) => page.dispatches).sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  if (!past.length) return null;
  return h("optgroup", { label: "Your past events" }, past.map((d) =>
    h("option", { value: JSON.stringify({ dispatch: { integrationId: d.integrationId, dispatchId: d.id } }) },
      `${eventName(d.eventType)}, ${new Date(d.createdAt).toLocaleString()}`)));
}
