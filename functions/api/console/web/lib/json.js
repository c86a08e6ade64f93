// Tokenizes JSON, and JSON with placeholders, as text: to highlight it, to format it without
// changing a digit, and to find the token at the cursor. It does not check whether the text is
// valid.

// A placeholder. Behind its first bar, arguments of filters may stand in quotes, escaped or not.
const PLACEHOLDER = String.raw`\{\{[^{}"\\\n|]*(?:\|(?:\\.|"(?:[^"\\\n]|\\.)*"|[^{}"\\\n])*)?\}\}`;
const INSIDE = String.raw`(?:${PLACEHOLDER}|[^"\\\n]|\\.)*`; // of a string
const TOKEN = new RegExp(String.raw`(?<string>"${INSIDE}"?)|(?<space>\s+)|(?<place>${PLACEHOLDER})|(?<number>-?\d[\d.eE+-]*)|(?<word>true|false|null)|(?<mark>[{}[\],:])|(?<bad>[^])`, "g");
const PLACE = new RegExp(`(${PLACEHOLDER})`);
const KEY = /\s*:/y;

/**
 * The tokens of a text as { kind, text }, without gaps. Kinds are string, key, space,
 * place (a placeholder, also inside a string), number, word, mark and bad.
 */
export function tokens(text) {
  const found = [];
  for (const match of text.matchAll(TOKEN)) {
    const [kind, piece] = Object.entries(match.groups).find(([, piece]) => piece);
    if (kind !== "string") { found.push({ kind, text: piece }); continue; }
    KEY.lastIndex = match.index + piece.length;
    const own = KEY.test(text) ? "key" : "string";
    piece.split(PLACE).forEach((part, i) => part && found.push({ kind: i % 2 ? "place" : own, text: part }));
  }
  return found;
}

/** The placeholders of a text: { from, to } of each. */
export const placeholders = (text) => [...text.matchAll(new RegExp(PLACEHOLDER, "g"))].map(({ index, 0: { length } }) => ({ from: index, to: index + length }));

const STRING = new RegExp(String.raw`"${INSIDE}(?:"|\\?$|(?=\n))`, "g");

/** Whether a position is inside a string. */
export function inString(text, at) {
  for (const { index, 0: string } of text.matchAll(STRING)) {
    const end = index + string.length - (/[^\\]"$/.test(string) || string === '""' ? 1 : 0);
    if (at > index) { if (at <= end) return true; } else return false;
  }
  return false;
}

/**
 * Formats valid JSON with an indentation of two spaces, without changing any digit,
 * escape or key. Any other text is returned unchanged.
 */
export function laidOut(text) {
  try { JSON.parse(text); } catch { return text; }
  let out = "", depth = 0;
  for (const [piece] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{[]\s*[}\]]|[^\s{}[\],:"]+|[{}[\],:]/g)) {
    const newline = (by) => "\n" + "  ".repeat((depth += by));
    if (piece === "{" || piece === "[") out += piece + newline(1);
    else if (piece === "}" || piece === "]") out += newline(-1) + piece;
    else if (piece === ",") out += piece + newline(0);
    else out += piece === ":" ? ": " : /^[{[]/.test(piece) ? piece.replace(/\s/g, "") : piece;
  }
  return out;
}

/** The index in a JavaScript string of a byte offset in UTF-8. */
export function position(text, offset) {
  const bytes = new TextEncoder().encode(text);
  return new TextDecoder().decode(bytes.subarray(0, offset)).length;
}
