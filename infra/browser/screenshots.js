// Updates the pictures in docs/ from the real console of a real node. Only the URLs of the inboxes are
// shown as those of a receiver on the internet.

import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";

import { launch, open } from "./browser.js";
import { startNode } from "./node.js";
import { world } from "./world.js";

const DOCS = join(import.meta.dirname, "docs");
const MOST = 150_000; // bytes of a picture
const HOST = "https://hooks.example.com/";

/** Creates an integration with a failing receiver, and a delivery. @returns the URLs of the views to show */
async function furnish(w) {
  const alert = await w.create("Alert the on-call team", "alerts?status=503", {
    eventTypes: ["ACTOR.RUN.FAILED"], headersTemplate: '{\n  "Authorization": "Bearer s3cr3t",\n  "X-Task": "{{taskId}}"\n}',
    payloadTemplate: '{\n  "text": "Task {{taskId}} failed: {{detail}}",\n  "task": "{{taskId}}",\n  "errors": "{{errorNumber}}",\n  "at": "{{globals.dateISO}}"\n}\n',
  });
  await w.put({ eventType: "ACTOR.RUN.FAILED", resource: { taskId: "2e9ddee0582a4f3c", detail: "Failed! 26 requests in total: 0 successful, 26 failed", errorNumber: 26 } });
  const retried = await w.until(async () => (await w.dispatches(alert.id)).find((d) => d.attemptCount === 3), "three attempts");
  return { new: "/console/new", delivery: `/console/integrations/${alert.id}/dispatches/${retried.id}` };
}

/** Shows the inboxes as receivers on the internet. */
const rename = (page, url) => page.route("**/v1/**", async (route) => {
  const body = route.request().postData()?.replaceAll(HOST, `${url}/inbox/`);
  const answer = await route.fetch({ postData: body });
  await route.fulfill({ response: answer, body: (await answer.text()).replaceAll(`${url}/inbox/`, HOST) });
});

/** Fills in the form up to a typing error that the page has detected. */
async function fill(page) {
  await page.getByLabel("Integration Name").fill("Alert the on-call team");
  await page.getByLabel("URL", { exact: true }).fill(`${HOST}alerts`);
  await page.getByLabel("Payload template").fill('{\n  "text": "Task {{taskId}} failed: {{detail}}",\n  "errors": "{{errorNumber}}",\n  "at": "{{globals.dateISO}}"\n}');
  await page.getByLabel("Headers template").fill('{\n  "Authorization": "Bearer s3cr3t",\n  "X-Task": "{{taskID}}"\n}');
  await page.getByRole("combobox", { name: "Event" }).selectOption("Task Failed");
  await page.getByRole("button", { name: "Use taskId" }).waitFor();
  await page.getByRole("region", { name: "Request body" }).getByText("failed").first().waitFor();
  await page.evaluate(() => { document.activeElement.blur(); scrollTo(0, 330); });
}

const PICTURES = [
  { name: "set-up", view: "new", prepare: fill, viewport: { width: 1200, height: 820 } },
  { name: "delivery", view: "delivery", colorScheme: "dark" },
];

mkdirSync(DOCS, { recursive: true });
const [node, browser] = await Promise.all([startNode({ minute: "2s" }), launch()]);
try {
  const views = await furnish(world(node.url));
  for (const { name, view, prepare, ...options } of PICTURES) {
    const { page, context } = await open(browser, { viewport: { width: 1200, height: 780 }, reducedMotion: "reduce", ...options });
    await rename(page, node.url);
    await page.goto(node.url + views[view]);
    await page.locator("main h1").waitFor();
    await page.waitForLoadState("networkidle");
    await prepare?.(page);
    const path = join(DOCS, `${name}.png`);
    await page.screenshot({ path });
    const { size } = statSync(path);
    console.log(`${path}: ${size} bytes`);
    if (size > MOST) throw new Error(`${path} is larger than ${MOST} bytes`);
    await context.close();
  }
} finally {
  await browser.close();
  await node.stop();
}
