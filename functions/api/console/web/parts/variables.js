import { h } from "../lib/dom.js";

/** All variables, then all filters, each inserted with a click. */
export function variableList(all, filters, { insert, filter: apply }) {
  const items = all.map(({ name, path, type, description, example }) => h("li", { data: { words: `${name} ${path} ${description}`.toLowerCase() } },
    h("button", { title: example ? `For example ${example}` : path, onclick: () => insert(name) },
      h("code", `{{${name}}}`), h("span", description), h("span.type", type))));
  items.push(...filters.map(({ name, argument = "", description, example }) => h("li", { data: { words: `filter ${name} ${description}`.toLowerCase() } },
    h("button", { title: `For example ${example}`, onclick: () => apply(example) },
      h("code", `| ${name}${argument && ": …"}`), h("span", description), h("span.type", "filter")))));
  const none = h("p.soft", { hidden: true }, "No variable or filter has this name.");
  function filter() {
    const words = search.value.toLowerCase().split(/\s+/);
    for (const item of items) item.hidden = !words.every((word) => item.dataset.words.includes(word));
    none.hidden = items.some((item) => !item.hidden);
  }
  const search = h("input", { type: "search", placeholder: "Find", "aria-label": "Find a variable", oninput: filter });
  return h("section.card.variables", { "aria-labelledby": "variables-title" },
    h("div.card-head", h("h2", { id: "variables-title" }, "Variables"), search),
    h("p.soft", "A click inserts one at the cursor. Dots reach inside: ", h("code", "{{resource.taskId}}"), ". Filters, at the end of the list, change a value: ", h("code", "{{detail | limit: 1500}}"), "."),
    h("ul", { tabindex: "0", "aria-label": "All variables" }, items), none);
}
