// The presets for known services: templates that fit the service's rules.

import { h, newID, outward, put } from "../lib/dom.js";
import { confirm } from "./dialog.js";

/**
 * The choice of a preset, which fills the given fields, and the proposal of one for a URL. What the user
 * wrote is replaced only after asking.
 */
export function presets(all, fields, onchange) {
  const filled = ["payloadTemplate", "headersTemplate", "maxPerMinute"];
  const values = () => Object.fromEntries(filled.map((member) => [member, fields[member].value()]));
  const none = { id: "", ...values() };
  const find = (id) => all.find((p) => p.id === id) ?? none;
  let chosen = none, filling = JSON.stringify(values()), proposed = "";

  const id = newID("preset");
  const select = h("select", { id, onchange: () => choose(find(select.value)) },
    h("option", { value: "" }, "Any endpoint"), all.map((p) => h("option", { value: p.id }, p.name)));
  const about = h("div.help", { "aria-live": "polite" });
  const proposal = h("p.help", { "aria-live": "polite" });

  async function choose(preset) {
    if (JSON.stringify(values()) === filling || await mayReplace()) {
      for (const member of filled) fields[member].set(preset[member]);
      fields.requestUrl.input.placeholder = preset.urlExample ?? "https://example.com/hooks/scraper";
      chosen = preset;
      filling = JSON.stringify(values());
      put(about, preset.id && explained(preset));
      onchange();
    }
    select.value = chosen.id;
    propose(proposed);
  }

  /** Offers the preset with the id for the URL that was entered. */
  function propose(id = "") {
    proposed = id;
    const preset = find(id);
    put(proposal, preset.id !== "" && preset !== chosen &&
      ["This is a URL of ", h("b", preset.name), ". ", h("button.link", { onclick: () => choose(preset) }, "Use its preset")]);
  }

  return { el: h("section.card", h("div.field", h("label", { for: id }, "Service"), h("p.help", "A preset fills in the templates for a known service."), select), about), proposal, propose };
}

const mayReplace = () => confirm("Replace your templates?", h("p", "This replaces the templates and the requests a minute that you entered."), "Replace");

const explained = ({ setup, limits, documentation, replace, maxPerMinute }) => [
  h("p", setup), replace.map(({ text, with: what }) => h("p", "Replace ", h("code", text), ` with ${what}.`)),
  h("p", limits, maxPerMinute > 0 && ` So the requests a minute are limited to ${maxPerMinute}; see More options.`),
  h("p", outward(documentation, "Documentation of the service")),
];
