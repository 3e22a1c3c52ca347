// A new account; it is logged in at once.
import "./frame.js";
import { api } from "./api.js";
import { find } from "./dom.js";
import { onSubmit } from "./forms.js";
import { logIn, nextPath, session } from "./session.js";

if (session()) location.replace(nextPath());
find("other").href = `/login${location.search}`;

onSubmit(find("form"), find("message"), async ({ name, email, password }) => {
  await api("/v1/users", { method: "POST", body: { name, email, password } });
  logIn(await api("/v1/sessions", { method: "POST", body: { email, password } }));
  location.replace(nextPath());
});
