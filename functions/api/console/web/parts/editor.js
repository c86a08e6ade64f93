// An editor for templates: a plain textarea over a highlighted copy of its text. The copy defines
// the size, so that both scroll together.

import { follow, h, newID, put, type, typeBy } from "../lib/dom.js";
import { filtering, insertion } from "../lib/insertion.js";
import { position } from "../lib/json.js";
import { paint } from "./code.js";
import { mark, said } from "./field.js";

/** An editor whose textarea has the given properties. */
export function editor({ onchange, ...props }) {
  const faultsID = newID("faults");
  const area = h("textarea", {
    ...props, spellcheck: "false", wrap: "off", oninput: changed,
    "aria-describedby": `${props["aria-describedby"]} ${faultsID}`,
  });
  const painting = h("pre", { "aria-hidden": "true" });
  const numbers = h("pre.numbers", { "aria-hidden": "true" });
  const list = h("ul.faults", { id: faultsID, "aria-live": "polite" });
  draw([]);

  /** The range of an error. Errors about missing text at the end are shown at the last character. */
  function range({ offset, length }) {
    const from = Math.min(position(area.value, offset), Math.max(area.value.length - 1, 0));
    return { from, to: Math.max(position(area.value, offset + length), from + 1) };
  }

  function draw(faults) {
    const placed = faults.filter((f) => f.line);
    const wrong = new Set(placed.map((f) => f.line));
    put(painting, paint(area.value, placed.map(range)), "\n");
    put(numbers, area.value.split("\n").map((_, i) => h(wrong.has(i + 1) ? "b" : "span", `${i + 1}\n`)));
    mark(area, faults);
  }

  function changed() {
    draw([]); // faults are no longer where they were; who listens finds the new ones
    onchange();
  }

  function item(f) {
    if (!f.line) return h("li", said(f));
    const { from, to } = range(f);
    const go = () => { area.focus(); area.setSelectionRange(from, to); };
    const name = f.suggestion?.includes(".") ? /[^\s{}|"]+/ : /[^\s{}.|:"]+/; // the whole path, or its beginning
    const mended = area.value.slice(from, to).replace(name, f.suggestion);
    return h("li", h("button.link", { onclick: go }, `Line ${f.line}, column ${f.column}`), h("span", said(f)),
      f.suggestion && h("button.small", { onclick: () => type(area, { text: mended, from, to }) }, "Use ", h("code", f.suggestion)));
  }

  return {
    el: h("div", h("div.editor", numbers, h("div.sheet", painting, area)), list),
    field: area,
    show(faults) {
      draw(faults);
      follow(list, faults, JSON.stringify, item);
    },
    set(text) {
      area.value = text;
      changed();
    },
    /** Inserts a variable at the cursor. */
    insert: (name) => typeBy(area, insertion, name),
    /** Inserts the filter of an example, in the placeholder at the cursor if there is one. */
    filter: (example) => typeBy(area, filtering, example),
  };
}
