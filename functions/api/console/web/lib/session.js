// @ts-check
// Who the user is, as far as the page knows: a token in memory and, so that reload keeps it, in
// sessionStorage. It never stands in a query or a cookie, nor outlives the tab.

import * as oidc from "./signin.js";

const KEY = "console.token";

/** @typedef {{ issuer?: string, clientId?: string, exampleUrl?: string }} Config */

/** @type {string} */
let token = "";

/** @type {Config} what the deployment says about its console */
export let config = {};

/** sessionStorage, or nothing where the browser keeps it from a framed page. */
export const storage = {
  /** @param {string} key */
  get(key) {
    try { return sessionStorage.getItem(key) ?? ""; } catch { return ""; }
  },
  /** @param {string} key @param {string} value "" removes it */
  set(key, value) {
    try { value ? sessionStorage.setItem(key, value) : sessionStorage.removeItem(key); } catch { /* memory must do */ }
  },
};

/** The header that says who calls. */
export const authorization = () => (token ? { Authorization: `Bearer ${token}` } : {});

/** @param {string} value */
function remember(value) {
  token = value;
  storage.set(KEY, value);
}

/**
 * Takes the token out of the fragment, or out of what signing in brought back; else
 * begins signing in where the deployment has an issuer.
 * Returns false if the browser is on its way to the issuer.
 */
export async function begin() {
  takeFragment();
  const answer = await fetch("/console/config.json");
  if (answer.ok) config = await answer.json();
  if (token || !config.issuer) return true;
  const signed = await oidc.finish(config);
  if (signed) remember(signed);
  else if (!token) return signIn();
  return true;
}

function takeFragment() {
  const given = new URLSearchParams(location.hash.slice(1));
  token = given.get("token") || storage.get(KEY);
  if (!given.has("token")) return;
  remember(token);
  given.delete("token");
  const rest = given.size ? `#${given}` : "";
  history.replaceState(history.state, "", location.pathname + location.search + rest);
}

/** Whether the page can send the user to sign in. */
export const canSignIn = () => Boolean(config.issuer);

/** Forgets the token and goes to the issuer. @returns {Promise<false>} */
export async function signIn() {
  remember("");
  await oidc.start(config);
  return false;
}

/** A token that came while the page was open, from a page that frames it and changed the fragment. */
addEventListener("hashchange", () => {
  if (!location.hash.includes("token=")) return;
  takeFragment();
  dispatchEvent(new PopStateEvent("popstate", { state: history.state }));
});
