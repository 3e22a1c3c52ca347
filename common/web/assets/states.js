// The states a part of a page can be in besides "here it is": on its way, empty, failed.
import { announce, fill, find, h, svg } from "./dom.js";

/** Shows what `load` makes (nodes), and until then `waiting`; when it fails, why, and a way to try again. */
export async function show(target, load, waiting = null) {
  target.setAttribute("aria-busy", "true");
  if (waiting) fill(target, waiting);
  try {
    fill(target, await load());
  } catch (error) {
    if (error.name === "AbortError") return;
    fill(target, failure(error, () => show(target, load, waiting)));
  } finally {
    target.removeAttribute("aria-busy");
  }
}

/** Grey shapes where content will be. */
export function skeletons(count, kind = "card") {
  return Array.from({ length: count }, () => h("div", { class: `skeleton skeleton-${kind}`, "aria-hidden": "true" }));
}

export function empty(title, text, ...actions) {
  return h("div", { class: "state" }, stub(), heading(title), h("p", {}, text), h("p", { class: "actions" }, actions));
}

const explanations = [
  [(error) => error.status === 0, "The shop cannot be reached", "It does not answer, or you are offline. Nothing you entered is lost."],
  [(error) => error.status === 503 || error.status === 504, "The shop is catching its breath", "It is up, but something it needs is not. That usually passes within a minute."],
  [(error) => error.status === 404, "There is nothing here", "It may have been taken off the programme, or the address has a slip in it."],
  [(error) => error.status === 403, "This is for the staff", "Your account may not see this page."],
];

/** What to tell people about an error: [title, text]. */
export function explain(error) {
  const known = explanations.find(([matches]) => matches(error));
  return known ? known.slice(1) : [error.title ?? "That did not work", error.message];
}

export function failure(error, again) {
  const [title, text] = explain(error);
  if (!(error.status >= 0)) console.error(error);
  announce(`${title}. ${text}`);
  const hopeless = error.status === 404 || error.status === 403;
  const retry = () => {
    find("main").focus({ preventScroll: true }); // the button goes; the keyboard stays where the content will be
    again();
  };
  return h("div", { class: "state state-failed" }, stub(), heading(title), h("p", {}, text),
    h("p", { class: "actions" },
      again && !hopeless && h("button", { class: "button", type: "button", on: { click: retry } }, "Try again"),
      hopeless && h("a", { class: "button", href: "/products" }, "See what is on")),
    error.requestId && h("p", { class: "muted" }, h("small", {}, `Request ${error.requestId}`)));
}

/** Of the first level when it stands in for the page that should have been here. */
const heading = (title) => h(document.querySelector("h1") ? "h2" : "h1", { class: "state-title" }, title);

/** A torn ticket. */
function stub() {
  return svg("svg", { viewBox: "0 0 120 72", class: "state-art", "aria-hidden": "true" },
    svg("path", { d: "M6 12h58l-5 8 6 8-6 8 6 8-6 8 5 8H6V46a8 8 0 0 0 0-16z" }),
    svg("path", { d: "M76 8l38 8-3 15a8 8 0 0 0-3 15l-3 15-34-7 7-7-4-9 8-7-4-9 6-6z" }),
    svg("path", { d: "M18 27h26M18 36h18M18 45h22" }));
}

/** A message above a form: "bad", "good", "warn" or "plain". It takes the focus when it is about the user's doing. */
export function note(kind, title, ...text) {
  return h("div", { class: `note note-${kind}`, role: kind === "bad" ? "alert" : "status", tabindex: "-1" },
    title && h("strong", {}, title), h("div", {}, text));
}
