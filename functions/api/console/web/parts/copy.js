import { h } from "../lib/dom.js";
import { say } from "./dialog.js";

/** A button that copies a text. */
export const copyButton = (text, what) =>
  h("button.small.quiet", {
    "aria-label": `Copy ${what}`,
    async onclick() {
      try {
        await navigator.clipboard.writeText(text);
        say(`Copied ${what}.`);
      } catch {
        say("The browser does not let this page copy. Select the text, and copy it by hand.", "wrong");
      }
    },
  }, "Copy");
