import assert from "node:assert/strict";
import { test } from "node:test";

import AxeBuilder from "@axe-core/playwright";

import { onPage, stage } from "../stage.js";

const s = stage({ flags: ["-auth", "keys"] });

const heading = (page, name) => page.getByRole("heading", { name }).waitFor();

async function signIn(page, key) {
  await page.getByLabel("API key").fill(key);
  await page.getByRole("button", { name: "Sign in" }).click();
}

test("a user signs in with an API key, which survives a reload and not the tab", (t) => onPage(s, t, async (page) => {
  const key = s.node.keys("add", "-user", "3406");
  await page.goto("/console/new");
  await heading(page, "You are signed out");
  assert.deepEqual((await new AxeBuilder({ page }).analyze()).violations, []);
  await signIn(page, "whk_wrong_key");
  await heading(page, "You are signed out");
  await signIn(page, ` ${key} `);
  await heading(page, "New integration");
  await page.reload();
  await heading(page, "New integration");

  const other = await page.context().newPage();
  await other.goto("/console/new");
  await heading(other, "You are signed out");
  assert.equal((await page.context().cookies()).length, 0);
  await other.close();
}, { expected: /401/ }));

test("a key that is removed signs the user out", (t) => onPage(s, t, async (page) => {
  const key = s.node.keys("add", "-user", "3406");
  await page.goto("/console");
  await signIn(page, key);
  await heading(page, "Tell your systems when a task changes");
  s.node.keys("remove", "-id", key.split("_")[1]);
  await page.goto("/console/new");
  await heading(page, "You are signed out");
}, { expected: /401/ }));
