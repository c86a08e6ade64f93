// @ts-check
// OpenID Connect: the authorization code flow with PKCE (RFC 7636), for a public client.

import { storage } from "./session.js";

const KEY = "console.signin";

/** @typedef {import("./session.js").Config} Config */

/** @param {Config} config */
async function discover(config) {
  const base = String(config.issuer).replace(/\/$/, "");
  const answer = await fetch(`${base}/.well-known/openid-configuration`);
  if (!answer.ok) throw new Error(`The sign-in service answered ${answer.status}. Try again in a minute.`);
  return answer.json();
}

/** @param {ArrayBuffer | Uint8Array} bytes */
export const base64url = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

/** The challenge of a verifier, by S256. @param {string} verifier */
export const challenge = async (verifier) =>
  base64url(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier)));

const redirectURI = () => `${location.origin}/console/`;

/** Sends the browser to the issuer. @param {Config} config */
export async function start(config) {
  const { authorization_endpoint: endpoint } = await discover(config);
  const attempt = { verifier: random(), state: random(), back: location.pathname + location.search };
  storage.set(KEY, JSON.stringify(attempt));
  const to = new URL(endpoint);
  for (const [name, value] of Object.entries({
    response_type: "code", client_id: config.clientId, redirect_uri: redirectURI(), scope: "openid",
    state: attempt.state, code_challenge: await challenge(attempt.verifier), code_challenge_method: "S256",
  })) to.searchParams.set(name, String(value));
  location.assign(to);
}

/**
 * Exchanges the code that the issuer sent back, and puts the view that the user
 * came for back into the address. Returns "" if nothing was sent back.
 * @param {Config} config
 */
export async function finish(config) {
  const query = new URLSearchParams(location.search);
  if (!query.has("state") || !(query.has("code") || query.has("error"))) return "";
  const attempt = JSON.parse(storage.get(KEY) || "{}");
  storage.set(KEY, "");
  history.replaceState(null, "", attempt.back ?? "/console/");
  if (query.has("error")) throw new Error(`Signing in was refused: ${query.get("error_description") ?? query.get("error")}`);
  if (query.get("state") !== attempt.state) return ""; // not an answer to this page's question
  const { token_endpoint: endpoint } = await discover(config);
  const answer = await fetch(endpoint, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code", code: String(query.get("code")), redirect_uri: redirectURI(),
      client_id: String(config.clientId), code_verifier: attempt.verifier,
    }),
  });
  if (!answer.ok) throw new Error("The sign-in service did not accept the answer it gave. Sign in again.");
  return (await answer.json()).access_token;
}
