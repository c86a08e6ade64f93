// Runs the node for the tests of the console, on a free port.

import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { PATIENCE } from "./patience.js";

const ROOT = join(import.meta.dirname, "../..");

/**
 * Builds and starts a node whose minute takes a second. stop() stops it and removes
 * its files.
 */
export async function startNode({ minute = "1s", flags = [] } = {}) {
  const dir = mkdtempSync(join(tmpdir(), "console-"));
  const binary = process.env.WEBHOOK_NODE ?? join(dir, "node");
  if (!process.env.WEBHOOK_NODE) execFileSync("go", ["build", "-o", binary, "./infra/webhooks"], { cwd: ROOT, stdio: "inherit" });
  const child = spawn(binary, ["serve", "-addr", "127.0.0.1:0", "-data", join(dir, "test.db"), "-minute", minute, "-log", "error", ...flags], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((done) => child.once("exit", done));
  const url = await address(child);
  return {
    url,
    /** Runs a command on the node's database: keys("add", "-user", "alice"). */
    keys: (word, ...args) => execFileSync(binary, ["keys", word, "-data", join(dir, "test.db"), ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim(),
    async stop() {
      child.kill("SIGTERM");
      await ended;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** The URL that the node prints when it serves. */
function address(child) {
  return new Promise((found, failed) => {
    const late = setTimeout(() => failed(new Error("the node did not say where it serves")), PATIENCE);
    let said = "";
    child.stdout.on("data", (chunk) => {
      said += chunk;
      const url = said.match(/http:\/\/127\.0\.0\.1:\d+/);
      if (!url) return;
      clearTimeout(late);
      found(url[0]);
    });
    child.once("exit", (code) => failed(new Error(`the node ended with ${code}`)));
  });
}
