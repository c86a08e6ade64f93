// The signing secret, and how a receiver verifies signatures.

import { h, outward, put } from "../lib/dom.js";
import { integrations } from "../lib/api.js";
import { refresh } from "../lib/router.js";
import { time } from "../lib/time.js";
import { block } from "../parts/code.js";
import { confirm, copyButton, during, say } from "../parts/dialog.js";
import { header } from "../parts/header.js";
import { SNIPPETS } from "../lib/snippets.js";

const HIDDEN = `whsec_${"•".repeat(24)}`;

export async function view({ params: { id }, signal }) {
  const [{ data: integration }, { data: secrets }] = await Promise.all([integrations.get(id, signal), integrations.secret(id, signal)]);
  return { title: `Signing secret of ${integration.name}`, body: [header(integration, "signing"), secretCard(id, secrets), verification()] };
}

function secretCard(id, { signingSecret, previousSecret, previousExpiresAt }) {
  const rotate = h("button", { onclick: () => during(rotate, () => rotateSecret(id)) }, "Rotate");
  const standard = outward("https://www.standardwebhooks.com/", "Standard Webhooks");
  return h("section.card",
    h("h2", "Signing secret"),
    h("p.help", "Every request is signed with it, by ", standard, ". Whoever knows it can sign: keep it on your server."),
    secretRow(signingSecret, "the secret", rotate),
    previousSecret && h("div.request",
      h("h3", "Previous secret"),
      h("p.help", "Also signs until ", time(previousExpiresAt, "clock", true), ", ", time(previousExpiresAt), ". Change your receivers before."),
      secretRow(previousSecret, "the previous secret")));
}

function secretRow(secret, what, more) {
  const text = h("code", HIDDEN);
  const show = h("button", {
    "aria-pressed": "false", "aria-label": `Show ${what}`,
    onclick() {
      const shown = text.textContent === HIDDEN;
      show.setAttribute("aria-pressed", String(shown));
      put(text, shown ? secret : HIDDEN);
    },
  }, "Show");
  return h("div.secret", text, h("div.buttons", show, copyButton(secret, what), more));
}

async function rotateSecret(id) {
  const text = "A new secret signs requests from now on. The current one also signs for 24 hours, so that your receivers can switch. At most two secrets sign: rotating again within 24 hours drops the oldest at once.";
  if (!(await confirm("Rotate the signing secret?", h("p", text), "Rotate"))) return;
  await integrations.rotate(id);
  say("Rotated. Both secrets sign for the next 24 hours.");
  await refresh();
}

function verification() {
  const out = h("div");
  const show = (language) => {
    const { install, code } = SNIPPETS[language];
    put(out,
      h("div.secret", h("code", install), copyButton(install, "the command")),
      h("div.snippet", copyButton(code, "the code"), block(code, `Verification in ${language}`)));
  };
  const languages = Object.keys(SNIPPETS);
  show(languages[0]);
  return h("section.card",
    h("h2", "Verify it in your receiver"),
    h("p.help", "Use an official library on the raw body, before parsing. The secret is read from ", h("code", "WEBHOOK_SECRET"), "."),
    h("fieldset.segments", h("legend.hidden", "Language"),
      languages.map((language, i) =>
        h("label", h("input", { type: "radio", name: "language", checked: !i, onchange: () => show(language) }), h("span", language)))),
    out);
}
