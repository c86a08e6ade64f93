import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { test } from "node:test";

import { onPage, stage } from "../stage.js";

const s = stage();

/** An issuer that signs in everybody and checks the code verifier. */
async function issuer(t) {
  const seen = { exchanged: 0, challenge: "" };
  const server = createServer((req, res) => {
    const url = new URL(req.url, base);
    res.setHeader("Access-Control-Allow-Origin", "*");
    if (url.pathname === "/.well-known/openid-configuration") return res.end(JSON.stringify({ authorization_endpoint: `${base}/authorize`, token_endpoint: `${base}/token` }));
    if (url.pathname === "/authorize") {
      seen.challenge = url.searchParams.get("code_challenge");
      const back = new URL(url.searchParams.get("redirect_uri"));
      back.search = new URLSearchParams({ code: "one-time", state: url.searchParams.get("state") });
      return res.writeHead(200, { "Content-Type": "text/html" }).end(`<meta http-equiv="refresh" content="0;url=${back}">`);
    }
    let body = "";
    req.on("data", (chunk) => (body += chunk)).on("end", () => {
      const given = new URLSearchParams(body);
      const proof = createHash("sha256").update(given.get("code_verifier") ?? "").digest("base64url");
      seen.exchanged++;
      res.writeHead(proof === seen.challenge && given.get("code") === "one-time" ? 200 : 400).end(JSON.stringify({ access_token: "signed-in", token_type: "Bearer" }));
    });
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const base = `http://127.0.0.1:${server.address().port}`;
  t.after(() => server.close());
  return { base, seen };
}

/** Configures the node's console with an issuer. */
async function deploy(page, base) {
  await page.route("**/console/config.json", (route) => route.fulfill({ json: { issuer: base, clientId: "console" } }));
  await page.route(/\/console\/[^.]*$/, async (route) => {
    const answer = await route.fetch({ maxRedirects: 0 });
    const headers = answer.headers();
    headers["content-security-policy"] = headers["content-security-policy"]?.replace("connect-src 'self'", `connect-src 'self' ${base}`) ?? "";
    await route.fulfill({ response: answer, headers });
  });
}

test("a user without a token signs in at the issuer and returns to the requested view", (t) => onPage(s, t, async (page) => {
  const { base, seen } = await issuer(t);
  await deploy(page, base);
  const sent = page.waitForRequest((r) => r.url().includes("/v1/") && r.headers().authorization === "Bearer signed-in");
  await page.goto("/console/new");
  await sent;
  await page.getByRole("heading", { name: "New integration" }).waitFor();
  assert.equal(new URL(page.url()).pathname + new URL(page.url()).search, "/console/new");
  assert.equal(seen.exchanged, 1);
}));

test("an unsolicited code is rejected", (t) => onPage(s, t, async (page) => {
  const { base, seen } = await issuer(t);
  await deploy(page, base);
  await page.goto("/console/?code=stolen&state=forged");
  await page.getByText("This sign-in was not started in this tab.").waitFor();
  assert.equal(seen.exchanged, 0);
}));

test("a given token needs no issuer", (t) => onPage(s, t, async (page) => {
  const { base, seen } = await issuer(t);
  await deploy(page, base);
  await page.goto("/console/new#token=given");
  await page.getByRole("heading", { name: "New integration" }).waitFor();
  assert.equal(seen.challenge, "");
}));
