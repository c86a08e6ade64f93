import { h } from "../lib/dom.js";

/** All variables, each inserted with a click. */
export function variableList(all, insert) {
  const items = all.map((v) => ({
    v,
    el: h("li", h("button", { title: v.example ? `For example ${v.example}` : v.path, onclick: () => insert(v.name) },
      h("code", `{{${v.name}}}`), h("span", v.description), h("span.type", v.type))),
  }));
  const none = h("p.soft", { hidden: true }, "No variable is called so.");
  function filter() {
    const words = search.value.toLowerCase().split(/\s+/);
    let shown = 0;
    for (const { v, el } of items) {
      const fits = words.every((w) => `${v.name} ${v.path} ${v.description}`.toLowerCase().includes(w));
      el.hidden = !fits;
      shown += Number(fits);
    }
    none.hidden = shown > 0;
  }
  const search = h("input", { type: "search", placeholder: "Find", "aria-label": "Find a variable", oninput: filter });
  return h("section.card.variables", { "aria-labelledby": "variables-title" },
    h("div.card-head", h("h2", { id: "variables-title" }, "Variables"), search),
    h("p.soft", "A click inserts one at the cursor. Dots reach inside: ", h("code", "{{resource.taskId}}"), "."),
    h("ul", { tabindex: "0", "aria-label": "All variables" }, items.map(({ el }) => el)), none);
}
