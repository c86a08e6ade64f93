// What this deployment has set, as far as texts need it.

import { eventTypes, settings } from "./api.js";

const eventNames = new Map([["TEST", "Test"]]);
let policy = { schedule: "", pauseAfterSeconds: 0 };

/** Asks the API, once. Without an answer texts leave out what they do not know. */
export async function learn() {
  await Promise.allSettled([
    eventTypes().then((types) => types.forEach(({ type, label }) => eventNames.set(type, label))),
    settings().then((answer) => (policy = answer)),
  ]);
}

/** The name of an event type; the type itself if the API does not list it. */
export const eventName = (type) => eventNames.get(type) ?? type;

/** "12 attempts over about 29 hours". */
export const attempts = () => policy.schedule.split(",")[0];

/** "5 days": for how long an integration may fail before it is paused. */
export function pauseAfter() {
  const hours = Math.round(policy.pauseAfterSeconds / 3600);
  return hours % 24 === 0 && hours > 24 ? `${hours / 24} days` : `${hours} hours`;
}
