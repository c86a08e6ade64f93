// The browser of the tests: Debian's Chromium, without a profile or background connections.

import { chromium } from "playwright-core";

import { PATIENCE } from "./patience.js";

const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
  "--disable-features=LocalNetworkAccessChecks", // an intercepted page does not count as of this machine
  "--disable-dev-shm-usage", "--font-render-hinting=none",
];

/** Starts a browser with a new profile, in a directory that is removed when it closes. */
export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS, timeout: PATIENCE });

/**
 * Opens a page that records what must never happen: script errors, policy violations and dialogs.
 * @param {import("playwright-core").Browser} browser
 * @param {import("playwright-core").BrowserContextOptions} [options]
 */
export async function open(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-GB", timezoneId: "Europe/Berlin", ...options });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  const trouble = [];
  page.on("pageerror", (e) => trouble.push(`error: ${e.message}`));
  page.on("console", (m) => ["error", "warning"].includes(m.type()) && trouble.push(`${m.type()}: ${m.text()}`));
  page.on("dialog", (d) => { trouble.push(`dialog: ${d.message()}`); d.dismiss(); });
  return { context, page, trouble };
}
