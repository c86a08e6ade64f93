// OpenID Connect: the authorization code flow with PKCE (RFC 7636), for a public client.

import * as storage from "./storage.js";

const KEY = "console.signin";

async function discover({ issuer }) {
  const answer = await fetch(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
  if (!answer.ok) throw new Error(`The sign-in service answered ${answer.status}. Try again in a minute.`);
  return answer.json();
}

const base64url = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

/** The S256 challenge of a verifier. */
const challenge = async (verifier) => base64url(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier)));

const redirect = () => `${location.origin}/console/`;

/** Redirects to the issuer. */
export async function start(config) {
  const to = new URL((await discover(config)).authorization_endpoint);
  const asked = { verifier: random(), state: random(), back: location.pathname + location.search };
  storage.set(KEY, JSON.stringify(asked));
  const query = {
    response_type: "code", client_id: config.clientId, redirect_uri: redirect(), scope: "openid",
    state: asked.state, code_challenge: await challenge(asked.verifier), code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(query)) to.searchParams.set(name, value);
  location.assign(to);
}

/** Exchanges the issuer's code for a token and restores the URL that the user opened. Returns "" if there is no code. */
export async function finish(config) {
  const answer = new URLSearchParams(location.search);
  if (!answer.has("state") || !(answer.has("code") || answer.has("error"))) return "";
  const asked = JSON.parse(storage.get(KEY) || "{}");
  storage.set(KEY, "");
  history.replaceState(null, "", asked.back ?? "/console");
  if (answer.get("state") !== asked.state) throw new Error("This sign-in was not started in this tab. Sign in again.");
  if (answer.has("error")) throw new Error(`Signing in was refused: ${answer.get("error_description") ?? answer.get("error")}`);
  return exchange(config, answer.get("code"), asked.verifier);
}

async function exchange(config, code, verifier) {
  const answer = await fetch((await discover(config)).token_endpoint, {
    method: "POST",
    body: new URLSearchParams({ grant_type: "authorization_code", code, redirect_uri: redirect(), client_id: config.clientId, code_verifier: verifier }),
  });
  if (!answer.ok) throw new Error("The sign-in has expired. Sign in again.");
  return (await answer.json()).access_token;
}
