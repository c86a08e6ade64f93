import assert from "node:assert/strict";
import { test } from "node:test";

import { onPage, stage } from "../stage.js";

const s = stage();

test("retries of a failing endpoint appear live", (t) => onPage(s, t, async (page) => {
  const made = await s.world.create("Broken", "broken?status=503");
  await page.goto(`/console/integrations/${made.id}`);
  await page.getByRole("button", { name: "Send test" }).first().click();
  await page.getByText("Attempt 1").waitFor();
  await page.getByText("The receiver is unavailable").first().waitFor();
  await page.getByText(/Next attempt in/).waitFor();
  await page.getByText("Attempt 2").waitFor();
  await page.getByText("Retrying").waitFor();
  const first = page.locator("details", { hasText: "Attempt 1" });
  assert.equal(await first.evaluate((el) => el.open), true, "what was unfolded stays unfolded");
  const request = first.getByRole("region", { name: "Request body" });
  assert.match(await request.textContent(), /"eventType": "TEST"/);
  await first.getByText("standard headers").click();
  const [, oldest] = await s.world.until(async () => { const got = await s.world.inbox("broken"); return got.length > 1 && got.toReversed().slice(0, 2).reverse(); }, "two attempts");
  const shown = await first.locator(".headers div", { hasText: "Webhook-Signature" }).locator("dd").textContent();
  assert.equal(shown, oldest.headers["Webhook-Signature"][0], "the request is shown as it was sent");
  assert.match(await request.textContent(), /"apiKey": "\*{8}"/);
  await first.getByText("Sent with the value of resource.apiKey, which is shown as ********.").waitFor();
  assert.match(JSON.stringify(oldest.body), /289f5c53e47d616/, "the receiver got the value");
}));

test("an endpoint that is down is tried at once, and what waited is delivered when it is back", (t) => onPage(s, t, async (page) => {
  const made = await s.world.create("Down", "down?status=503");
  await s.world.put({}, {}, {});
  await s.world.until(async () => (await s.world.integration(made.id)).health.state === "open", "the breaker open");
  await s.world.until(async () => (await s.world.integration(made.id)).health.waiting === 3, "three that wait");
  await page.goto(`/console/integrations/${made.id}`);
  await page.getByText("The endpoint is down").waitFor();
  await page.getByText("3 deliveries wait, and none is lost.").waitFor();
  await page.locator(".badge", { hasText: "Down since" }).waitFor();
  await page.getByRole("button", { name: "Try now" }).click();
  await page.locator("h1 + [role=status]", { hasText: "Waiting" }).waitFor();
  await page.getByText("waits until the endpoint works again").waitFor();

  await s.world.change(made.id, { requestUrl: `${s.url}/inbox/down` });
  await page.locator("h1 + [role=status]", { hasText: "Delivered" }).waitFor();
  await s.world.until(async () => (await s.world.dispatches(made.id)).every((d) => d.status === "SUCCEEDED"), "three deliveries");
}));

test("a failed dispatch is redelivered to the fixed integration", (t) => onPage(s, t, async (page) => {
  const made = await s.world.create("Mended", "mended?status=500", { doNotRetry: true });
  await s.world.put({});
  const [d] = await s.world.until(async () => { const all = await s.world.dispatches(made.id); return all[0]?.status === "FAILED" && all; }, "the failure");
  await s.world.change(made.id, { requestUrl: `${s.url}/inbox/mended` });
  await page.goto(`/console/integrations/${made.id}`);
  await page.getByRole("link", { name: "Task Succeeded" }).click();
  await page.getByText("Given up").waitFor();
  await page.getByText("The receiver had an internal error").waitFor();
  await page.getByRole("button", { name: "Redeliver" }).click();
  await page.locator("h1 + [role=status]", { hasText: "Delivered" }).waitFor();
  await page.getByText("Attempt 2").waitFor();
  const got = await s.world.inbox("mended");
  assert.deepEqual(got.map((r) => r.headers["Webhook-Dispatch-Id"][0]), [d.id, d.id]);
}));

test("the log is filtered by status and period, page by page, and keeps its position", (t) => onPage(s, t, async (page) => {
  const made = await s.world.create("Busy", "busy");
  for (let batch = 0; batch < 3; batch++) await s.world.put(...Array.from({ length: 10 }, () => ({})));
  await s.world.until(async () => (await s.world.dispatches(made.id)).filter((d) => d.status === "SUCCEEDED").length === 30, "30 deliveries");
  await page.goto(`/console/integrations/${made.id}`);
  const rows = page.locator(".log tbody tr");
  await rows.nth(24).waitFor();
  assert.equal(await rows.count(), 25);

  await rows.nth(20).getByRole("link").click();
  await page.getByText("Attempt 1").waitFor();
  await page.goBack();
  await rows.nth(24).waitFor();
  await page.waitForFunction(() => scrollY > 100);

  await page.getByRole("link", { name: "Older" }).click();
  await page.waitForURL(/cursor=/);
  await page.waitForFunction(() => document.querySelectorAll(".log tbody tr").length === 5);
  await page.reload();
  await rows.nth(4).waitFor();
  assert.equal(await rows.count(), 5);
  await page.getByRole("link", { name: "Newest" }).click();
  await rows.nth(24).waitFor();

  await page.getByLabel("Status").focus();
  await page.getByLabel("Status").selectOption("Failed");
  await page.getByText("Nothing matches").waitFor();
  assert.match(page.url(), /status=FAILED/);
  assert.equal(await page.evaluate(() => document.activeElement.id), "filter-status", "the focus stays");
  await page.getByLabel("Status").selectOption("Delivered");
  await page.getByLabel("Event time").selectOption("Last hour");
  await rows.nth(24).waitFor();
  await page.getByLabel("Event time").selectOption("From – to");
  await page.getByLabel("To", { exact: true }).fill("2020-01-01T00:00");
  await page.getByText("Nothing matches").waitFor();
}));

