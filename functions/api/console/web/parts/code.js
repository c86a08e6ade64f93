import { h } from "../lib/dom.js";
import { tokens } from "../lib/json.js";

const LARGE = 40_000; // characters; beyond, colours would cost more than they help

/** Highlights a text, with ranges { from, to } underlined. */
export function paint(text, faults = []) {
  if (text.length > LARGE) return [text];
  let at = 0;
  return tokens(text).flatMap(({ kind, text: piece }) => {
    const start = at;
    at += piece.length;
    return cut(start, at, faults).map(([from, to, wrong]) => span(kind, wrong, text.slice(from, to)));
  });
}

const span = (kind, wrong, text) => (wrong || !["space", "mark"].includes(kind) ? h(`span.t-${kind}${wrong ? ".wrong" : ""}`, text) : text);

/** Splits a piece at the borders of errors: [from, to, whether it is an error]. */
export function cut(from, to, faults) {
  const inside = faults.flatMap((f) => [f.from, f.to]).filter((border) => border > from && border < to);
  const at = [...new Set([from, ...inside, to])].sort((a, b) => a - b);
  return at.slice(1).map((end, i) => [at[i], end, faults.some((f) => f.from < end && f.to > at[i])]);
}

/** A read-only text, highlighted if it is JSON. */
export const block = (text, label) =>
  h("pre.code", { tabindex: "0", role: "region", "aria-label": label }, /^\s*[{["\d]/.test(text) ? paint(text) : text);
