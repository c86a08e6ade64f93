import { h } from "../lib/dom.js";
import { ask } from "./dialog.js";

const LABELS = {
  name: "Integration Name", description: "Description", eventTypes: "Event Types", filter: "Filter", requestUrl: "URL",
  payloadTemplate: "Payload template", headersTemplate: "Headers template", doNotRetry: "Do not retry", redirectIsSuccess: "A redirect is a success", maxPerMinute: "Requests a minute",
};

const shown = (value) => (Array.isArray(value) ? value.join("\n") : String(value ?? ""));

/** The fields in which two versions of an integration differ. */
const differences = (mine, theirs) => Object.keys(LABELS).filter((member) => shown(mine[member]) !== shown(theirs[member]));

/** Asks what to do with an edit if the integration was changed elsewhere. */
export function askConflict(mine, theirs) {
  const members = differences(mine, theirs);
  return ask({
    title: "It was changed elsewhere",
    wide: true,
    body: [
      h("p", "It was saved elsewhere after you opened it. ", members.length ? "Here is where the two differ:" : "The settings are the same as yours."),
      members.length > 0 && h("div.differences", { tabindex: "0", role: "region", "aria-label": "Differences" }, h("table",
        h("thead", h("tr", ["Field", "Yours", "Saved by others"].map((c) => h("th", { scope: "col" }, c)))),
        h("tbody", members.map((m) => h("tr", h("th", { scope: "row" }, LABELS[m]), h("td", shown(mine[m])), h("td", shown(theirs[m]))))))),
    ],
    buttons: [["", "Continue editing"], ["theirs", "Use the saved version"], ["mine", "Overwrite with mine", "primary"]],
  });
}
