import { h, newID, put } from "../lib/dom.js";

/**
 * Opens a dialog. Its buttons close it. The promise resolves to the chosen button's
 * value, or "" if the dialog was dismissed.
 */
export function ask({ title, body, buttons, wide = false }) {
  const id = newID("dialog");
  return new Promise((done) => {
    const dialog = h(wide ? "dialog.wide" : "dialog", { "aria-labelledby": id, onclose: () => { dialog.remove(); done(dialog.returnValue); } },
      h("h2", { id }, title),
      h("div.dialog-body", body),
      h("div.buttons", buttons.map(([value, label, kind]) =>
        h("button", { class: kind, onclick: () => dialog.close(value) }, label))));
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Asks for confirmation with a button of the given name and kind. */
export const confirm = async (title, body, yes, kind = "primary") =>
  (await ask({ title, body, buttons: [["", "Cancel"], ["yes", yes, kind]] })) === "yes";

let clear = 0;

/** Shows a message, also to screen readers. Messages of kind "wrong" stay longer. */
export function say(text, kind = "") {
  const notices = document.getElementById("notices");
  put(notices, h("p", { class: `notice ${kind}` }, text));
  clearTimeout(clear);
  clear = setTimeout(() => put(notices), kind ? 20_000 : 5000);
}

/** Runs a button's action, not more than once at a time, and shows errors. */
export async function during(button, work) {
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  button.classList.add("busy");
  try {
    await work();
  } catch (error) {
    if (error.name !== "AbortError") say(error.message, "wrong");
  } finally {
    button.removeAttribute("aria-disabled");
    button.classList.remove("busy");
  }
}

/** A button that copies a text. */
export const copyButton = (text, what) =>
  h("button.small.quiet", {
    "aria-label": `Copy ${what}`,
    async onclick() {
      try {
        await navigator.clipboard.writeText(text);
        say(`Copied ${what}.`);
      } catch {
        say("The browser does not allow copying: select the text and copy it.", "wrong");
      }
    },
  }, "Copy");
