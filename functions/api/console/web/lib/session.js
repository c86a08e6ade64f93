// The user's session: a token in memory and, so that it survives a reload, in sessionStorage. It is
// never part of a query or a cookie, and is gone when the tab is closed.

import * as storage from "./storage.js";
import { finish, start } from "./signin.js";

const KEY = "console.token";

let token = storage.get(KEY);

/** The deployment's configuration of the console: issuer, clientId, withKey, exampleUrl. */
export let config = { issuer: "", clientId: "", withKey: false, exampleUrl: "" };

/** The header that authenticates the user. */
export const authorization = () => (token ? { Authorization: `Bearer ${token}` } : {});

function remember(value) {
  token = value;
  storage.set(KEY, value);
}

/** Removes a token from the URL, where it must not stay, and returns whether there was one. */
export function takeFragment() {
  const given = new URLSearchParams(location.hash.slice(1));
  if (!given.has("token")) return false;
  remember(given.get("token"));
  given.delete("token");
  history.replaceState(history.state, "", location.pathname + location.search + (given.size ? `#${given}` : ""));
  return true;
}

/**
 * Starts the session. If there is no token and the deployment has an issuer, it
 * redirects to the issuer and returns false.
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

/** Uses an API key as the token from now on. */
export const signInWithKey = remember;

/** Deletes the token and redirects to the issuer. */
export async function signIn() {
  remember("");
  await start(config);
}
