// Each page with something on it, and what is shown when something went wrong:
// {name: [path, what the visit begins with, requests that will fail, what is done there]}.
import { admin, basketLine, day, newCustomer, newProduct, place, setPlaces } from "./shop.mjs";
import { button, chooseDay, says } from "./visit.mjs";

/** At the checkout: pays with a card, after the world has changed, and waits for what is said of it. */
const paying = (card, said, change = async () => {}) => async (page) => {
  await page.getByRole("radio", { name: card }).check();
  await change(page);
  await button(page, /^Pay /).click();
  await says(page.locator("main .note").first(), said);
};

/** Does something while the network is gone. */
const offline = (act, said) => async (page) => {
  await page.context().setOffline(true);
  await act(page);
  await says(page.locator(".state-failed, .note-bad, .note-warn").first(), said);
};

/** What one sees when things go wrong; each has a customer and a product of its own. */
async function troubles() {
  const at = async (capacity) => {
    const product = await newProduct({ title: "Night swim with lanterns in Split", capacity_per_day: capacity });
    return { product, state: { session: await newCustomer("Margaret Hamilton"), basket: [basketLine(product, day(3), 2)] } };
  };
  const [declined, sold, lost, late] = [await at(10), await at(10), await at(10), await at(10)];
  await setPlaces(late.product, day(3), 1);
  const page = `/products/${late.product.id}`;
  const order = await place(declined.state.session, declined.product, day(2), 2);
  return {
    declined: ["/checkout", declined.state, /\/v1\/orders/, paying("Empty card", /declined/)],
    "sold-out": ["/checkout", sold.state, /\/v1\/orders/, paying("Everyday card", /faster/, () => setPlaces(sold.product, day(3), 1))],
    "no-answer": ["/checkout", lost.state, /\/v1\//, paying("Everyday card", /cannot be reached/, (page) => page.context().setOffline(true))],
    "basket-sold-out": ["/basket", late.state],
    down: ["/products", {}, /\/v1\//, offline((page) => page.getByRole("radio", { name: "Boats and water" }).check(), /cannot be reached/)],
    "calendar-down": [page, {}, /\/v1\//, turnOffline],
    "register-wrong": ["/register", {}, null, async (page) => {
      await button(page, "Make the account").click();
      await says(page.locator("#email-wrong"), /./);
    }],
    cancelling: [`/orders/${order.id}`, declined.state, null, async (page) => {
      await button(page, /^Cancel/).click();
      await button(page, "Cancel it").waitFor();
    }],
    "admin-wrong": [`/admin${page}`, { session: await admin() }, null, async (page) => {
      await chooseDay(page, day(3));
      await page.getByLabel("Price per place").fill("-5");
      await button(page, "Set the price").click();
      await says(page.locator(".wrong"), /./);
    }],
    "login-wrong": ["/login", {}, /\/v1\/sessions/, wrongPassword],
    "login-down": ["/login", {}, /\/v1\//, offline(wrongPassword, /cannot be reached/)],
  };
}

async function turnOffline(page) {
  await page.locator(".calendar-grid:not([aria-busy])").waitFor();
  await page.context().setOffline(true);
  for (let month = 0; month < 2; month++) await button(page, "The month after").click();
  await says(page.locator(".calendar-message"), /Try again/);
}

/** A day with few places, taken into the basket. */
async function choose(page) {
  await chooseDay(page, day(3));
  await button(page, "Add to basket").click();
  await says(page.locator(".added"), /basket/);
}

async function wrongPassword(page) {
  await page.getByLabel("E-mail").fill("nobody@shop.example");
  await page.getByLabel("Password").fill("not the one");
  await button(page, "Log in").click();
  await says(page.locator("main .note").first(), /./);
}

let world;
/** One customer with an order, one product, for all of these. */
export async function sights() {
  if (world) return world;
  const customer = await newCustomer("Margaret Hamilton");
  const product = await newProduct({ title: "Sunset kayak tour in Ljubljana, for beginners and those who have never been brave before" });
  const order = await place(customer, product, day(3), 2);
  const staff = await admin();
  const basket = [basketLine(product, day(3), 2), basketLine({ ...product, id: 1 }, day(5))];
  world = {
    home: ["/"], list: ["/products"], nothing: ["/products?q=nothing+like+that"], product: [`/products/${product.id}`],
    gone: ["/products/999999999", {}, /\/v1\/products\/999999999/],
    basket: ["/basket", { basket }], "empty-basket": ["/basket"], checkout: ["/checkout", { session: customer, basket }],
    orders: ["/orders", { session: customer }], order: [`/orders/${order.id}?placed=1`, { session: customer }],
    login: ["/login"], register: ["/register"], account: ["/login", { session: customer }],
    missing: ["/no/such/page", {}, /no\/such\/page/],
    admin: ["/admin", { session: staff }], "admin-product": [`/admin/products/${product.id}`, { session: staff }],
    "admin-bookings": ["/admin/bookings", { session: staff }], "admin-reports": ["/admin/reports", { session: staff }],
    chosen: [`/products/${product.id}`, {}, null, choose],
    ...(await troubles()),
  };
  return world;
}
