import assert from "node:assert/strict";
import { test } from "node:test";
import { Webhook } from "standardwebhooks";

import { onPage, stage } from "../stage.js";

const s = stage();

test("pausing and resuming", (t) => onPage(s, t, async (page) => {
  const made = await s.world.create("Pausable", "pausable");
  await page.goto(`/console/integrations/${made.id}`);
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("dialog", { name: "Pause “Pausable”?" }).getByRole("button", { name: "Cancel" }).click();
  assert.equal((await s.world.integration(made.id)).status, "active");
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Pause" }).click();
  await page.getByText("Events are held, and delivered when you resume.").waitFor();
  await page.waitForFunction(() => document.activeElement.tagName === "H1");
  assert.equal((await s.world.integration(made.id)).status, "paused");
  await page.getByRole("button", { name: "Resume" }).click();
  await page.getByRole("button", { name: "Pause" }).waitFor();
  assert.equal((await s.world.integration(made.id)).status, "active");
}));

test("deleting asks first", (t) => onPage(s, t, async (page) => {
  const made = await s.world.create("Doomed", "doomed");
  await page.goto(`/console/integrations/${made.id}`);
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByText("Deleted.").waitFor();
  await assert.rejects(s.world.integration(made.id), /404/);
  await page.goBack();
  await page.getByRole("heading", { name: "Nothing found" }).waitFor();
}, { expected: /status of 404/ }));

test("the secret is shown, verifies what was sent, and is rotated", (t) => onPage(s, t, async (page) => {
  const made = await s.world.create("Signed", "signed");
  await page.goto(`/console/integrations/${made.id}/signing`);
  assert.doesNotMatch(await page.locator("main").textContent(), /whsec_[A-Za-z0-9+/]/);
  await page.getByRole("button", { name: "Show the secret" }).click();
  const shown = await page.locator(".secret code").first().textContent();

  await s.world.test(made.id);
  const got = await s.world.until(async () => (await s.world.inbox("signed"))[0], "the test");
  const headers = Object.fromEntries(Object.entries(got.headers).map(([name, [value]]) => [name.toLowerCase(), value]));
  assert.equal(new Webhook(shown).verify(got.body, headers).eventType, "TEST");

  for (const [language, library] of [["Python", "WebhookVerificationError"], ["Go", "standardwebhooks.NewWebhook"], ["Node.js", "2mb"]]) {
    await page.getByText(language, { exact: true }).click();
    await page.getByRole("region", { name: `Verification in ${language}` }).getByText(library).first().waitFor();
  }
  await page.getByRole("button", { name: "Rotate" }).click();
  await page.getByRole("dialog").getByText("drops the oldest at once").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Rotate" }).click();
  await page.getByRole("heading", { name: "Previous secret" }).waitFor();
  await page.getByRole("button", { name: "Show the previous secret" }).click();
  assert.equal(await page.locator(".secret code").nth(1).textContent(), shown);
  assert.notEqual((await s.world.secret(made.id)).signingSecret, shown);
}));

test("an outage of the service is shown, and the page recovers", (t) => onPage(s, t, async (page) => {
  await s.world.create("Reachable", "reachable");
  await page.route("**/v1/**", (route) => route.abort());
  await page.goto("/console");
  await page.getByRole("heading", { name: "The service is not responding" }).waitFor();
  await page.unroute("**/v1/**");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("heading", { name: "Integrations" }).waitFor();

  await page.context().setOffline(true);
  await page.getByText("You are offline. This page updates").waitFor();
  await page.getByRole("link", { name: "Reachable" }).click();
  await page.getByRole("heading").first().waitFor();
  await page.context().setOffline(false);
  await page.getByText("You are offline. This page updates").waitFor({ state: "detached" });
}, { expected: /ERR_FAILED|ERR_INTERNET_DISCONNECTED/ }));
