import assert from "node:assert/strict";
import { test } from "node:test";

import { onPage, stage } from "../stage.js";

const s = stage();

const payload = (page) => page.getByLabel("Payload template");

test("a new user sets up an integration, tests it and sees the response", (t) => onPage(s, t, async (page) => {
  await s.world.removeAll();
  await page.goto("/console");
  await page.getByRole("link", { name: "Set up your first integration" }).click();
  await page.getByLabel("Integration Name").fill("Results to the data lake");
  await page.getByRole("checkbox", { name: "Running" }).check();
  await page.getByRole("button", { name: "Use this inbox" }).click();
  await page.getByRole("button", { name: "Create integration" }).click();

  await page.getByRole("heading", { name: "Results to the data lake" }).waitFor();
  await page.getByText("No deliveries yet").waitFor();
  assert.match(page.url(), /\/console\/integrations\/[0-9A-Z]{26}$/);
  await page.getByRole("button", { name: "Send test" }).first().click();

  await page.getByText("The receiver accepted it").waitFor();
  await page.getByText("kept in inbox demo").waitFor();
  const [got] = await s.world.inbox("demo");
  assert.match(page.url(), new RegExp(got.headers["Webhook-Dispatch-Id"][0]));
  const [made] = await s.world.dispatches(new URL(page.url()).pathname.split("/")[3]);
  assert.equal(made.eventType, "TEST");
}));

test("errors of the server are shown at the fields", (t) => onPage(s, t, async (page) => {
  await page.goto("/console/new");
  await page.getByLabel("URL", { exact: true }).fill("ftp://example.com");
  for (const kind of ["Task Succeeded", "Task Failed"]) await page.getByRole("checkbox", { name: kind }).uncheck();
  await page.getByRole("button", { name: "Create integration" }).click();

  const name = page.getByLabel("Integration Name");
  await page.getByText("Must not be empty").waitFor();
  assert.equal(await name.getAttribute("aria-invalid"), "true");
  assert.equal(await name.evaluate((el) => el === document.activeElement), true, "the first wrong field has the focus");
  await page.getByText("Choose at least one.").waitFor();
  assert.equal(await page.getByLabel("URL", { exact: true }).getAttribute("aria-invalid"), "true");
  await page.getByText("Not saved: fix the fields that are marked above.").waitFor();
}, { expected: /status of 422/ }));

