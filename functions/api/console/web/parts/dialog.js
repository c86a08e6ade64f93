// @ts-check
import { h, newID, put } from "../lib/dom.js";

/**
 * Opens a dialog. Its buttons close it; what was chosen is the promise's value, ""
 * when it was dismissed.
 * @param {{ title: string, body: any, buttons: [value: string, label: string, kind?: string][], wide?: boolean }} options
 * @returns {Promise<string>}
 */
export function ask({ title, body, buttons, wide = false }) {
  const id = newID("dialog");
  return new Promise((done) => {
    const dialog = h(wide ? "dialog.wide" : "dialog", { "aria-labelledby": id, onclose: () => { dialog.remove(); done(dialog.returnValue); } },
      h("h2", { id }, title),
      h("div.dialog-body", null, body),
      h("div.buttons", null, buttons.map(([value, label, kind]) =>
        h("button", { type: "button", class: kind, onclick: () => dialog.close(value) }, label))));
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** @param {string} title @param {any} body @param {string} yes @param {string} [kind] of the button that does it */
export const confirm = async (title, body, yes, kind = "primary") =>
  (await ask({ title, body, buttons: [["", "Cancel"], ["yes", yes, kind]] })) === "yes";

let clear = 0;

/** Tells what happened, for a few seconds, on the screen and to screen readers. @param {string} text @param {string} [kind] "wrong" stays until the next */
export function say(text, kind = "") {
  const notices = /** @type {Element} */ (document.getElementById("notices"));
  put(notices, h("p", { class: `notice ${kind}` }, text));
  clearTimeout(clear);
  if (!kind) clear = setTimeout(() => put(notices), 5000);
}

/**
 * Does something that a button asked for, once at a time, and tells what went wrong.
 * @param {HTMLButtonElement} button @param {() => Promise<any>} work
 */
export async function during(button, work) {
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  button.classList.add("busy");
  try {
    await work();
  } catch (error) {
    if (/** @type {Error} */ (error).name !== "AbortError") say(/** @type {Error} */ (error).message, "wrong");
  } finally {
    button.removeAttribute("aria-disabled");
    button.classList.remove("busy");
  }
}
