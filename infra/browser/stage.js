// Starts one node and one browser for the tests of a file, and a page for each test.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before } from "node:test";

import { launch, open } from "./browser.js";
import { startNode } from "./node.js";
import { world } from "./world.js";

const ARTEFACTS = join(import.meta.dirname, "artefacts");

/**
 * Sets up the tests of a file. Before the first test, it fills the returned object and
 * runs prepare(world).
 */
export function stage(options, prepare = async () => {}) {
  const s = { url: "", node: undefined, world: undefined, browser: undefined };
  before(async () => {
    mkdirSync(ARTEFACTS, { recursive: true });
    [s.node, s.browser] = await Promise.all([startNode(options), launch()]);
    s.url = s.node.url;
    s.world = world(s.url);
    await prepare(s.world);
  });
  after(async () => {
    await s.browser?.close();
    await s.node?.stop();
  });
  return s;
}

/**
 * Runs a test in its own page, takes a screenshot at its end, and fails if the browser
 * reported an error that does not match `expected`.
 */
export async function onPage(s, t, body, { expected = /^$/, ...options } = {}) {
  const { context, page, trouble } = await open(s.browser, { baseURL: s.url, ...options });
  try {
    await body(page);
    assert.deepEqual(trouble.filter((line) => !expected.test(line)), [], "the browser complains");
  } finally {
    await page.screenshot({ path: join(ARTEFACTS, `${t.name.replace(/\W+/g, "-")}.png`), fullPage: true }).catch(() => {});
    await context.close();
  }
}
