// @ts-check
import { h } from "./dom.js";

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });
const clock = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit" });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto", style: "long" });

const UNITS = /** @type {const} */ ([["day", 86400], ["hour", 3600], ["minute", 60]]);

/**
 * "3 minutes ago", "in 2 days", "now" within the same 5 seconds.
 * @param {number} at @param {number} now both in milliseconds
 */
export function ago(at, now) {
  const seconds = Math.round((at - now) / 1000);
  if (Math.abs(seconds) < 5) return relative.format(0, "second");
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return relative.format(seconds, "second");
}

/**
 * "1 d 4 h", "12 min 3 s", "8 s": what is left until a time, "now" when it has come.
 * @param {number} at @param {number} now both in milliseconds
 */
export function left(at, now) {
  let s = Math.ceil((at - now) / 1000);
  if (s <= 0) return "now";
  const parts = [];
  for (const [unit, size] of /** @type {const} */ ([["d", 86400], ["h", 3600], ["min", 60], ["s", 1]])) {
    if (s >= size && parts.length < 2) parts.push(`${Math.floor(s / size)} ${unit}`);
    s %= size;
  }
  return parts.join(" ");
}

/** "34 ms", "1.2 s". @param {number} ms */
export const duration = (ms) => (ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(ms < 10000 ? 1 : 0)} s`);

const texts = {
  ago,
  left: (/** @type {number} */ at, /** @type {number} */ now) => left(at, now),
  clock: (/** @type {number} */ at) => clock.format(at),
};

/**
 * A time in the reader's zone, kept up to date, with the exact one on hover and focus.
 * @param {string} iso
 * @param {keyof typeof texts} [as] "ago" by default
 * @param {boolean} [focusable] off where a link or a row bears the focus
 */
export function time(iso, as = "ago", focusable = false) {
  const at = Date.parse(iso);
  return h("time", { datetime: iso, title: exact.format(at), data: { as }, tabindex: focusable && "0" }, texts[as](at, Date.now()));
}

/** Keeps every time on the page up to date. */
export function tick() {
  for (const el of /** @type {NodeListOf<HTMLTimeElement>} */ (document.querySelectorAll("time[data-as]"))) {
    const as = /** @type {keyof typeof texts} */ (el.dataset.as);
    const text = texts[as](Date.parse(el.dateTime), Date.now());
    if (el.textContent !== text) el.textContent = text;
  }
}

/** The value of a datetime-local field for a time, in the reader's zone. @param {string | null} iso */
export function toField(iso) {
  if (!iso || Number.isNaN(Date.parse(iso))) return "";
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

/** The time that a datetime-local field holds, "" if none. @param {string} value */
export const fromField = (value) => (value ? new Date(value).toISOString() : "");
