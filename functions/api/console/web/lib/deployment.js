// The settings of this deployment that texts need.

import { eventTypes, settings } from "./api.js";

const eventNames = new Map([["TEST", "Test"]]);
let policy = { schedule: "", pauseAfterSeconds: 0 };

/** Reads the settings from the API once. Without them, texts omit the unknown values. */
export async function learn() {
  await Promise.allSettled([
    eventTypes().then((types) => types.forEach(({ type, label }) => eventNames.set(type, label))),
    settings().then((answer) => (policy = answer)),
  ]);
}

/** The label of an event type, or the type itself if the API does not list it. */
export const eventName = (type) => eventNames.get(type) ?? type;

/** "12 attempts over about 29 hours". */
export const attempts = () => policy.schedule.split(",")[0];

/** "5 days": how long an integration may fail before it is paused. */
export function pauseAfter() {
  const hours = Math.round(policy.pauseAfterSeconds / 3600);
  return hours % 24 === 0 && hours > 24 ? `${hours / 24} days` : `${hours} hours`;
}
