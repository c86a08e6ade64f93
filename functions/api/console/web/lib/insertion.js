// The text that a click on a variable inserts, so that JSON stays valid.

import { inString, placeholders, tokens } from "./json.js";

/**
 * The text to insert for a variable at a range of a template: { from, to, text }.
 * Inside a string it is the placeholder; elsewhere a value, or a property with
 * the necessary commas. A position after the last brace moves before it.
 */
export function insertion(text, from, to, name) {
  const place = `{{${name}}}`;
  if (inString(text, from)) return { from, to, text: place };
  const value = `"${place}"`, member = `"${free(text, name.split(" ")[0].split(".").at(-1))}": ${value}`;
  if (!(text.slice(0, from) + text.slice(to)).trim()) return { from, to, text: `{\n  ${member}\n}` };
  let near = around(text, from, to);
  if (!near.open && near.last > 0) {
    from = to = text.slice(0, near.last).trimEnd().length;
    near = around(text, from, to);
  }
  const { open, before, after } = near;
  if (!open || before === ":") return { from, to, text: value };
  const first = "{[,".includes(before) ? "" : "," + gap(text.slice(0, from));
  const more = "}],".includes(after) ? "" : ", ";
  return { from, to, text: first + (open === "{" ? member : value) + more };
}

/** What to type for a variable in a text that is not JSON. */
export const inText = (_, from, to, name) => ({ from, to, text: `{{${name}}}` });

/**
 * What to type for a filter, of which there is an example: {{detail | limit: 1500}}. It goes into the
 * placeholder at the cursor, behind what is there; elsewhere, the example is inserted by the given rule.
 */
export function filtering(text, from, to, example, elsewhere = insertion) {
  const inside = example.slice(2, -2), at = placeholders(text).find((place) => place.from < from && from <= place.to + 1);
  if (!at) return elsewhere(text, from, to, inside);
  const end = at.to - 2;
  return { from: text.slice(0, end).trimEnd().length, to: end, text: inside.slice(inside.indexOf(" |")) };
}

/** The key, with a number if the text already has it. */
function free(text, key) {
  let own = key;
  for (let n = 2; text.includes(`"${own}"`); n++) own = key + n;
  return own;
}

/** The bracket that encloses a range, the tokens around the range, and the position of the last closing bracket. */
function around(text, from, to) {
  const stack = [""];
  let before = "", after = "", last = -1, at = 0;
  for (const { kind, text: piece } of tokens(text)) {
    const start = at, mark = kind === "mark" && piece;
    at += piece.length;
    if (kind === "space") continue;
    if (mark === "}" || mark === "]") last = start;
    if (start >= to) after ||= piece;
    if (at > from) continue;
    before = piece;
    if (last === start) stack.pop();
    else if (mark === "{" || mark === "[") stack.push(mark);
  }
  return { open: stack.at(-1), before, after, last };
}

/** The space after a comma: a new line with the same indentation, or a space. */
const gap = (before) => before.match(/\n[ \t]*(?=[^\s][^\n]*$)/)?.[0] ?? " ";
