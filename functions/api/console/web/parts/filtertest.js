// How many of an integration's past events a filter wants.

import { integrations } from "../lib/api.js";
import { h, put } from "../lib/dom.js";
import { during } from "./dialog.js";

/** A button that tests the filter that value() returns, and its result. */
export function filterTest(id, value) {
  const out = h("span", { role: "status" });
  async function test() {
    put(out);
    try {
      put(out, verdict(await integrations.testFilter(id, value())));
    } catch (error) {
      if (!error.errors?.length) throw error;
      put(out, " The filter has an error.");
    }
  }
  return h("p.help", h("button.link", { onclick: (e) => value().trim() ? during(e.currentTarget, test) : put(out, " All events match an empty filter.") }, "Test it over past events"), out);
}

function verdict({ tested, matched, events }) {
  if (!tested) return " There are no past events yet.";
  const why = events.find((e) => e.notSent)?.notSent;
  return [` ${matched} of the last ${tested} would be sent.`, why && [" The newest that would not: ", why, "."]];
}
