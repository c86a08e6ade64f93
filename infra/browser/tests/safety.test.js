import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";

import { onPage, stage } from "../stage.js";

const s = stage();

const HOSTILE = [
  `<script>alert(1)</script>`,
  `<img src=x onerror=alert(2)>`,
  `"><svg onload=alert(3)>`,
  `javascript:alert(4)`,
  `</pre></textarea><iframe srcdoc="<script>parent.alert(5)</script>">`,
  `{{constructor.constructor('alert(6)')()}}`,
  `\u202e<style>*{display:none}</style>`,
];

/** A receiver with hostile responses. */
function receiver(t) {
  const server = createServer((req, res) => { req.resume(); res.writeHead(500, { "Content-Type": "text/html" }).end(HOSTILE.join("\n")); });
  t.after(() => server.close());
  return new Promise((ready) => server.listen(0, "127.0.0.1", () => ready(`http://127.0.0.1:${server.address().port}/`)));
}

test("content of users, events and receivers never runs", async (t) => {
  const url = await receiver(t);
  const made = await s.world.create(HOSTILE.join(" ").replaceAll("\u202e", "").slice(0, 100), "x", {
    requestUrl: `${url}?${encodeURIComponent(HOSTILE[1])}`,
    description: HOSTILE.join("\n"),
    headersTemplate: JSON.stringify({ "X-Detail": "{{detail}}", "X-Script": HOSTILE[0] }),
  });
  await s.world.put({ userName: HOSTILE[1], resource: Object.fromEntries(HOSTILE.map((text, i) => [text, HOSTILE[HOSTILE.length - 1 - i]])), eventId: HOSTILE[2] });
  const [d] = await s.world.until(async () => { const all = await s.world.dispatches(made.id); return all[0]?.attemptCount && all; }, "an answer");
  const at = `/console/integrations/${made.id}`;
  await onPage(s, t, async (page) => {
    await page.addInitScript(() => addEventListener("securitypolicyviolation", (e) => console.error(`policy: ${e.violatedDirective} ${e.blockedURI}`)));
    for (const view of ["/console", at, `${at}/settings`, `${at}/recover`, `${at}/signing`, `${at}/dispatches/${d.id}`]) {
      await page.goto(view);
      await page.locator("main h1").waitFor();
      await page.waitForLoadState("networkidle");
      await page.evaluate(() => document.querySelectorAll("details").forEach((el) => { el.open = true; }));
    }
    assert.match(await page.locator("main").textContent(), /<img src=x onerror=alert\(2\)>/, "it is shown as text");
    assert.equal(await page.locator("main").locator("script, img, iframe, style, svg[onload]").count(), 0);
  });
});

test("the content security policy blocks injected code", (t) => onPage(s, t, async (page) => {
  await page.goto("/console");
  await page.locator("main h1").waitFor();
  const refused = await page.evaluate(async () => {
    await new Promise((later) => setTimeout(later)); // out of the debugger's hands, which may do everything
    const results = {};
    for (const [name, attempt] of Object.entries({
      markup: () => { document.body.innerHTML = "<b>x</b>"; },
      eval: () => (0, eval)("1"),
      frame: () => { document.createElement("iframe").srcdoc = "x"; },
    })) {
      try { attempt(); results[name] = "let in"; } catch { results[name] = "refused"; }
    }
    return results;
  });
  assert.deepEqual(refused, { markup: "refused", eval: "refused", frame: "refused" });
}, { expected: /./ }));

test("the token is removed from the URL, sent only as a header, and survives a reload", (t) => onPage(s, t, async (page) => {
  const asked = [];
  page.on("request", (r) => asked.push([r.url(), r.headers().authorization]));
  await page.goto("/console/new#token=abc.def-ghi");
  await page.getByRole("heading", { name: "New integration" }).waitFor();
  assert.equal(new URL(page.url()).hash, "");
  await page.reload();
  await page.getByRole("heading", { name: "New integration" }).waitFor();
  const toAPI = asked.filter(([url]) => url.includes("/v1/"));
  assert.ok(toAPI.length >= 4);
  for (const [url, header] of toAPI) assert.equal(header, "Bearer abc.def-ghi", url);
  for (const [url] of asked) assert.doesNotMatch(url, /abc/);
  const kept = await page.evaluate(() => ({ local: localStorage.length, cookie: document.cookie, session: sessionStorage.getItem("console.token") }));
  assert.deepEqual(kept, { local: 0, cookie: "", session: "abc.def-ghi" });
}));

test("an expired token shows how to continue", (t) => onPage(s, t, async (page) => {
  await page.route("**/v1/integrations", (route) => route.fulfill({ status: 401, json: { message: "Unauthorized" } }));
  await page.goto("/console");
  await page.getByRole("heading", { name: "You are signed out" }).waitFor();
}, { expected: /status of 401/ }));
