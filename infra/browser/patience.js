// How long the tests wait for what is to come, in milliseconds. A machine that is
// shared, with two cores, can be slow by much; a test that passes waits for nothing.
export const PATIENCE = 60_000;
