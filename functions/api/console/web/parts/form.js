// @ts-check
// The fields of an integration, as the product page words them.

import { h, newID, put } from "../lib/dom.js";
import { config } from "../lib/session.js";
import { editor } from "./editor.js";
import { field, mark, said } from "./field.js";

/** @typedef {import("../lib/api.js").Fault} Fault */
/** @typedef {{ el: Element, show: (faults: Fault[]) => void, focus: () => void }} Field */

const RESERVED = "Host, Content-Type, Webhook, Webhook-Dispatch-Id and Request-Origin are always overwritten.";

/**
 * @param {{ from: any, types: import("../lib/api.js").EventType[], onchange: () => void }} options
 */
export function form({ from, types, onchange }) {
  const name = text("Integration Name", "A clear, descriptive name to find it by.", from.name, onchange, { maxlength: 100, autocomplete: "off" });
  const events = checks(types, from.eventTypes, onchange);
  const url = text("URL", "Each event is sent here as an HTTP POST with a JSON body.", from.requestUrl, onchange, { type: "url", inputmode: "url", placeholder: "https://example.com/hooks/scraper", autocomplete: "off", spellcheck: "false" });
  const description = text("Description", "", from.description, onchange, {}, true);
  const once = h("input", { type: "checkbox", checked: from.doNotRetry, onchange });

  /** @type {"payloadTemplate" | "headersTemplate"} the template that a variable goes into */
  let last = "payloadTemplate";
  const templates = {
    payloadTemplate: template("Payload template", "Valid JSON; variables stand in double curly braces.", from.payloadTemplate, () => (last = "payloadTemplate"), onchange),
    headersTemplate: template("Headers template", `A JSON object of strings, with variables as above. ${RESERVED}`, from.headersTemplate, () => (last = "headersTemplate"), onchange, '{ "Authorization": "Bearer …" }'),
  };
  /** @type {Record<string, Field>} by the name of the API's member */
  const fields = { name, eventTypes: events, requestUrl: url, ...templates, description };

  return {
    el: [
      h("section.card", null, name.el, events.el),
      h("section.card", null, h("h2", null, "Notification Method"), url.el, exampleURL(url.input, onchange), templates.payloadTemplate.el, templates.headersTemplate.el),
      h("details.card.more", { open: Boolean(from.description || from.doNotRetry) }, h("summary", null, "More options"), description.el,
        h("label.check", null, once, h("span", null, h("b", null, "Do not retry"), h("span.soft", null, "A delivery ends with its first attempt, whatever comes of it. Otherwise a failed one is tried 12 times over 29 hours.")))),
    ],
    fields,
    insert: (/** @type {string} */ variable) => templates[last].insert(variable),
    value: () => ({
      name: name.input.value, description: description.input.value, eventTypes: events.value(), requestUrl: url.input.value.trim(),
      payloadTemplate: templates.payloadTemplate.value(), headersTemplate: templates.headersTemplate.value(), doNotRetry: once.checked,
    }),
    /** Shows each fault at its field; what belongs to none is returned. @param {Fault[]} faults @param {string[]} [only] the fields to look at */
    show(faults, only = Object.keys(fields)) {
      const of = (/** @type {string} */ member) => faults.filter((f) => f.location === `body.${member}` || f.location.startsWith(`body.${member}[`));
      for (const member of only) fields[member].show(of(member));
      return faults.filter((f) => !Object.keys(fields).some((member) => of(member).includes(f)));
    },
    /** @param {Fault[]} faults */
    focusFirst(faults) {
      const first = Object.keys(fields).find((member) => faults.some((f) => f.location.startsWith(`body.${member}`)));
      if (first) fields[first].focus();
    },
  };
}

/** @param {string} label @param {string} help @param {string} value @param {() => void} oninput @param {any} props @param {boolean} [optional] */
const text = (label, help, value, oninput, props, optional) =>
  field({ label, help, optional, control: ({ id, describedBy }) => h("input", { id, type: "text", value: value ?? "", "aria-describedby": describedBy, oninput, ...props }) });

/** @param {string} label @param {string} help @param {string} value @param {() => void} onfocus @param {() => void} onchange @param {string} [placeholder] */
function template(label, help, value, onfocus, onchange, placeholder) {
  const id = newID("template"), helpID = newID("help");
  const edit = editor({ id, value: value ?? "", help: helpID, placeholder, onchange, onfocus });
  return {
    el: h("div.field", null, h("label", { for: id }, label, placeholder && h("span.soft", null, " Optional")), h("p.help", { id: helpID }, help), edit.el),
    show: edit.show,
    insert: edit.insert,
    focus: () => edit.field.focus(),
    value: () => edit.field.value,
  };
}

/** @param {import("../lib/api.js").EventType[]} types @param {string[]} chosen @param {() => void} onchange */
function checks(types, chosen, onchange) {
  const wrongID = newID("wrong");
  const boxes = types.map(({ type }) => h("input", { type: "checkbox", value: type, checked: chosen.includes(type), onchange, "aria-describedby": wrongID }));
  const wrong = h("p.wrong", { id: wrongID });
  return {
    el: h("fieldset.field", null, h("legend", null, "Event Types"),
      h("div.checks", null, types.map(({ label, description }, i) => h("label.check", null, boxes[i], h("span", null, h("b", null, label), h("span.soft", null, description))))), wrong),
    /** @param {Fault[]} faults */
    show(faults) {
      put(wrong, faults.length > 0 && !boxes.some((b) => b.checked) ? "Choose at least one." : faults.map(said).join(" "));
      boxes.forEach((box) => mark(box, faults.length > 0));
    },
    focus: () => boxes[0].focus(),
    value: () => boxes.filter((b) => b.checked).map((b) => b.value),
  };
}

/** A way on for one who has no endpoint yet, where the deployment knows one. @param {HTMLInputElement} input @param {() => void} onchange */
function exampleURL(input, onchange) {
  if (!config.exampleUrl || input.value) return null;
  const url = new URL(config.exampleUrl, location.origin).href;
  return h("p.help", null, "No receiver yet? ", h("button.link", { type: "button", onclick() { input.value = url; onchange(); } }, "Use this inbox"),
    ": it keeps and shows what it gets, at ", h("a", { href: url, target: "_blank", rel: "noopener" }, url), ".");
}
