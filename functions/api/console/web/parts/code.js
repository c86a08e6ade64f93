// @ts-check
import { h } from "../lib/dom.js";
import { tokens } from "../lib/json.js";

/** @typedef {{ from: number, to: number }} Range positions of characters */

/**
 * The coloured pieces of a text, with ranges underlined.
 * @param {string} text
 * @param {{ places?: boolean, faults?: Range[] }} [options]
 * @returns {Node[]}
 */
export function paint(text, { places = true, faults = [] } = {}) {
  let at = 0;
  return tokens(text, places).flatMap(({ kind, text: piece }) => {
    const start = at;
    at += piece.length;
    return cut(start, at, faults).map(([from, to, wrong]) => span(wrong ? `${kind} wrong` : kind, text.slice(from, to)));
  });
}

/** @param {string} kind @param {string} text */
const span = (kind, text) => (kind === "space" || kind === "mark" ? document.createTextNode(text) : h("span", { class: `t-${kind.replace(" ", " ")}` }, text));

/**
 * Cuts a piece at the borders of faults.
 * @param {number} from @param {number} to @param {Range[]} faults
 * @returns {[number, number, boolean][]}
 */
export function cut(from, to, faults) {
  const borders = new Set([from, to]);
  for (const f of faults) for (const b of [f.from, f.to]) if (b > from && b < to) borders.add(b);
  const at = [...borders].sort((a, b) => a - b);
  return at.slice(0, -1).map((start, i) => [start, at[i + 1], faults.some((f) => f.from < at[i + 1] && f.to > start)]);
}

const LARGE = 40_000; // characters; beyond, colours would cost more than they help

/**
 * A text to read, coloured where it is JSON.
 * @param {string} text
 * @param {string} label
 */
export function block(text, label) {
  const looksJSON = /^\s*[{["\d]/.test(text) && text.length < LARGE;
  return h("pre.code", { tabindex: "0", role: "region", "aria-label": label }, looksJSON ? paint(text, { places: false }) : text);
}
