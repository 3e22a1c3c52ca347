// The shop as the tests reach it beside the browser: by its API, and as the operator who stops it.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const base = process.env.BASE_URL;
const stack = fileURLToPath(new URL("../../infra/local/stack", import.meta.url));
const run = promisify(execFile);

let number = 0;
/** A name nobody has used before. */
export const unique = (prefix) => `${prefix}-${process.pid}-${Date.now() % 1e8}-${++number}`;

export const stop = (...servers) => run(stack, ["stop", ...servers]);
export const start = (...servers) => run(stack, ["start", ...servers]);
// whoever settles orders beside the shop; none where a request settles its own
export const WORKERS = process.env.SERVERS.split(" ").filter((name) => name.startsWith("worker"));
// what clients talk to: the shop, or the balancer before it
export const stopShop = () => stop(process.env.ENTRY);
export const startShop = () => start(process.env.ENTRY);

/** Asks the API; fails unless the answer is good. */
export async function api(path, { method = "GET", body, session, headers = {} } = {}) {
  const answer = await fetch(base + path, {
    method,
    headers: { ...(body && { "Content-Type": "application/json" }), ...(session && { Authorization: `Bearer ${session.token}` }), ...headers },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : null;
}

export const logIn = (email, password) => api("/v1/sessions", { method: "POST", body: { email, password } });

export async function newCustomer(name = "Ada Lovelace") {
  const account = { name, email: `${unique("ada")}@shop.example`, password: "correct horse battery" };
  await api("/v1/users", { method: "POST", body: account });
  return { ...(await logIn(account.email, account.password)), ...account };
}

let staff;
export async function admin() {
  const line = readFileSync(process.env.ACCOUNTS_FILE, "utf8").split("\n").find((one) => one.startsWith("admin "));
  const [, email, password] = line.split(" ");
  staff ??= await logIn(email, password);
  return staff;
}

export async function newProduct(changes = {}) {
  return api("/v1/admin/products", { method: "POST", session: await admin(), body: {
    category: "boats", title: unique("Harbour tour"), summary: "Two hours on the water.", description: "Past the old docks and back.",
    price_cents: 2550, capacity_per_day: 10, ...changes,
  } });
}

export async function setPlaces(product, day, capacity) {
  return api(`/v1/admin/products/${product.id}/capacity/${day}`, { method: "PUT", session: await admin(), body: { capacity } });
}

/** An order that is confirmed, however long the shop takes to settle it; fails when it is refused. */
export async function place(session, product, day, quantity = 1, card = "card_ok") {
  const request = { method: "POST", session, headers: { "Idempotency-Key": unique("key") }, body: { lines: [{ product_id: product.id, day, quantity }], payment: { card_token: card } } };
  const until = Date.now() + 30000;
  for (;;) {
    const order = await api("/v1/orders", request);
    if (order.status !== "pending") return order;
    if (Date.now() > until) throw new Error(`order ${order.id} is still pending`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export const ordersOf = async (session) => (await api("/v1/orders", { session })).items;

/** "2026-11-23", so many days from the shop's today. */
export const day = (ahead) => new Date(Date.now() + ahead * 86400000).toISOString().slice(0, 10);

/** What the basket holds for a product, as the storefront keeps it. */
export const basketLine = (product, on, quantity = 1) => ({
  product_id: product.id, day: on, quantity, title: product.title, category: product.category,
  picture: null, price_cents: product.price_cents, currency: product.currency,
});
