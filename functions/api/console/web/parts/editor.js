// @ts-check
// A text field for templates: a plain textarea, with what it holds painted behind
// it in colours. The painting gives the field its size, so that the two scroll as one.

import { h, newID, put } from "../lib/dom.js";
import { inString, position } from "../lib/json.js";
import { paint } from "./code.js";

/** @typedef {import("../lib/api.js").Fault} Fault */

/**
 * @param {{ id: string, value: string, placeholder?: string, help: string, onchange: () => void, onfocus: () => void }} options
 */
export function editor({ id, value, placeholder, help, onchange, onfocus }) {
  const faultsID = newID("faults");
  const area = h("textarea", {
    id, value, placeholder, spellcheck: "false", autocapitalize: "off", autocomplete: "off", wrap: "off",
    "aria-describedby": `${help} ${faultsID}`, onfocus, oninput: changed,
  });
  const painting = h("pre", { "aria-hidden": "true" });
  const numbers = h("pre.numbers", { "aria-hidden": "true" });
  const list = h("ul.faults", { id: faultsID, "aria-live": "polite" });
  const el = h("div", null, h("div.editor", null, numbers, h("div.sheet", null, painting, area)), list);

  /** @type {Fault[]} */
  let faults = [];

  const range = (/** @type {Fault} */ f) => {
    const from = position(area.value, f.offset ?? 0);
    const to = Math.max(position(area.value, (f.offset ?? 0) + (f.length ?? 0)), from + 1);
    return to > area.value.length && from > 0 && from >= area.value.length ? { from: from - 1, to: from } : { from, to };
  };

  function draw() {
    put(painting, paint(area.value, { faults: faults.filter((f) => f.offset !== undefined).map(range) }), "\n");
    const wrong = new Set(faults.map((f) => f.line));
    put(numbers, area.value.split("\n").map((/** @type {string} */ _, /** @type {number} */ i) => h(wrong.has(i + 1) ? "b" : "span", null, `${i + 1}\n`)));
    area.toggleAttribute("aria-invalid", faults.length > 0);
    if (faults.length) area.setAttribute("aria-invalid", "true");
  }

  function changed() {
    faults = []; // their places are no longer where they were; who listens finds the new ones
    draw();
    onchange();
  }

  /** Puts text over a range, as if it had been typed: undo takes it back. @param {string} text @param {number} [from] @param {number} [to] */
  function type(text, from = area.selectionStart, to = area.selectionEnd) {
    area.focus();
    area.setSelectionRange(from, to);
    if (!document.execCommand("insertText", false, text)) {
      area.setRangeText(text, from, to, "end");
      changed();
    }
  }

  /** @param {Fault} f */
  const fault = (f) => {
    const { from, to } = range(f);
    const go = () => { area.focus(); area.setSelectionRange(from, to); };
    return h("li", null,
      f.line ? h("button.link", { type: "button", onclick: go }, `Line ${f.line}, column ${f.column}`) : null,
      h("span", null, f.message),
      f.suggestion && h("button.small", { type: "button", onclick: () => type(String(f.suggestion), from, to) }, "Use ", h("code", null, f.suggestion)));
  };

  draw();
  return {
    el,
    field: area,
    /** @param {Fault[]} found */
    show(found) {
      if (JSON.stringify(found) === JSON.stringify(faults)) return;
      faults = found;
      draw();
      put(list, found.map(fault));
    },
    /** Inserts a variable where the cursor stands, as a string of its own if it stands in none. @param {string} name */
    insert(name) {
      const place = `{{${name}}}`;
      type(inString(area.value, area.selectionStart) ? place : `"${place}"`);
    },
    /** @param {string} text */
    set(text) { area.value = text; faults = []; draw(); },
  };
}
