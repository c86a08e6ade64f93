// @ts-check
// Reading JSON, and JSON with placeholders, as text: for colours, for laying it out without touching
// a digit, and for knowing where a cursor stands. Nothing here judges whether it is valid.

/** @typedef {{ kind: "key" | "string" | "number" | "word" | "mark" | "place" | "space" | "bad", text: string }} Token */

const PLAIN = /(?<space>\s+)|(?<place>\{\{[^{}"\n]*\}\})|(?<number>-?\d[\d.eE+-]*)|(?<word>true|false|null)|(?<mark>[{}[\],:])|(?<bad>[^])/y;
const STRING = /"(?:[^"\\\n]|\\.)*"?/y;
const PLACE = /(\{\{[^{}\n]*\}\})/;

/**
 * The tokens of a text; together they are the text again. Placeholders within strings
 * are tokens of their own, unless `places` is false: then braces are just text.
 * @param {string} text
 * @param {boolean} [places]
 * @returns {Token[]}
 */
export function tokens(text, places = true) {
  /** @type {Token[]} */
  const found = [];
  for (let at = 0; at < text.length; ) {
    const string = match(STRING, text, at);
    const [kind, piece] = string ? [/** @type {const} */ ("string"), string[0]] : plain(text, at, places);
    at += piece.length;
    if (kind !== "string") found.push({ kind, text: piece });
    else found.push(...pieces(piece, /^\s*:/.test(text.slice(at, at + 80)) ? "key" : "string", places));
  }
  return found;
}

/** @param {RegExp} pattern @param {string} text @param {number} at */
function match(pattern, text, at) {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** @param {string} text @param {number} at @param {boolean} places @returns {[Token["kind"], string]} */
function plain(text, at, places) {
  const groups = /** @type {Record<string, string>} */ (match(PLAIN, text, at)?.groups);
  if (groups.place && !places) return ["mark", "{"];
  const [kind, piece] = /** @type {[Token["kind"], string]} */ (Object.entries(groups).find(([, found]) => found));
  return [kind, piece];
}

/** @param {string} string @param {"key" | "string"} kind @param {boolean} places @returns {Token[]} */
function pieces(string, kind, places) {
  if (!places) return [{ kind, text: string }];
  return string.split(PLACE).map((text, i) => ({ kind: i % 2 ? /** @type {const} */ ("place") : kind, text })).filter((t) => t.text);
}

/** Whether a position stands within a string. @param {string} text @param {number} at */
export function inString(text, at) {
  let start = 0;
  for (const match of text.matchAll(/"(?:[^"\\\n]|\\.)*("|$|(?=\n))/g)) {
    start = match.index;
    if (start >= at) return false;
    if (at < start + match[0].length || (!match[1] && at === start + match[0].length)) return true;
  }
  return false;
}

/**
 * Valid JSON, laid out for reading with two spaces; every digit, escape and key
 * stays as it is. Any other text comes back unchanged.
 * @param {string} text
 */
export function laidOut(text) {
  try { JSON.parse(text); } catch { return text; }
  const parts = tokens(text, false).filter((t) => t.kind !== "space");
  let out = "", depth = 0;
  const newline = () => "\n" + "  ".repeat(depth);
  parts.forEach(({ kind, text: piece }, i) => {
    const empty = kind === "mark" && /[}\]]/.test(piece) && /[{[]/.test(parts[i - 1]?.text) && parts[i - 1].kind === "mark";
    if (kind !== "mark") out += piece;
    else if (/[{[]/.test(piece)) { depth++; out += piece + (/[}\]]/.test(parts[i + 1].text) && parts[i + 1].kind === "mark" ? "" : newline()); }
    else if (/[}\]]/.test(piece)) { depth--; out += (empty ? "" : newline()) + piece; }
    else out += piece === "," ? "," + newline() : ": ";
  });
  return out;
}

/**
 * The position in a JavaScript string of a byte of its UTF-8 form.
 * @param {string} text @param {number} offset bytes
 */
export function position(text, offset) {
  let bytes = 0, at = 0;
  for (const char of text) {
    if (bytes >= offset) return at;
    const code = /** @type {number} */ (char.codePointAt(0));
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    at += char.length;
  }
  return at;
}
