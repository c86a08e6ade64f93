import assert from "node:assert/strict";
import { test } from "node:test";
import AxeBuilder from "@axe-core/playwright";

import { onPage, stage } from "../stage.js";

/** The URLs of every view, and of views in special states, by name. */
const views = {};

const s = stage({ minute: "1h" }, async (w) => {
  const good = await w.create("Results to the data lake", "lake");
  const broken = await w.create("Alert the on-call team", "alerts?status=503", { description: "Pages whoever is on call.", headersTemplate: '{"Authorization": "Bearer {{apiKey}}"}' });
  const held = await w.create("Status board", "board", { status: "paused" });
  await w.put({}, { eventType: "ACTOR.RUN.FAILED" });
  const failing = await w.until(async () => (await w.dispatches(broken.id)).find((d) => d.status === "RETRYING"), "a failure");
  await w.until(async () => (await w.dispatches(held.id)).some((d) => d.status === "HELD"), "a held event");
  Object.assign(views, {
    list: "/console", new: "/console/new", log: `/console/integrations/${broken.id}`, settings: `/console/integrations/${broken.id}/settings`,
    signing: `/console/integrations/${good.id}/signing`, recover: `/console/integrations/${good.id}/recover`,
    dispatch: `/console/integrations/${broken.id}/dispatches/${failing.id}`, paused: `/console/integrations/${held.id}`,
    "no match": `/console/integrations/${good.id}?status=FAILED&period=custom`, "no such page": "/console/nowhere",
  });
});

const NAMES = ["list", "new", "log", "settings", "signing", "recover", "dispatch", "paused", "no match", "no such page"];

async function findings(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target} ${n.failureSummary}`));
}

async function show(page, name) {
  await page.goto(views[name]);
  await page.locator("main h1").waitFor();
  await page.waitForLoadState("networkidle");
}

const LOOKS = {
  "light, wide": {},
  "dark, phone": { colorScheme: "dark", viewport: { width: 390, height: 844 } },
  "light, small phone": { viewport: { width: 320, height: 640 } },
};

for (const [look, options] of Object.entries(LOOKS)) {
  test(`axe finds nothing, and nothing overflows, in any view: ${look}`, async (t) => {
    for (const name of NAMES) {
      await t.test(`${look} ${name}`, (t) => onPage(s, t, async (page) => {
        await show(page, name);
        assert.deepEqual(await findings(page), []);
        const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(over <= 0, `${over} pixels too wide`);
      }, { bypassCSP: true, reducedMotion: "reduce", expected: /status of 404/, ...options }));
    }
  });
}

test("axe finds nothing in dialogs, errors and an expanded time line", (t) => onPage(s, t, async (page) => {
  await show(page, "log");
  await page.getByRole("button", { name: "Pause" }).click();
  assert.deepEqual(await findings(page), []);
  await show(page, "dispatch");
  await page.evaluate(() => document.querySelectorAll("details").forEach((el) => { el.open = true; }));
  assert.deepEqual(await findings(page), []);
  await show(page, "new");
  await page.getByLabel("Payload template").fill('{"x": "{{nothing}}"');
  await page.getByRole("button", { name: "Create integration" }).click();
  await page.getByText("Not saved").waitFor();
  await page.locator(".faults li").first().waitFor();
  assert.deepEqual(await findings(page), []);
}, { bypassCSP: true, reducedMotion: "reduce", expected: /status of 422/ }));

test("everything works with the keyboard, and the focus is visible", (t) => onPage(s, t, async (page) => {
  await show(page, "list");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to content");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "New integration");
  await page.keyboard.press("Tab");
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement, "::after").outlineStyle);
  assert.equal(outline, "solid", "the row of a focused link is outlined");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Pause" }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "H1", "a new view begins at its heading");

  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Pause", "the focus returns");
}));

test("the tab key leaves the editors", (t) => onPage(s, t, async (page) => {
  await show(page, "new");
  await page.getByLabel("Payload template").focus();
  await page.keyboard.press("Tab");
  assert.notEqual(await page.evaluate(() => document.activeElement.tagName), "BODY");
  assert.equal(await page.getByLabel("Payload template").evaluate((el) => el === document.activeElement), false);
}));

test("times are local, and the exact time can be shown", (t) => onPage(s, t, async (page) => {
  await show(page, "dispatch");
  const shown = page.locator(".facts time").first();
  assert.match(await shown.getAttribute("title"), /GMT|CET|UTC/);
  const [iso, text] = [await shown.getAttribute("datetime"), await shown.textContent()];
  const local = new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Tokyo", hour: "2-digit", minute: "2-digit" }).format(new Date(iso));
  assert.ok(text.includes(local), `${text} is ${iso} in Tokyo: ${local}`);
}, { timezoneId: "Asia/Tokyo" }));
