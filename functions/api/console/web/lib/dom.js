/**
 * Builds an element: h("a.quiet", { href }, "text", otherElement).
 *
 * Strings become text, never markup, so that content of users, events and receivers
 * cannot run. Children that are null, undefined or false are omitted. Properties
 * named on… are listeners, `data` is the dataset, and attributes with the value
 * false, null or undefined are omitted.
 */
export const h = (spec, ...rest) => build((tag) => document.createElement(tag), spec, rest);

/** Builds an SVG element like h. */
export const svg = (spec, ...rest) => build((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag), spec, rest);

/** @returns {any} */
function build(create, spec, rest) {
  const [tag, ...classes] = spec.split(".");
  const el = create(tag);
  if (classes.length) el.setAttribute("class", classes.join(" "));
  if (tag === "button") el.type = "button";
  const props = rest[0]?.constructor === Object ? rest.shift() : {};
  for (const [name, value] of Object.entries(props)) set(el, name, value);
  el.append(...nodes(rest));
  return el;
}

function set(el, name, value) {
  if (value === false || value == null) return;
  if (name.startsWith("on")) el.addEventListener(name.slice(2), value);
  else if (name === "data") Object.assign(el.dataset, value);
  else if (["value", "checked", "selected"].includes(name)) el[name] = value;
  else el.setAttribute(name, value === true ? "" : value);
}

const nodes = (children) => children.flat(Infinity).filter((c) => c !== false && c != null);

/** Replaces the children of an element. */
export const put = (el, ...children) => el.replaceChildren(...nodes(children));

/**
 * Updates an element's children from a list. An item whose key and content have
 * not changed keeps its element, including focus, scroll position and expansion.
 */
export function follow(parent, items, key, render) {
  const had = new Map([...parent.children].map((el) => [el.$key, el]));
  const next = items.map((item) => {
    const content = JSON.stringify(item);
    const el = had.get(key(item));
    return el?.$content === content ? el : Object.assign(render(item), { $key: key(item), $content: content });
  });
  if (next.length !== parent.children.length || next.some((el, i) => el !== parent.children[i])) put(parent, next);
}

/** A link to a page outside of the console, which opens in a new tab. */
export const outward = (href, text = href) => h("a", { href, target: "_blank" }, text);

let ids = 0;

/** A new element id, for labels and descriptions. */
export const newID = (prefix) => `${prefix}-${++ids}`;

/** Replaces a range of an input's text as if it had been typed, so that undo works. */
export function type(input, { text, from, to }) {
  input.focus();
  input.setSelectionRange(from, to);
  if (document.execCommand("insertText", false, text)) return;
  input.setRangeText(text, from, to, "end");
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Types what a rule of insertion.js says for the cursor. */
export const typeBy = (input, rule, what) => type(input, rule(input.value, input.selectionStart, input.selectionEnd, what));
