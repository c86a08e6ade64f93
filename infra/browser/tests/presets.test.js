import assert from "node:assert/strict";
import { test } from "node:test";

import { onPage, stage } from "../stage.js";

const s = stage();

const payload = (page) => page.getByLabel("Payload template");
const service = (page) => page.getByLabel("Service");
const url = (page) => page.getByLabel("URL", { exact: true });

const SLACK = "https://hooks.slack.com/services/T0000/B0000/XXXX";

test("every preset can be chosen, says what to do, and has a preview without errors", (t) => onPage(s, t, async (page) => {
  const presets = await s.world.presets();
  await page.goto("/console/new");
  const byDefault = await payload(page).inputValue();
  for (const preset of presets) {
    await service(page).selectOption(preset.name);
    assert.equal(await payload(page).inputValue(), preset.payloadTemplate);
    assert.equal(await page.getByLabel("Requests a minute").inputValue(), preset.maxPerMinute ? String(preset.maxPerMinute) : "");
    await page.getByText(preset.setup).waitFor();
    assert.equal(await page.getByRole("link", { name: "Documentation of the service" }).getAttribute("href"), preset.documentation);
    for (const { text, with: what } of preset.replace) {
      await page.getByText(`Replace ${text} with ${what}.`).waitFor();
      await page.getByRole("list", { name: "Warnings" }).getByText(`replace ${text}`).waitFor();
    }
  }
  assert.equal(await page.locator(".faults li").count(), 0);
  await service(page).selectOption("Any endpoint");
  assert.equal(await payload(page).inputValue(), byDefault);
}));

test("a pasted URL proposes its preset, which is saved", (t) => onPage(s, t, async (page) => {
  await page.goto("/console/new");
  await url(page).fill(SLACK);
  await page.getByText("This is a URL of Slack.").waitFor();
  assert.doesNotMatch(await payload(page).inputValue(), /blocks/, "a proposal changes nothing");
  await page.getByRole("button", { name: "Use its preset" }).click();
  assert.match(await payload(page).inputValue(), /blocks/);
  assert.equal(await service(page).inputValue(), "slack");
  await page.getByText("This is a URL of Slack.").waitFor({ state: "detached" });
  await page.getByRole("region", { name: "Request body" }).getByText("Task ACTOR.RUN.SUCCEEDED").waitFor();

  await url(page).fill("https://example.com/");
  await url(page).fill("https://discord.com/api/webhooks/1/x");
  await page.getByText("This is a URL of Discord.").waitFor();
  await url(page).fill(SLACK);
  await page.getByText("This is a URL of Discord.").waitFor({ state: "detached" });

  await page.getByLabel("Integration Name").fill("To Slack");
  await page.getByRole("button", { name: "Create integration" }).click();
  await page.getByRole("heading", { name: "To Slack" }).waitFor();
  const made = await s.world.integration(new URL(page.url()).pathname.split("/")[3]);
  assert.match(made.payloadTemplate, /"blocks"/);
  assert.equal(made.maxPerMinute, 60);
  assert.equal(made.requestUrl, SLACK);

  await page.goto(`/console/integrations/${made.id}/settings`);
  await payload(page).waitFor();
  assert.equal(await service(page).count(), 0, "presets are for new integrations");
}));

test("what the user wrote is only replaced after asking", (t) => onPage(s, t, async (page) => {
  await page.goto("/console/new");
  const mine = '{"mine": "{{taskId}}"}';
  await payload(page).fill(mine);
  await service(page).selectOption("Discord");
  const dialog = page.getByRole("dialog", { name: "Replace your templates?" });
  await dialog.getByRole("button", { name: "Cancel" }).click();
  assert.equal(await payload(page).inputValue(), mine);
  assert.equal(await service(page).inputValue(), "", "the choice is taken back");

  await url(page).fill(SLACK);
  await page.getByRole("button", { name: "Use its preset" }).click();
  await page.keyboard.press("Escape");
  assert.equal(await payload(page).inputValue(), mine);
  await page.getByRole("button", { name: "Use its preset" }).click();
  await dialog.getByRole("button", { name: "Replace" }).click();
  await page.getByText("So the requests a minute are limited to 60").waitFor();
  assert.match(await payload(page).inputValue(), /blocks/);

  await page.getByText("More options", { exact: true }).click();
  await page.getByLabel("Requests a minute").fill("5");
  await service(page).selectOption("WeCom");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  assert.equal(await page.getByLabel("Requests a minute").inputValue(), "5");
  assert.equal(await service(page).inputValue(), "slack");
}));
