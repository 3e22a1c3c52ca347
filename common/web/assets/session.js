// Who is logged in, as this browser knows it: the bearer token, when it ends, and whose it is. It lies in
// localStorage so that all tabs share it; docs/decisions/0008 says what that risks and what is done for it.
const KEY = "stagecraft.session";

/** {token, expires_at, user} or null. An expired one is forgotten here, before the server has to say so. */
export function session() {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY));
    if (stored && Date.parse(stored.expires_at) > Date.now() && stored.token && stored.user) return stored;
  } catch {
    // not ours, or damaged: the same as none
  }
  localStorage.removeItem(KEY);
  return null;
}

export function logIn(answer) {
  localStorage.setItem(KEY, JSON.stringify(answer));
}

export function forget() {
  localStorage.removeItem(KEY);
}

/** Calls back when another tab logs in or out. */
export function onOtherTab(callback) {
  addEventListener("storage", (event) => {
    if (event.key === KEY || event.key === null) callback();
  });
}

/** Where to go after logging in: a path of this shop, never another site. */
export function nextPath() {
  const wanted = new URLSearchParams(location.search).get("next") ?? "/";
  const url = new URL(wanted, location.origin);
  return url.origin === location.origin ? url.pathname + url.search : "/";
}

export function loginAddress(expired = false) {
  const query = new URLSearchParams({ next: location.pathname + location.search });
  if (expired) query.set("expired", "1");
  return `/login?${query}`;
}

/** The session, or away to the login page; then the promise never ends, so that nothing more happens here. */
export async function needSession() {
  const found = session();
  if (found) return found;
  location.replace(loginAddress());
  return new Promise(() => {});
}
