import { h } from "./dom.js";

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });
const format = (year) => new Intl.DateTimeFormat(undefined, { year, month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit" });
const short = format(), dated = format("numeric");
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

const DAY = 86400, HOUR = 3600, MINUTE = 60; // seconds

/** "3 minutes ago", "in 2 days", "now" within 5 seconds. Times are in milliseconds. */
export function ago(at, now) {
  const seconds = Math.round((at - now) / 1000), size = Math.abs(seconds);
  if (size >= DAY) return relative.format(Math.trunc(seconds / DAY), "day");
  if (size >= HOUR) return relative.format(Math.trunc(seconds / HOUR), "hour");
  if (size >= MINUTE) return relative.format(Math.trunc(seconds / MINUTE), "minute");
  return relative.format(size < 5 ? 0 : seconds, "second");
}

/** The time remaining until a time: "11 h 4 min", "12 min 3 s", "8 s", "a moment" once it is past. */
export function left(at, now) {
  const s = Math.ceil((at - now) / 1000);
  if (s <= 0) return "a moment";
  const [hours, minutes] = [Math.floor(s / HOUR), Math.floor((s % HOUR) / MINUTE)];
  return hours ? `${hours} h ${minutes} min` : minutes ? `${minutes} min ${s % MINUTE} s` : `${s} s`;
}

/** "34 ms", "1.2 s", "12 s". */
export function duration(ms) {
  if (ms < 1) return "under 1 ms";
  return ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}

const yearOf = (at) => new Date(at).getFullYear();

/** The date and time, with the year unless it is the current one. */
export const clock = (at, now) => (yearOf(at) === yearOf(now) ? short : dated).format(at);

const texts = { ago, left, clock };

/**
 * A time in the user's time zone that is updated: as "ago", as "left" until then, or
 * as "clock" time. The exact time appears on hover and focus. Set focusable if no
 * surrounding link or row has the focus.
 */
export function time(iso, as = "ago", focusable = false) {
  const at = Date.parse(iso);
  return h("time", { datetime: iso, title: exact.format(at), data: { as }, tabindex: focusable && "0" }, texts[as](at, Date.now()));
}

/** Updates every time on the page. */
export function tick() {
  for (const el of document.querySelectorAll("time")) {
    const text = texts[el.dataset.as](Date.parse(el.dateTime), Date.now());
    if (el.textContent !== text) el.textContent = text;
  }
}

/** The value of a datetime-local field for a time, in the user's time zone. */
export function toField(iso) {
  const at = new Date(iso || NaN);
  return Number.isNaN(at.getTime()) ? "" : at.toLocaleString("sv").slice(0, 16).replace(" ", "T"); // Sweden writes ISO 8601
}

/** The time in a datetime-local field, or "" if it is empty. */
export const fromField = (value) => (value ? new Date(value).toISOString() : "");
