// A receiver in JavaScript: it verifies with the official Standard Webhooks library, and answers with
// what it saw. Usage: receiver.mjs SECRET
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";

const webhook = new Webhook(process.argv[2]);

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  let verified = true;
  try {
    webhook.verify(body.toString(), request.headers);
  } catch {
    verified = false;
  }
  const url = new URL(request.url, "http://receiver.test");
  const headers = {};
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    headers[request.rawHeaders[i]] = Buffer.from(request.rawHeaders[i + 1], "latin1").toString(); // Node takes bytes for Latin-1
  }
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify({
    target: request.url,
    path: decodeURIComponent(url.pathname),
    q: url.searchParams.get("q") ?? "",
    headers,
    sha256: createHash("sha256").update(body).digest("hex"),
    verified,
  }));
});

server.listen(0, "127.0.0.1", () => console.log("port", server.address().port));
