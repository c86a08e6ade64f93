// @ts-check
import { h } from "../lib/dom.js";
import { canSignIn, signIn } from "../lib/session.js";

/**
 * The page that stands for one that cannot be shown: what is wrong, and the way out.
 * @param {any} error @param {() => void} again
 */
export function failure(error, again) {
  const { title, text, action } = explain(error, again);
  return { title, body: [h("div.state", { role: "alert" }, h("h1", null, title), h("p", null, text), error.instance && h("p.soft", null, h("code", null, error.instance)), action)] };
}

/** @param {any} error @param {() => void} again */
function explain(error, again) {
  const retry = h("button.primary", { type: "button", onclick: again }, "Try again");
  const home = h("a.button", { href: "/console/" }, "To the integrations");
  if (error.status === 401 && canSignIn()) return { title: "You are signed out", text: "Sign in to go on where you were.", action: h("button.primary", { type: "button", onclick: signIn }, "Sign in") };
  if (error.status === 401) return { title: "You are signed out", text: "Open this page from your dashboard again: it brings what is needed to sign you in.", action: retry };
  if (error.status === 404) return { title: "Nothing is here", text: "It may have been deleted, or the address is not quite right.", action: home };
  if (error.status === 0) return { title: navigator.onLine ? "The service does not answer" : "You are offline", text: "Nothing is lost: events go on being delivered, and this page is there again once the connection is.", action: retry };
  if (/dynamically imported module/.test(error.message)) return { title: "This page is out of date", text: "A newer version is there.", action: h("button.primary", { type: "button", onclick: () => location.reload() }, "Load it") };
  return { title: "This did not work", text: error.message, action: retry };
}