test("an error in a template is underlined and fixed with a click", (t) => onPage(s, t, async (page) => {
  await page.goto("/console/new");
  await payload(page).fill('{\n  "ä": "{{resorce.taskId}}"\n}');
  const underlined = page.locator(".editor pre .wrong");
  await underlined.waitFor();
  assert.match(await underlined.textContent(), /resorce/);
  await page.getByText(/Line 2, column \d+/).waitFor();
  assert.equal(await page.locator(".numbers b").textContent(), "2\n");

  await page.getByRole("button", { name: "Use resource" }).click();
  await underlined.waitFor({ state: "detached" });
  assert.match(await payload(page).inputValue(), /"\{\{resource\.taskId\}\}"/);
  await page.keyboard.press("Control+z");
  assert.match(await payload(page).inputValue(), /\{\{resorce/, "undo takes the mending back");
}));

test("a variable is inserted at the cursor", (t) => onPage(s, t, async (page) => {
  await page.goto("/console/new");
  await payload(page).fill('{"task": "id ", "more": }');
  await payload(page).evaluate((el) => el.setSelectionRange(13, 13));
  await page.getByLabel("Find a variable").fill("task id");
  await page.getByRole("button", { name: "{{taskId}}" }).click();
  assert.equal(await payload(page).inputValue(), '{"task": "id {{taskId}}", "more": }');
  await payload(page).evaluate((el) => el.setSelectionRange(34, 34));
  await page.getByRole("button", { name: "{{taskId}}" }).click();
  assert.equal(await payload(page).inputValue(), '{"task": "id {{taskId}}", "more": "{{taskId}}"}');
}));

test("a click on a variable works before the cursor was placed", (t) => onPage(s, t, async (page) => {
  await page.goto("/console/new");
  const before = JSON.parse(await payload(page).inputValue());
  await page.getByLabel("Find a variable").fill("task id");
  await page.getByRole("button", { name: "{{taskId}}" }).click();
  await page.getByRole("button", { name: "{{taskId}}" }).click();
  assert.deepEqual(JSON.parse(await payload(page).inputValue()), { ...before, taskId: "{{taskId}}", taskId2: "{{taskId}}" });
  await page.getByLabel("Headers template").focus();
  await page.getByRole("button", { name: "{{taskId}}" }).click();
  assert.deepEqual(JSON.parse(await page.getByLabel("Headers template").inputValue()), { taskId: "{{taskId}}" });
}));

test("the list of variables has the filters, and a wrong one is fixed", (t) => onPage(s, t, async (page) => {
  const filters = await s.world.filters();
  await page.goto("/console/new");
  await payload(page).fill('{"code": "{{apiCode}}"}');
  await payload(page).evaluate((el) => el.setSelectionRange(19, 19));
  await page.getByLabel("Find a variable").fill("filter");
  const items = page.getByRole("list", { name: "All variables" }).getByRole("button");
  assert.equal(await items.filter({ visible: true }).count(), filters.length);
  await items.filter({ hasText: "| text" }).click();
  await items.filter({ hasText: "| default: …" }).click();
  assert.equal(await payload(page).inputValue(), '{"code": "{{apiCode | text | default: "none"}}"}');
  const body = page.getByRole("region", { name: "Request body" });
  await body.getByText('"400"').waitFor();

  await payload(page).fill('{"code": "{{apiCode | txt}}"}');
  await page.getByRole("button", { name: "Use text" }).click();
  assert.equal(await payload(page).inputValue(), '{"code": "{{apiCode | text}}"}');
}));

test("a template that is probably wrong is saved with a warning", (t) => onPage(s, t, async (page) => {
  const made = await s.world.create("Warned", "warned");
  await page.goto(`/console/integrations/${made.id}/settings`);
  await payload(page).fill('{"task": "${taskId}", "code": "{{apiCode}}"}');
  const warning = "Payload template: line 1, column 11: ${taskId} is sent as it is written: write {{taskId}} for its value.";
  await page.getByRole("list", { name: "Warnings" }).getByText(warning).waitFor();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText(`Saved. ${warning}`).waitFor();

  await page.goto(`/console/integrations/${made.id}/settings`);
  await payload(page).fill('{"task": "{{taskId}}"}');
  await page.getByRole("list", { name: "Warnings" }).waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved.", { exact: true }).waitFor();
}));

test("the preview follows typing, with samples and past events", (t) => onPage(s, t, async (page) => {
  const made = await s.world.create("Preview", "preview");
  await s.world.put({ resource: { taskId: "a-task-of-the-past", big: 12345678901234567 } });
  await s.world.until(async () => (await s.world.inbox("preview")).length, "the event");
  await page.goto(`/console/integrations/${made.id}/settings`);
  await payload(page).fill('{"id": "{{taskId}}", "state": "{{eventType}}"}');
  const body = page.getByRole("region", { name: "Request body" });
  await body.getByText("ACTOR.RUN.SUCCEEDED").waitFor();

  await page.getByRole("combobox", { name: "Event" }).selectOption({ label: "Task Failed" });
  await body.getByText("ACTOR.RUN.FAILED").waitFor();
  const past = await page.locator("optgroup[label='Your past events'] option").first().getAttribute("value");
  await page.getByRole("combobox", { name: "Event" }).selectOption(past);
  await body.getByText("a-task-of-the-past").waitFor();

  await page.getByLabel("Headers template").fill('{"X-Task": "{{taskId}}"}');
  await page.locator(".headers dd", { hasText: "a-task-of-the-past" }).waitFor();
  await page.getByText("Exact bytes").click();
  assert.equal(await body.textContent(), '{"id": "a-task-of-the-past", "state": "ACTOR.RUN.SUCCEEDED"}');
}));

test("leaving does not lose an edit", (t) => onPage(s, t, async (page) => {
  await page.goto("/console/");
  await page.goto("/console/new");
  await page.getByLabel("Integration Name").fill("Half done");
  await page.getByRole("link", { name: "Integrations" }).click();
  await page.getByRole("dialog").getByText("Leave without saving?").waitFor();
  await page.keyboard.press("Escape");
  assert.equal(await page.getByLabel("Integration Name").inputValue(), "Half done");
  await page.getByRole("link", { name: "Integrations" }).click();
  await page.getByRole("button", { name: "Leave" }).click();
  await page.getByRole("heading", { name: "Integrations" }).waitFor();
}));

test("concurrent edits in two tabs ask what to do", (t) => onPage(s, t, async (page) => {
  const made = await s.world.create("Shared", "shared");
  await page.goto(`/console/integrations/${made.id}/settings`);
  await page.getByLabel("Integration Name").fill("Mine");
  await s.world.change(made.id, { name: "Theirs" });
  await page.getByRole("button", { name: "Save", exact: true }).click();

  const dialog = page.getByRole("dialog");
  await dialog.getByText("It was changed elsewhere").waitFor();
  await dialog.getByRole("row", { name: "Integration Name Mine Theirs" }).waitFor();
  await dialog.getByRole("button", { name: "Continue editing" }).click();
  assert.equal(await page.getByLabel("Integration Name").inputValue(), "Mine");
  assert.equal((await s.world.integration(made.id)).name, "Theirs");

  await page.getByRole("button", { name: "Save", exact: true }).click();
  await dialog.getByRole("button", { name: "Overwrite with mine" }).click();
  await page.getByRole("heading", { name: "Mine" }).waitFor();
  assert.equal((await s.world.integration(made.id)).name, "Mine");
}, { expected: /status of 412/ }));

test("the version saved elsewhere can be used", (t) => onPage(s, t, async (page) => {
  const made = await s.world.create("Shared", "shared");
  await page.goto(`/console/integrations/${made.id}/settings`);
  await page.getByLabel("Integration Name").fill("Mine");
  await s.world.change(made.id, { name: "Theirs" });
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("button", { name: "Use the saved version" }).click();
  await page.getByRole("heading", { name: "Theirs" }).waitFor();
  assert.equal(await page.getByLabel("Integration Name").inputValue(), "Theirs");
}, { expected: /status of 412/ }));

test("requests a minute are limited, and wrong numbers are named", (t) => onPage(s, t, async (page) => {
  const made = await s.world.create("Limited", "limited");
  await page.goto(`/console/integrations/${made.id}/settings`);
  await page.getByText("More options").click();
  const rate = page.getByLabel("Requests a minute");
  await rate.fill("70000");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.locator("[aria-invalid=true]").first().waitFor();
  await rate.fill("600");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await s.world.until(async () => (await s.world.integration(made.id)).maxPerMinute === 600, "the limit");
  await page.waitForURL(/\/integrations\/\w+$/); // where saving leads
  await page.goto(`/console/integrations/${made.id}/settings`);
  assert.equal(await page.getByLabel("Requests a minute").inputValue(), "600");
}, { expected: /status of 422/ }));

test("a filter is written with errors at their place, tried over past events, and saved", (t) => onPage(s, t, async (page) => {
  const made = await s.world.create("Filtered", "filtered");
  await s.world.put({ eventType: "ACTOR.RUN.FAILED" }, { eventType: "ACTOR.RUN.SUCCEEDED" });
  await s.world.until(async () => (await s.world.dispatches(made.id)).length === 2, "two deliveries");
  await page.goto(`/console/integrations/${made.id}/settings`);
  const filter = page.getByLabel("Filter");
  await filter.fill('{"recource": {"apiCode": [400]}}');
  await page.getByRole("button", { name: "Use resource" }).click();
  await page.getByRole("button", { name: "Use resource" }).waitFor({ state: "detached" });
  assert.equal(await filter.inputValue(), '{"resource": {"apiCode": [400]}}');

  await filter.fill('{"eventType": ["ACTOR.RUN.FAILED"]}');
  await page.getByText("This event would not be sent, because eventType is").waitFor();
  await page.getByRole("button", { name: "Test it over past events" }).click();
  await page.getByText("1 of the last 2 would be sent.").waitFor();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await s.world.until(async () => (await s.world.integration(made.id)).filter === '{"eventType": ["ACTOR.RUN.FAILED"]}', "the filter");
  await page.waitForURL(/\/integrations\/\w+$/); // where saving leads

  await s.world.put({ eventType: "ACTOR.RUN.SUCCEEDED" }, { eventType: "ACTOR.RUN.FAILED" });
  await s.world.until(async () => (await s.world.dispatches(made.id)).length === 3, "the third delivery");
  await page.goto(`/console/integrations/${made.id}/settings`);
  await page.getByLabel("Filter").fill("");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await s.world.until(async () => (await s.world.integration(made.id)).filter === "", "no filter");
}));

test("a variable goes into the URL, and the preview shows where the request goes", (t) => onPage(s, t, async (page) => {
  await page.goto("/console/new");
  await page.getByLabel("Integration Name").fill("By task");
  const url = page.getByLabel("URL");
  await url.fill(`${s.url}/inbox/by-`);
  await page.getByRole("button", { name: /\{\{taskId\}\}/ }).click();
  assert.equal(await url.inputValue(), `${s.url}/inbox/by-{{taskId}}`);
  await page.getByRole("button", { name: "| limit: …" }).click();
  assert.equal(await url.inputValue(), `${s.url}/inbox/by-{{taskId | limit: 1500}}`);
  await page.locator(".preview").getByText("/inbox/by-").filter({ hasNotText: "{{" }).first().waitFor();
  await page.getByRole("button", { name: "Create integration" }).click();
  await page.getByRole("heading", { name: "By task" }).waitFor();
  await s.world.put({ resource: { taskId: "one" } });
  await s.world.until(async () => (await s.world.inbox("by-one")).length === 1, "the request");
}));
