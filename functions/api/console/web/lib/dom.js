// @ts-check

/**
 * Builds an element: h("a.quiet", { href }, "text", otherElement).
 *
 * Strings become text, never markup, so that what users, events and receivers
 * wrote cannot run here. Children that are null, undefined or false are left out.
 * Properties named on… are listeners, `data` is the dataset, and a value of false,
 * null or undefined leaves the attribute out.
 *
 * @typedef {Node | string | number | null | undefined | false} Child
 * @param {string} spec tag name and classes
 * @param {Record<string, any> | null} [props]
 * @param {...(Child | Child[])} children
 * @returns {any} the element
 */
export function h(spec, props, ...children) {
  const [tag, ...classes] = spec.split(".");
  return fill(document.createElement(tag), classes, props, children);
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * Builds an SVG element like h.
 * @param {string} spec
 * @param {Record<string, any> | null} [props]
 * @param {...(Child | Child[])} children
 * @returns {any}
 */
export function svg(spec, props, ...children) {
  const [tag, ...classes] = spec.split(".");
  return fill(document.createElementNS(SVG, tag), classes, props, children);
}

/** An icon: one path on a grid of 24, drawn as a line. */
export const icon = (/** @type {string} */ path) =>
  svg("svg.icon", { viewBox: "0 0 24 24", width: 16, height: 16, "aria-hidden": "true" }, svg("path", { d: path }));

/** @param {any} el @param {string[]} classes @param {any} props @param {any[]} children */
function fill(el, classes, props, children) {
  if (classes.length) el.setAttribute("class", classes.join(" "));
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === false || value == null) continue;
    if (name.startsWith("on")) el.addEventListener(name.slice(2), value);
    else if (name === "data") Object.assign(el.dataset, value);
    else if (name === "value" || name === "checked" || name === "selected") el[name] = value;
    else el.setAttribute(name, value === true ? "" : String(value));
  }
  el.append(...nodes(children));
  return el;
}

/** @param {any[]} children */
const nodes = (children) => children.flat().filter((c) => c !== false && c != null).map((c) => (c instanceof Node ? c : String(c)));

/**
 * Puts children in the place of whatever an element holds.
 * @param {Element} el
 * @param {...(Child | Child[])} children
 */
export function put(el, ...children) {
  el.replaceChildren(...nodes(children));
}

/**
 * Makes an element's children follow a list. An item whose key and content have
 * not changed keeps its element, and with it focus, scroll and what is unfolded.
 *
 * @template T
 * @param {Element} parent
 * @param {T[]} items
 * @param {(item: T) => string} key
 * @param {(item: T) => Element} render
 */
export function follow(parent, items, key, render) {
  const had = new Map([...parent.children].map((el) => [/** @type {any} */ (el).$key, el]));
  const next = items.map((item) => {
    const content = JSON.stringify(item);
    let el = had.get(key(item));
    if (/** @type {any} */ (el)?.$content !== content) {
      el = render(item);
      Object.assign(el, { $key: key(item), $content: content });
    }
    return /** @type {Element} */ (el);
  });
  const same = next.length === parent.children.length && next.every((el, i) => el === parent.children[i]);
  if (!same) parent.replaceChildren(...next);
}

let ids = 0;

/** A new id for an element, for labels and descriptions. */
export const newID = (prefix = "x") => `${prefix}-${++ids}`;
