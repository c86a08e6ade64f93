import { h } from "../lib/dom.js";
import { link } from "../lib/router.js";
import { config, signIn, signInWithKey } from "../lib/session.js";
import { field } from "./field.js";

/** The page for errors: what is wrong and what to do. */
export function failure(error, again) {
  const { title, text, action } = explain(error, again);
  const instance = error.instance && h("p.soft", h("code", error.instance));
  return { title, body: [h("div.state", { role: "alert" }, h("h1", title), h("p", text), instance, action)] };
}

function explain({ status, message }, again) {
  const retry = h("button.primary", { onclick: again }, "Try again");
  if (status === 401) return signedOut(again);
  if (status === 404) return { title: "Nothing found", text: "It may have been deleted.", action: h("a.button", { href: link() }, "To the integrations") };
  if (status === 0) return { title: message, text: "Nothing is lost: events are still delivered.", action: retry };
  if (!/dynamically imported/.test(message)) return { title: "This did not work", text: message, action: retry };
  const load = h("button.primary", { onclick: () => location.reload() }, "Load it");
  return { title: "This page is out of date", text: "There is a newer version, or the connection was lost.", action: load };
}

function signedOut(again) {
  const title = "You are signed out";
  if (config.withKey) return { title, text: "Enter an API key of this server. It is forgotten when you close the tab.", action: keyForm(again) };
  if (config.issuer) return { title, text: "Sign in to continue.", action: h("button.primary", { onclick: signIn }, "Sign in") };
  return { title, text: "Open this page from your dashboard again.", action: h("button.primary", { onclick: again }, "Try again") };
}

function keyForm(again) {
  const key = field({ label: "API key", control: (props) => h("input", { ...props, type: "password", autocomplete: "current-password", required: true }) });
  const submit = (e) => {
    e.preventDefault();
    signInWithKey(key.value().trim());
    again();
  };
  return h("form.field", { onsubmit: submit }, key.el, h("button.primary", { type: "submit" }, "Sign in"));
}
