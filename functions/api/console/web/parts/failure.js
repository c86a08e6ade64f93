import { h } from "../lib/dom.js";
import { link } from "../lib/router.js";
import { config, signIn } from "../lib/session.js";

/** The page that stands for one that cannot be shown: what is wrong, and the way out. */
export function failure(error, again) {
  const { title, text, action } = explain(error, again);
  const instance = error.instance && h("p.soft", h("code", error.instance));
  return { title, body: [h("div.state", { role: "alert" }, h("h1", title), h("p", text), instance, action)] };
}

function explain({ status, message }, again) {
  const button = (label, onclick) => h("button.primary", { onclick }, label);
  if (status === 401 && config.issuer) return { title: "You are signed out", text: "Sign in to go on where you were.", action: button("Sign in", signIn) };
  if (status === 401) return { title: "You are signed out", text: "Open this page from your dashboard again.", action: button("Try again", again) };
  if (status === 404) return { title: "Nothing is here", text: "It may have been deleted, or the address is not quite right.", action: h("a.button", { href: link() }, "To the integrations") };
  if (status === 0) return { title: message, text: "Nothing is lost: events go on being delivered.", action: button("Try again", again) };
  if (/dynamically imported module/.test(message)) return { title: "This page is out of date", text: "A newer version is there, or the connection is gone.", action: button("Load it", () => location.reload()) };
  return { title: "This did not work", text: message, action: button("Try again", again) };
}
