// The fields of an integration, named as on the product page.

import { h, newID, outward, put, typeBy } from "../lib/dom.js";
import { attempts } from "../lib/deployment.js";
import { filtering, inText } from "../lib/insertion.js";
import { config } from "../lib/session.js";
import { editor } from "./editor.js";
import { check, field, mark, said } from "./field.js";
import { filterTest } from "./filtertest.js";
import { presets } from "./presets.js";

const FILTER = ["Only events that match this pattern are sent. It is an ",
  outward("https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html", "event pattern of EventBridge"), ", and may go on inside texts that hold JSON."];
const HEADERS =
  "A JSON object of strings, with variables as above. Host, Content-Type, Webhook, Webhook-Dispatch-Id and Request-Origin are always overwritten.";

/** The form for an integration, with the given event types, and the presets to choose from if it is new. */
export function form(from, types, onchange, offered = []) {
  let last; // what a variable goes into: a template, or the URL
  const template = (member, props, placeholder = "") => {
    const edit = {};
    const onfocus = () => { if (member !== "filter") last = edit; }; // variables are for templates
    const whole = field({ ...props, control: (ids) => Object.assign(edit, editor({ ...ids, value: from[member] ?? "", placeholder, onchange, onfocus })).el });
    return Object.assign(edit, { el: whole.el, value: () => edit.field.value, focus: () => edit.field.focus() });
  };
  const text = (member, props, more = {}) =>
    field({ ...props, control: (ids) => h("input", { ...ids, type: "text", autocomplete: "off", value: from[member], oninput: onchange, ...more }) });

  const fields = {
    name: text("name", { label: "Integration Name", help: "A clear, descriptive name to find it by." }, { maxlength: 100 }),
    eventTypes: checks(types, from.eventTypes, onchange),
    filter: template("filter", { label: "Filter", optional: true, help: FILTER }, '{ "resource": { "url": { "spider_id": ["3"] } } }'),
    requestUrl: text("requestUrl", { label: "URL", help: "Each event is sent here as an HTTP POST with a JSON body. Variables can be in the path and the query." },
      { type: "url", placeholder: "https://example.com/hooks/{{taskId}}", onfocus: () => { last = variablesIn(fields.requestUrl.input); } }),
    payloadTemplate: template("payloadTemplate", { label: "Payload template", help: "Valid JSON; variables go in double curly braces." }),
    headersTemplate: template("headersTemplate", { label: "Headers template", optional: true, help: HEADERS }, '{ "Authorization": "Bearer …" }'),
    description: text("description", { label: "Description", optional: true }),
    maxPerMinute: rate(from, text),
  };
  const { name, eventTypes, filter, requestUrl, payloadTemplate, headersTemplate, description, maxPerMinute } = fields;
  last = payloadTemplate;
  const preset = offered.length > 0 && presets(offered, fields, onchange);
  const once = h("input", { type: "checkbox", checked: from.doNotRetry, onchange });
  const redirect = h("input", { type: "checkbox", checked: from.redirectIsSuccess, onchange });

  return {
    el: [
      preset && preset.el,
      h("section.card", name.el, eventTypes.el, filter.el, from.id && filterTest(from.id, filter.value)),
      h("section.card", h("h2", "Notification Method"), requestUrl.el, preset && preset.proposal, exampleURL(requestUrl.input, onchange), payloadTemplate.el, headersTemplate.el),
      h("details.card", { open: Boolean(from.description || from.doNotRetry || from.redirectIsSuccess || from.maxPerMinute) }, h("summary", "More options"), description.el, maxPerMinute.el,
        check(once, "Do not retry", `A delivery ends with its first attempt, whatever comes of it. Otherwise one that fails gets ${attempts()}.`),
        check(redirect, "A redirect is a success", "302 and 303 count as delivered, for receivers that redirect once they have done their work, such as Google Apps Script.")),
    ],
    fields,
    insert: (variable) => last.insert(variable),
    filter: (example) => last.filter(example),
    propose: (id) => preset && preset.propose(id),
    /** @returns {any} the body of the request to the API */
    value: () => ({
      ...Object.fromEntries(Object.entries(fields).map(([member, f]) => [member, f.value()])),
      filter: filter.value().trim() && filter.value(), requestUrl: requestUrl.value().trim(), doNotRetry: once.checked, redirectIsSuccess: redirect.checked,
    }),
    /** Shows the errors at their fields, only at the given ones, and returns those without a field. */
    show(faults, members = Object.keys(fields)) {
      for (const member of members) fields[member].show(faults.filter((f) => memberOf(f) === member));
      return faults.filter((f) => !fields[memberOf(f)]);
    },
    focusFirst: (faults) => Object.keys(fields).some((member) => faults.some((f) => memberOf(f) === member) && (fields[member].focus(), true)),
  };
}

/** Inserts variables and filters at the cursor of an input. */
const variablesIn = (input) => ({
  insert: (name) => typeBy(input, inText, name),
  filter: (example) => typeBy(input, (text, from, to) => filtering(text, from, to, example, inText)),
});

/** The field for maxPerMinute; empty is no limit. */
function rate(from, text) {
  const whole = text("maxPerMinute", { label: "Requests a minute", optional: true, help: "What is above waits for its turn. Empty: no limit." },
    { type: "number", min: 1, max: 60000, value: from.maxPerMinute || "" });
  const value = whole.value;
  return Object.assign(whole, { value: () => Number(value()) || 0, set: (limit) => { whole.input.value = limit || ""; } });
}

/** The member that a fault is about: "eventTypes" of "body.eventTypes[1]". */
const memberOf = ({ location }) => location.match(/^body\.(\w+)/)?.[1];

function checks(types, chosen, onchange) {
  const wrongID = newID("wrong");
  const boxes = types.map(({ type }) => h("input", { type: "checkbox", value: type, checked: chosen.includes(type), onchange, "aria-describedby": wrongID }));
  const wrong = h("p.wrong", { id: wrongID });
  const value = () => boxes.filter((box) => box.checked).map((box) => box.value);
  return {
    el: h("fieldset.field", h("legend", "Event Types"), h("div.checks", types.map(({ label, description }, i) => check(boxes[i], label, description))), wrong),
    value,
    focus: () => boxes[0].focus(),
    show(faults) {
      put(wrong, faults.length && !value().length ? "Choose at least one." : faults.map(said).join(" "));
      boxes.forEach((box) => mark(box, faults));
    },
  };
}

/** Suggests an endpoint to users who have none, if the deployment has one. */
function exampleURL(input, onchange) {
  if (!config.exampleUrl || input.value) return null;
  const url = new URL(config.exampleUrl, location.origin).href;
  const use = () => { input.value = url; onchange(); };
  return h("p.help", "No receiver yet? ", h("button.link", { onclick: use }, "Use this inbox"), ": it shows what it gets, at ", outward(url), ".");
}
