// The form to create and change an integration.

import { h, put } from "../lib/dom.js";
import { Problem, eventTypes, integrations, presets, variables } from "../lib/api.js";
import { guardWith, link, navigate, refresh } from "../lib/router.js";
import { askConflict } from "../parts/conflict.js";
import { confirm, during, say } from "../parts/dialog.js";
import { said, warned } from "../parts/field.js";
import { form } from "../parts/form.js";
import { header } from "../parts/header.js";
import { preview } from "../parts/preview.js";
import { variableList } from "../parts/variables.js";

const TEMPLATES = ["filter", "payloadTemplate", "headersTemplate"];

export async function view({ params, signal }) {
  const reading = params.id && integrations.get(params.id, signal);
  const [types, { variables: all, filters, defaultPayloadTemplate }, offered, read] = await Promise.all([eventTypes(), variables(), params.id ? [] : presets(), reading]);
  const from = read?.data ?? { eventTypes: types.map(({ type }) => type).filter((type) => !type.endsWith(".RUNNING")).slice(0, 2) };
  const fields = form({ ...from, payloadTemplate: from.payloadTemplate || defaultPayloadTemplate }, types, onchange, offered);
  const before = JSON.stringify(fields.value());
  let urlLeft = false;
  fields.fields.requestUrl.el.addEventListener("focusout", () => { urlLeft = true; look.soon(); });

  const look = preview({
    id: params.id, signal,
    types: [...types].sort((a, b) => Number(from.eventTypes.includes(b.type)) - Number(from.eventTypes.includes(a.type))),
    draft() {
      const { filter, requestUrl, payloadTemplate, headersTemplate } = fields.value();
      return { filter, requestUrl, payloadTemplate, headersTemplate };
    },
    onanswer({ faults, preset }) {
      fields.show(faults, urlLeft && fields.value().requestUrl ? [...TEMPLATES, "requestUrl"] : TEMPLATES);
      fields.propose(preset);
    },
  });

  function onchange() {
    look.soon();
    guardWith(JSON.stringify(fields.value()) === before ? null : leaveUnsaved);
  }

  const outcome = h("p.wrong", { role: "alert" });
  const save = saver({ id: params.id, etag: read?.etag ?? "", fields, outcome });
  const button = h("button.primary", { type: "submit" }, params.id ? "Save" : "Create integration");
  const el = h("form.setup", { novalidate: true, onsubmit: (e) => { e.preventDefault(); during(button, save); } },
    h("div.setup-form", fields.el),
    h("div.setup-side", look.el, variableList(all, filters, fields)),
    h("div.savebar", outcome, h("a.button", { href: params.id ? link("integrations", params.id) : link() }, "Cancel"), button));
  return read
    ? { title: `Settings of ${from.name}`, body: [header(from, "settings"), el] }
    : { title: "New integration", body: [h("h1", "New integration"), el] };
}

const leaveUnsaved = () => confirm("Leave without saving?", h("p", "What you changed here is not saved yet."), "Leave", "danger");

function saver({ id, etag, fields, outcome }) {
  const keyOf = keys();

  async function save() {
    const body = fields.value();
    if (id) {
      const { data } = await integrations.change(id, body, etag);
      return saved(data, "Saved.");
    }
    const { data } = await integrations.create(body, keyOf(body));
    return saved(data, "The integration is set up.");
  }

  function refused(problem) {
    const rest = fields.show(problem.errors);
    put(outcome, problem.errors.length > rest.length ? "Not saved: fix the fields that are marked above. " : "", rest.map(said).join(" "));
    fields.focusFirst(problem.errors);
  }

  async function conflicting() {
    const theirs = await integrations.get(id);
    const choice = await askConflict(fields.value(), theirs.data);
    if (choice === "mine") { etag = theirs.etag; return save(); }
    if (choice === "theirs") { guardWith(null); return refresh(); }
  }

  return async () => {
    put(outcome);
    try {
      await save();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.status === 412) return conflicting();
      if (!error.errors.length) throw error;
      refused(error);
    }
  };
}

async function saved({ id, warnings = [] }, text) {
  guardWith(null);
  say([text, ...warnings.map(warned)].join(" "), warnings.length ? "warning" : "");
  await navigate(link("integrations", id));
}

/** The Idempotency-Key of a request. A different request gets a new one. */
function keys() {
  let last = "", key = "";
  return (body) => {
    const now = JSON.stringify(body);
    if (now !== last) [last, key] = [now, crypto.getRandomValues(new Uint32Array(4)).join("-")];
    return key;
  };
}
