// Reads an event, and creates an integration, with generated types.

import type { components, paths, webhooks } from "./api.js";

type Succeeded = webhooks["ACTOR.RUN.SUCCEEDED"]["post"];
type Create = paths["/v1/integrations"]["post"];

export function received(body: Succeeded["requestBody"]["content"]["application/json"], headers: Succeeded["parameters"]["header"]): string {
  const kind: "ACTOR.RUN.SUCCEEDED" = body.eventType;
  const task: string | null | undefined = body.resource?.taskId;
  const user: string | number = body.userId;
  return [kind, task, user, headers["Webhook-Dispatch-Id"]].join(" ");
}

// @ts-expect-error: an event has a user
export const withoutUser: components["schemas"]["TaskEvent"] = { eventType: "TEST" };

// @ts-expect-error: the deployment has no such event type
export const unknown: components["schemas"]["TaskEvent"] = { eventType: "NONE", userId: 3406 };

export const created: Create["responses"][201]["content"]["application/json"]["eventTypes"] = ["ACTOR.RUN.FAILED"];
