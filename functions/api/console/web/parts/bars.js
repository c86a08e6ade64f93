import { svg } from "../lib/dom.js";
import { DISPATCH } from "../lib/causes.js";

const COUNT = 24, STEP = 6, HEIGHT = 28;

/**
 * A chart of the last dispatches, newest on the right: the colour is the status, the
 * height the duration of the last attempt.
 */
export function bars(dispatches) {
  const shown = dispatches.slice(0, COUNT);
  return svg("svg.bars", { viewBox: `0 0 ${COUNT * STEP} ${HEIGHT}`, width: COUNT * STEP, height: HEIGHT, role: "img", "aria-label": summary(shown) },
    Array.from({ length: COUNT }, (_, i) => bar(shown[i], (COUNT - 1 - i) * STEP)));
}

function bar(dispatch, x) {
  const high = dispatch ? heightOf(dispatch.lastAttempt?.durationMs ?? 0) : 3;
  return svg("rect", { class: dispatch?.status.toLowerCase(), x: x + 1, y: HEIGHT - high, width: STEP - 2, height: high, rx: 1.5 });
}

/** 10 at 1 ms or less, 28 at 10 s or more. */
const heightOf = (ms) => Math.round(10 + 18 * Math.min(Math.log10(Math.max(ms, 1)) / 4, 1));

function summary(shown) {
  if (!shown.length) return "No deliveries yet";
  const counts = Object.entries(Object.groupBy(shown, (d) => DISPATCH[d.status])).map(([label, some]) => `${some.length} ${label.toLowerCase()}`);
  return `The last ${shown.length} deliveries: ${counts.join(", ")}`;
}
