// Who the user is, as far as the page knows: a token in memory and, so that reload keeps it, in
// sessionStorage. It never stands in a query or a cookie, nor outlives the tab.

import * as storage from "./storage.js";
import { finish, start } from "./signin.js";

const KEY = "console.token";

let token = storage.get(KEY);

/** What the deployment says about its console: issuer, clientId, exampleUrl. */
export let config = { issuer: "", clientId: "", exampleUrl: "" };

/** The header that says who calls. */
export const authorization = () => (token ? { Authorization: `Bearer ${token}` } : {});

function remember(value) {
  token = value;
  storage.set(KEY, value);
}

/** Takes a token out of the address, where it must not stay. Returns whether there was one. */
export function takeFragment() {
  const given = new URLSearchParams(location.hash.slice(1));
  if (!given.has("token")) return false;
  remember(given.get("token"));
  given.delete("token");
  history.replaceState(history.state, "", location.pathname + location.search + (given.size ? `#${given}` : ""));
  return true;
}

/**
 * Finds out who the user is. Where there is no token, and the deployment has an
 * issuer, the browser is sent there: then it returns false.
 */
export async function begin() {
  takeFragment();
  const answer = await fetch("/console/config.json");
  if (answer.ok) config = await answer.json();
  if (token || !config.issuer) return true;
  const signed = await finish(config);
  if (signed) remember(signed);
  else await signIn();
  return Boolean(signed);
}

/** Forgets the token and goes to the issuer. */
export async function signIn() {
  remember("");
  await start(config);
}
