// @ts-check
import { h, newID, put } from "../lib/dom.js";

/** @typedef {import("../lib/api.js").Fault} Fault */

/**
 * A labelled field with its help, and a place for what is wrong with it.
 * @param {{ label: string, help?: any, optional?: boolean, control: (ids: { id: string, describedBy: string }) => any }} options
 */
export function field({ label, help, optional, control }) {
  const id = newID("field"), helpID = newID("help"), wrongID = newID("wrong");
  const input = control({ id, describedBy: `${helpID} ${wrongID}` });
  const wrong = h("p.wrong", { id: wrongID });
  return {
    el: h("div.field", null, h("label", { for: id }, label, optional && h("span.soft", null, " Optional")), help && h("p.help", { id: helpID }, help), input, wrong),
    input,
    /** @param {Fault[]} faults */
    show(faults) {
      put(wrong, faults.map(said).join(" "));
      mark(input, faults.length > 0);
    },
    focus: () => input.focus(),
  };
}

/** @param {Element} el @param {boolean} wrong */
export const mark = (el, wrong) => (wrong ? el.setAttribute("aria-invalid", "true") : el.removeAttribute("aria-invalid"));

/** A fault as a sentence. @param {Fault} f */
export function said({ message, suggestion }) {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return suggestion ? `${text}: did you mean “${suggestion}”?` : `${text}.`;
}
