// Logging in; and for those who are, whose account this is and the way out.
import "./frame.js";
import { api } from "./api.js";
import { fill, find, h } from "./dom.js";
import { onSubmit } from "./forms.js";
import { forget, logIn, nextPath, session } from "./session.js";
import { note } from "./states.js";

async function logOut() {
  await api("/v1/sessions/current", { method: "DELETE" }).catch(() => {}); // here it ends in any case
  forget();
  location.assign("/");
}

const own = session();
if (own) {
  document.title = "Your account · Stagecraft";
  find("login").hidden = true;
  fill(find("account"), h("h1", {}, `Hello, ${own.user.name}`),
    h("div", { class: "panel form" },
      h("p", {}, "You are logged in as ", h("b", {}, own.user.email), own.user.role === "admin" && ", an administrator", "."),
      h("p", { class: "actions" }, h("a", { class: "button", href: "/orders" }, "Your orders"), h("button", { class: "button plain", type: "button", on: { click: logOut } }, "Log out")))).hidden = false;
} else {
  find("other").href = `/register${location.search}`;
  if (new URLSearchParams(location.search).has("expired")) fill(find("message"), note("warn", "You were logged out", "Your session has ended. Log in again and go on where you were."));
  onSubmit(find("form"), find("message"), async ({ email, password }) => {
    try {
      logIn(await api("/v1/sessions", { method: "POST", body: { email, password } }));
    } catch (error) {
      if (error.status !== 401) throw error;
      fill(find("message"), note("bad", "That did not match", "There is no account with this e-mail and password.")).firstElementChild.focus();
      return;
    }
    location.replace(nextPath());
  });
}
