import { h, newID, put } from "../lib/dom.js";

/** A field with label, help and errors. control creates the input from its id and the ids of its descriptions. */
export function field({ label, help = "", optional = false, control }) {
  const id = newID("field"), helpID = newID("help"), wrongID = newID("wrong");
  const input = control({ id, "aria-describedby": `${helpID} ${wrongID}` });
  const wrong = h("p.wrong", { id: wrongID });
  return {
    el: h("div.field", h("label", { for: id }, label, optional && h("span.soft", " Optional")), h("p.help", { id: helpID }, help), input, wrong),
    input,
    value: () => input.value,
    set: (value) => { input.value = value; },
    focus: () => input.focus(),
    show(faults) {
      put(wrong, faults.map(said).join(" "));
      mark(input, faults);
    },
  };
}

/** Marks an input as invalid if there are errors. */
export const mark = (input, faults) => input.setAttribute("aria-invalid", String(faults.length > 0));

/** An error as a sentence. */
export function said({ message, suggestion }) {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return suggestion ? `${text}: did you mean “${suggestion}”?` : `${text}.`;
}

/** A warning of the API as a sentence: "Payload template: line 1, column 2: …" */
export const warned = (text) => `${text.replace(/^requestUrl/, "URL").replace(/^(.)(\w+)Template/, (_, first, rest) => `${first.toUpperCase()}${rest} template`)}.`;

/** A checkbox with its label. */
export const check = (input, label, text) => h("label.check", input, h("span", h("b", label), h("span.soft", text)));
