// Files that need the bearer token cannot be plain links: they are fetched, and handed to the browser to save.
import { send } from "./api.js";
import { busy, h, toast } from "./dom.js";
import { explain } from "./states.js";

const TIMEOUT_MS = 900000; // all of a long file, on a slow line

/** A button that downloads `path()` as `name()`. */
export function downloadButton(text, path, name, kind = "button plain small") {
  const button = h("button", { class: kind, type: "button", on: { click: () => busy(button, () => download(path(), name())) } }, text);
  return button;
}

async function download(path, name) {
  try {
    const answer = await send(path, { timeout: TIMEOUT_MS });
    const blob = await answer.blob().catch(() => {
      throw Object.assign(new Error("It was not saved, because it is not whole. Try again."), { title: "The file broke off" });
    });
    const address = URL.createObjectURL(blob);
    const link = h("a", { href: address, download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
  } catch (error) {
    toast(explain(error).join(": "));
  }
}
