// The parts of the system that tests and screenshots use, without the console.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { PATIENCE } from "./patience.js";

const EXAMPLE = join(import.meta.dirname, "../../events/task-succeeded.detail.json");

/** @param {string} base the node's URL */
export function world(base) {
  const json = async (method, path, body, headers = {}) => {
    const answer = await fetch(base + path, { method, headers: { "Content-Type": "application/json", ...headers }, body: body && JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
    return answer.status === 204 ? null : answer.json();
  };
  const integration = (id) => json("GET", `/v1/integrations/${id}`);

  return {
    /** Creates an integration for an inbox: create("Name", "lake?status=503", {...}). */
    create: (name, inbox, more = {}) =>
      json("POST", "/v1/integrations", { name, requestUrl: `${base}/inbox/${inbox}`, eventTypes: ["ACTOR.RUN.SUCCEEDED", "ACTOR.RUN.FAILED"], ...more }),
    change: (id, changes) => json("PATCH", `/v1/integrations/${id}`, changes),
    test: (id) => json("POST", `/v1/integrations/${id}/test`),
    integration,
    presets: async () => (await json("GET", "/v1/presets")).presets,
    filters: async () => (await json("GET", "/v1/variables")).filters,
    dispatches: async (id) => (await json("GET", `/v1/integrations/${id}/dispatches`)).dispatches,
    secret: (id) => json("GET", `/v1/integrations/${id}/secret`),
    removeAll: async () => {
      for (const { id } of (await json("GET", "/v1/integrations")).integrations) await json("DELETE", `/v1/integrations/${id}`);
    },

    /** Puts events on the bus, like the platform. */
    async put(...changes) {
      const example = JSON.parse(readFileSync(EXAMPLE, "utf8"));
      const now = new Date().toISOString();
      const Entries = changes.map((change) => ({
        Source: "thordata.scraper", DetailType: "Web Scraper Task Status Change",
        Detail: JSON.stringify({ ...example, createdAt: now, eventId: crypto.randomUUID(), ...change }),
      }));
      const answer = await json("POST", "/", { Entries }, { "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "AWSEvents.PutEvents" });
      if (answer.FailedEntryCount) throw new Error(JSON.stringify(answer));
    },

    /** The requests in an inbox, newest first. */
    inbox: async (name) => (await json("GET", `/inbox/${name}`)).requests,

    /** Waits until look() returns a value. */
    async until(look, what) {
      for (const end = Date.now() + PATIENCE; Date.now() < end;) {
        const found = await look();
        if (found) return found;
        await new Promise((again) => setTimeout(again, 50));
      }
      throw new Error(`never saw ${what}`);
    },
  };
}
