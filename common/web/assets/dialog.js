// A question before something that cannot be undone. The browser's own dialog element keeps the focus inside,
// closes on Escape and gives the focus back.
import { h } from "./dom.js";

/** Resolves to true when the answer was yes. */
export function confirmed({ title, text, yes, no = "Keep it", danger = true }) {
  return new Promise((resolve) => {
    const dialog = h("dialog", { class: "dialog", "aria-labelledby": "dialog-title", "aria-describedby": "dialog-text" },
      h("form", { method: "dialog" },
        h("h2", { id: "dialog-title" }, title),
        h("p", { id: "dialog-text" }, text),
        h("p", { class: "actions" },
          h("button", { class: "button plain", value: "no", autofocus: true }, no),
          h("button", { class: danger ? "button danger" : "button", value: "yes" }, yes))));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
