// @ts-check
// The management API, as far as the console needs it.

import { authorization } from "./session.js";

const PATIENCE = 20_000; // milliseconds for one answer

/**
 * @typedef {{ location: string, message: string, line?: number, column?: number, offset?: number, length?: number, suggestion?: string }} Fault
 * @typedef {{ id: string, name: string, description: string, eventTypes: string[], requestUrl: string, payloadTemplate: string,
 *   headersTemplate: string, status: "active" | "paused" | "disabled", statusReason?: string, doNotRetry: boolean, version: number,
 *   createdAt: string, modifiedAt: string, failingSince?: string }} Integration
 */

/** An answer that is a problem (RFC 9457), or none at all: then status is 0. */
export class Problem extends Error {
  /** @param {number} status @param {string} detail @param {Fault[]} [errors] @param {string} [instance] */
  constructor(status, detail, errors = [], instance = "") {
    super(detail);
    this.status = status;
    this.errors = errors;
    this.instance = instance;
  }
}

/**
 * Calls the API. Throws a Problem, or the abort of the signal that was given.
 *
 * @param {string} method
 * @param {string} path below /v1/
 * @param {{ body?: any, query?: Record<string, any>, headers?: Record<string, string>, signal?: AbortSignal }} [options]
 * @returns {Promise<{ data: any, etag: string }>}
 */
export async function call(method, path, { body, query, headers, signal } = {}) {
  const to = new URL(`/v1/${path}`, location.origin);
  for (const [name, value] of Object.entries(query ?? {})) if (value) to.searchParams.set(name, value);
  const answer = await send(to, {
    method,
    headers: { Accept: "application/json", ...(body && { "Content-Type": "application/json" }), ...authorization(), ...headers },
    body: body && JSON.stringify(body),
    signal: AbortSignal.any([AbortSignal.timeout(PATIENCE), ...(signal ? [signal] : [])]),
  });
  const data = parse(await answer.text());
  if (answer.ok) return { data, etag: answer.headers.get("ETag") ?? "" };
  throw new Problem(answer.status, data?.detail ?? data?.message ?? `The service answered ${answer.status}.`, data?.errors ?? [], data?.instance);
}

/**
 * Reads JSON so that writing it again gives the same digits, however many: events show
 * numbers as the platform wrote them.
 * @param {string} text
 */
function parse(text) {
  const { rawJSON } = /** @type {any} */ (JSON);
  const exact = (/** @type {string} */ _, /** @type {any} */ value, /** @type {any} */ context) =>
    typeof value === "number" && rawJSON && context?.source !== String(value) ? rawJSON(context.source) : value;
  try { return JSON.parse(text, exact); } catch { return null; }
}

/** @param {URL} to @param {RequestInit} init */
async function send(to, init) {
  try {
    return await fetch(to, init);
  } catch (error) {
    if (/** @type {Error} */ (error).name === "AbortError") throw error;
    throw new Problem(0, navigator.onLine ? "The service does not answer." : "You are offline.");
  }
}

/** @param {string[]} parts */
const at = (...parts) => ["integrations", ...parts.map(encodeURIComponent)].join("/");

/** @typedef {AbortSignal} Signal */

export const integrations = {
  /** Every integration of the user: at most a few hundred, in pages. @param {Signal} [signal] @returns {Promise<Integration[]>} */
  async all(signal) {
    const found = [];
    let cursor = "";
    do {
      const { data } = await call("GET", at(), { query: { cursor, limit: 100 }, signal });
      found.push(...data.integrations);
      cursor = data.cursor;
    } while (cursor);
    return found;
  },
  /** @param {string} id @param {Signal} [signal] @returns {Promise<{ data: Integration, etag: string }>} */
  get: (id, signal) => call("GET", at(id), { signal }),
  /** @param {any} body @param {string} key the same key gives the same integration */
  create: (body, key) => call("POST", at(), { body, headers: { "Idempotency-Key": key } }),
  /** @param {string} id @param {any} changes @param {string} etag of what was read; "" changes whatever is there */
  change: (id, changes, etag) => call("PATCH", at(id), { body: changes, headers: etag ? { "If-Match": etag } : {} }),
  /** @param {string} id */
  remove: (id) => call("DELETE", at(id)),
  /** @param {string} id */
  test: (id) => call("POST", at(id, "test")),
  /** @param {string} id @param {Signal} [signal] */
  secret: (id, signal) => call("GET", at(id, "secret"), { signal }),
  /** @param {string} id */
  rotate: (id) => call("POST", at(id, "secret", "rotate")),
  /** @param {string} id @param {any} period @param {Signal} [signal] */
  recover: (id, period, signal) => call("POST", at(id, "recover"), { body: period, signal }),
};

export const dispatches = {
  /** @param {string} id of the integration @param {Record<string, any>} query @param {Signal} [signal] */
  page: async (id, query, signal) => (await call("GET", at(id, "dispatches"), { query, signal })).data,
  /** @param {string} id @param {string} dispatch @param {Signal} [signal] */
  get: async (id, dispatch, signal) => (await call("GET", at(id, "dispatches", dispatch), { signal })).data,
  /** @param {string} id @param {string} dispatch */
  redeliver: (id, dispatch) => call("POST", at(id, "dispatches", dispatch, "redeliver")),
};

/** What a request would be. @param {any} body @param {Signal} [signal] */
export const render = async (body, signal) => (await call("POST", "render", { body, signal })).data;

/** @type {Map<string, Promise<any>>} */
const kept = new Map();

/** Gets what stays the same while the page is open, once. @param {string} path @returns {Promise<any>} */
function once(path) {
  if (!kept.has(path)) {
    const answer = call("GET", path).then(({ data }) => data);
    answer.catch(() => kept.delete(path));
    kept.set(path, answer);
  }
  return /** @type {Promise<any>} */ (kept.get(path));
}

/** @typedef {{ type: string, label: string, description: string }} EventType */
/** @typedef {{ name: string, path: string, type: string, description: string, example?: string }} Variable */

/** @returns {Promise<EventType[]>} */
export const eventTypes = async () => (await once("event-types")).eventTypes;

/** @returns {Promise<{ variables: Variable[], defaultPayloadTemplate: string }>} */
export const variables = () => once("variables");
