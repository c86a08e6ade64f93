// @ts-check
// The signing secret, and how a receiver verifies with it.

import { h, put } from "../lib/dom.js";
import { integrations } from "../lib/api.js";
import { link, refresh } from "../lib/router.js";
import { time } from "../lib/time.js";
import { block } from "../parts/code.js";
import { copyButton } from "../parts/copy.js";
import { confirm, during, say } from "../parts/dialog.js";
import { header } from "../parts/header.js";
import { SNIPPETS } from "../lib/snippets.js";

/** @type {import("../lib/router.js").View} */
export async function view({ params: { id }, signal }) {
  const [{ data: in_ }, { data: secrets }] = await Promise.all([integrations.get(id, signal), integrations.secret(id, signal)]);
  const rotate = h("button", { type: "button", onclick: () => during(rotate, () => rotateSecret(id)) }, "Rotate");
  return {
    title: `Signing secret of ${in_.name}`,
    crumbs: [["Integrations", link()]],
    body: [
      header(in_, "signing"),
      h("section.card", null,
        h("h2", null, "Signing secret"),
        h("p.help", null, "Every request is signed with it, by ", h("a", { href: "https://www.standardwebhooks.com/", target: "_blank", rel: "noopener" }, "Standard Webhooks"), ". Whoever knows it can sign: keep it on your server."),
        secretRow(secrets.signingSecret, "the secret", rotate),
        secrets.previousSecret && h("div.previous", null, h("h3", null, "Previous secret"), h("p.help", null, "Signs along until ", time(secrets.previousExpiresAt, "clock", true), ", ", time(secrets.previousExpiresAt), ". Change your receivers to the new one before."), secretRow(secrets.previousSecret, "the previous secret"))),
      verification(),
    ],
  };
}

/** @param {string} secret @param {string} what @param {any} [more] */
function secretRow(secret, what, more) {
  const text = h("code", null, "whsec_••••••••••••••••••••••••");
  const show = h("button", {
    type: "button", "aria-pressed": "false", "aria-label": `Show ${what}`,
    onclick() {
      const shown = show.getAttribute("aria-pressed") === "true";
      show.setAttribute("aria-pressed", String(!shown));
      put(show, shown ? "Show" : "Hide");
      put(text, shown ? "whsec_••••••••••••••••••••••••" : secret);
    },
  }, "Show");
  return h("div.secret", null, text, h("div.buttons", null, show, copyButton(secret, what), more));
}

/** @param {string} id */
async function rotateSecret(id) {
  const text = "A new secret signs from now on. The current one signs along for 24 hours, so that your receivers can change over without missing a request.";
  if (!(await confirm("Rotate the signing secret?", h("p", null, text), "Rotate"))) return;
  await integrations.rotate(id);
  say("Rotated. Both secrets sign for the next 24 hours.");
  await refresh();
}

function verification() {
  const out = h("div");
  const show = (/** @type {string} */ language) => {
    const { install, code } = SNIPPETS[language];
    put(out, h("div.install", null, h("code", null, install), copyButton(install, "the command")), h("div.snippet", null, copyButton(code, "the code"), block(code, `Verification in ${language}`)));
  };
  const languages = Object.keys(SNIPPETS);
  show(languages[0]);
  return h("section.card", null,
    h("h2", null, "Verify it in your receiver"),
    h("p.help", null, "With an official library, over the body's bytes as they came, before they are parsed. The secret is read from ", h("code", null, "WEBHOOK_SECRET"), "."),
    h("fieldset.segments", null, h("legend.hidden", null, "Language"),
      languages.map((language, i) => h("label", null, h("input", { type: "radio", name: "language", checked: i === 0, onchange: () => show(language) }), h("span", null, language)))),
    out);
}