test("new rows wait for a click, so that nothing moves", (t) => onPage(s, t, async (page) => {
  const made = await s.world.create("Live", "live");
  await page.goto(`/console/integrations/${made.id}`);
  await page.getByText("No deliveries yet").waitFor();
  await s.world.put({});
  await page.getByRole("link", { name: "Task Succeeded" }).waitFor();
  await s.world.put({ eventType: "ACTOR.RUN.FAILED" });
  await page.getByRole("button", { name: "1 new delivery" }).click();
  await page.getByRole("link", { name: "Task Failed" }).waitFor();
}));

test("times are those of the attempts, next to the event's time", (t) => onPage(s, t, async (page) => {
  const made = await s.world.create("Late", "late");
  await s.world.put({ createdAt: "2020-02-03T04:05:06Z" });
  await s.world.until(async () => (await s.world.dispatches(made.id))[0]?.status === "SUCCEEDED", "the delivery");
  await page.goto("/console");
  await page.getByRole("listitem").filter({ hasText: "Late" }).locator("time", { hasText: /now|second|minute/ }).waitFor();
  await page.goto(`/console/integrations/${made.id}`);
  const row = page.locator(".log tbody tr");
  assert.match(await row.locator("time").textContent(), /^\d+ \w+,? \d\d:/, "this year goes without saying");
  await row.getByRole("link").click();
  await page.locator(".facts div", { hasText: "Event time" }).getByText("3 Feb 2020").waitFor();
}));

test("a period is recovered, with progress", (t) => onPage(s, t, async (page) => {
  const made = await s.world.create("Recovered", "recovered", { status: "paused" });
  await s.world.put(...Array.from({ length: 10 }, () => ({})));
  await s.world.until(async () => (await s.world.dispatches(made.id)).filter((d) => d.status === "HELD").length === 10, "10 held");
  await page.goto(`/console/integrations/${made.id}`);
  await page.getByText("Events are held, and delivered when you resume.").waitFor();
  await page.getByRole("button", { name: "Resume" }).click();
  await page.getByText("Held deliveries on their way: 10.").waitFor();
  await s.world.until(async () => (await s.world.inbox("recovered")).length === 10, "what was held");

  await page.getByRole("link", { name: "Recover a period" }).click();
  await page.getByRole("checkbox", { name: "Delivered" }).check();
  let asked = 0;
  await page.route("**/recover", async (route) => { // as a service with small pages would answer
    if (asked++) return route.fulfill({ json: { queued: 5, skipped: 1 } });
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), cursor: "more" } });
  });
  await page.getByRole("button", { name: "Recover", exact: true }).click();
  await page.getByText("15 queued, 1 left out.").waitFor();
  assert.equal(asked, 2);
  await s.world.until(async () => (await s.world.inbox("recovered")).length === 20, "the redeliveries");
}));

test("the list shows the state of each integration", (t) => onPage(s, t, async (page) => {
  await s.world.removeAll();
  const broken = await s.world.create("Broken", "list-broken?status=500", { eventTypes: ["ACTOR.RUN.FAILED"] });
  const good = await s.world.create("Good", "list-good");
  await s.world.create("Resting", "resting", { status: "paused" });
  await s.world.create("Gone", "list-gone?status=410", { eventTypes: ["ACTOR.RUN.RUNNING"] });
  await s.world.put({}, { eventType: "ACTOR.RUN.FAILED" }, { eventType: "ACTOR.RUN.RUNNING" });
  await s.world.until(async () => (await s.world.integration(broken.id)).failingSince, "failing");
  await s.world.until(async () => (await s.world.dispatches(good.id)).every((d) => d.status === "SUCCEEDED"), "success");
  await page.goto("/console");
  const item = (name) => page.getByRole("listitem").filter({ has: page.getByRole("link", { name, exact: true }) });
  await item("Broken").getByText(/Failing since/).waitFor();
  await item("Good").getByText("Active").waitFor();
  await item("Resting").getByText("Paused").waitFor();
  await s.world.until(async () => { await page.reload(); return item("Gone").getByText("Disabled").isVisible(); }, "disabled");
  await item("Gone").getByText(/410 Gone/).waitFor();
  await item("Good").getByRole("img", { name: "The last 2 deliveries: 2 delivered" }).waitFor();
}));
