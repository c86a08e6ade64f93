// The parts of the management API that the console uses.

import { authorization } from "./session.js";

const PATIENCE = 20_000; // milliseconds for one answer

/** A problem (RFC 9457) in a response. Without a response, status is 0. */
export class Problem extends Error {
  constructor(status, detail, errors = [], instance = "") {
    super(detail);
    this.status = status;
    this.errors = errors;
    this.instance = instance;
  }
}

/**
 * Calls the API. It throws a Problem, or the abort of the given signal.
 * @param {any} [options]
 */
async function call(method, path, options = {}) {
  const { body, query, headers, signal } = options;
  const to = new URL(`/v1/${path}`, location.origin);
  for (const [name, value] of Object.entries(query ?? {})) if (value) to.searchParams.set(name, value);
  const answer = await send(to, {
    method,
    headers: { Accept: "application/json", ...(body && { "Content-Type": "application/json" }), ...authorization(), ...headers },
    body: body && JSON.stringify(body),
    signal: AbortSignal.any([AbortSignal.timeout(PATIENCE), signal].filter(Boolean)),
  });
  const data = parse(await answer.text());
  if (answer.ok) return { data, etag: answer.headers.get("ETag") ?? "" };
  const { detail, message, errors, instance } = data ?? {};
  throw new Problem(answer.status, detail ?? message ?? `The service answered ${answer.status}.`, errors, instance);
}

/**
 * Parses JSON without losing digits of numbers, so that events are shown as the
 * platform sent them.
 */
function parse(text) {
  const { rawJSON } = /** @type {any} */ (JSON);
  const exact = (_, value, context) =>
    typeof value === "number" && rawJSON && context?.source !== String(value) ? rawJSON(context.source) : value;
  try { return JSON.parse(text, exact); } catch { return null; }
}

async function send(to, init) {
  try {
    return await fetch(to, init);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(0, navigator.onLine ? "The service is not responding." : "You are offline.");
  }
}

const at = (...parts) => ["integrations", ...parts.map(encodeURIComponent)].join("/");

export const integrations = {
  /** All integrations of the user, at most a few hundred, read in pages. */
  async all(signal) {
    const found = [];
    let cursor = "";
    do {
      const { data } = await call("GET", at(), { query: { cursor }, signal });
      found.push(...data.integrations);
      cursor = data.cursor;
    } while (cursor);
    return found;
  },

  get: (id, signal) => call("GET", at(id), { signal }),
  /** Requests with the same key create only one integration. */
  create: (body, key) => call("POST", at(), { body, headers: { "Idempotency-Key": key } }),
  /** Without an etag the change is unconditional. */
  change: (id, changes, etag = "") => call("PATCH", at(id), { body: changes, headers: etag ? { "If-Match": etag } : {} }),
  remove: (id) => call("DELETE", at(id)),
  test: (id) => call("POST", at(id, "test")),
  testFilter: async (id, filter) => (await call("POST", at(id, "filter", "test"), { body: { filter } })).data,
  probe: (id) => call("POST", at(id, "probe")),
  secret: (id, signal) => call("GET", at(id, "secret"), { signal }),
  rotate: (id) => call("POST", at(id, "secret", "rotate")),
  recover: (id, period, signal) => call("POST", at(id, "recover"), { body: period, signal }),
};

export const dispatches = {
  page: async (id, query, signal) => (await call("GET", at(id, "dispatches"), { query, signal })).data,
  get: async (id, dispatch, signal) => (await call("GET", at(id, "dispatches", dispatch), { signal })).data,
  redeliver: (id, dispatch) => call("POST", at(id, "dispatches", dispatch, "redeliver")),
};

/** The request that would be sent, and the errors in its templates. */
export const render = async (body, signal) => (await call("POST", "render", { body, signal })).data;

const kept = new Map();

/** Reads data that does not change while the page is open, once. */
function once(path) {
  if (!kept.has(path)) {
    const answer = call("GET", path).then(({ data }) => data);
    answer.catch(() => kept.delete(path));
    kept.set(path, answer);
  }
  return (kept.get(path));
}

export const eventTypes = async () => (await once("event-types")).eventTypes;

/** The retry schedule, timeouts and limits of this deployment. */
export const settings = () => once("settings");

export const presets = async () => (await once("presets")).presets;

export const variables = () => once("variables");
