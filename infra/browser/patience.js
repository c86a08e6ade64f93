// Timeouts of the tests, in milliseconds. They are long because shared machines with two cores can be
// slow. Passing tests do not wait for them.
export const PATIENCE = 60_000;
