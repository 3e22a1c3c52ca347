// Everything that can go wrong between "Pay" and "You are going", and that nobody ever pays twice.
import assert from "node:assert/strict";
import { basketLine, day, newCustomer, newProduct, ordersOf, place, setPlaces, start, startShop, stop, stopShop, WORKERS } from "./shop.mjs";
import { button, eventually, link, says, visit } from "./visit.mjs";

let session;
let product;

/** A customer at the checkout with two places in the basket. */
const atCheckout = async (changes) => {
  session = await newCustomer();
  product = await newProduct(changes);
  return { session, basket: [basketLine(product, day(3), 2)] };
};
const pay = (page) => button(page, /^Pay /).click();
const choose = (page, card) => page.getByRole("radio", { name: card }).check();

visit("a declined card is said, the basket stays, another card works", () => atCheckout(), async ({ page, expectFailing }) => {
  expectFailing(/\/v1\/orders/);
  await page.goto("/checkout");
  await choose(page, "Empty card");
  await pay(page);
  await says(page.locator(".note-bad"), /declined[^]*Nothing was booked/);
  assert.ok(await page.locator(".note-bad").evaluate((note) => note === document.activeElement));
  await says(page.locator("#basket-count"), /2/);
  await choose(page, "Everyday card");
  await pay(page);
  await page.waitForURL(/\/orders\/\d+/);
  assert.deepEqual((await ordersOf(session)).map(({ status }) => status), ["confirmed", "rejected"]);
});

visit("sold out while paying: which, and where to go on", () => atCheckout(), async ({ page, expectFailing }) => {
  expectFailing(/\/v1\/orders/);
  await page.goto("/checkout");
  await button(page, /^Pay /).waitFor();
  await setPlaces(product, day(3), 1);
  await pay(page);
  await says(page.locator(".note-bad"), new RegExp(`Somebody was faster[^]*${product.title}`));
  await link(page, "Choose another day").click();
  await page.waitForURL(`/products/${product.id}`);
});

visit("the basket says what is sold out or dearer by now", () => atCheckout(), async ({ page }) => {
  await place(await newCustomer(), product, day(3), 9);
  await page.goto("/basket");
  await says(page.locator(".line-news"), /Only 1 place left/);
  assert.equal(await link(page, "To the checkout").getAttribute("aria-disabled"), "true");
  await link(page, "To the checkout").click({ force: true });
  assert.match(page.url(), /basket/);
  await button(page, "One less: Places").click();
  await link(page, "To the checkout").click();
  await page.waitForURL("/checkout");
});

visit("a silent bank: the order is pending, then becomes confirmed before one's eyes", () => atCheckout(), async ({ page }) => {
  await page.goto("/checkout");
  await choose(page, "Silent bank");
  await pay(page);
  await page.waitForURL(/\/orders\/\d+/);
  await says(page.locator(".note-warn"), /has not answered yet/);
  await eventually(() => says(page.locator(".order-head"), /Confirmed/), 20000);
  await says(page.locator(".ticket"), /Booked/);
});

visit("workers are away: the order waits, and is confirmed before one's eyes when they are back", () => atCheckout(), async ({ page }) => {
  const asked = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await stop(...WORKERS);
  try {
    await page.goto("/checkout");
    await pay(page);
    await page.waitForURL(/\/orders\/\d+/);
    await says(page.locator(".note-warn"), /has not answered yet/);
    await eventually(() => assert.ok(asked.some((path) => path.endsWith("/events"))));
  } finally {
    await start(...WORKERS);
  }
  await page.evaluate(() => (window.stayed = true));
  asked.length = 0;
  await eventually(() => says(page.locator(".order-head"), /Confirmed/), 30000);
  await says(page.locator(".note-good"), /You are going!/);
  assert.ok(await page.evaluate(() => window.stayed), "the page was not loaded anew");
  assert.deepEqual(asked.filter((path) => /^\/v1\/orders\/\d+$/.test(path)), [], "nor did it ask for the order: it was told");
}, { skip: WORKERS.length === 0 && "the request itself settles the order here" });

visit("the answer is lost: asking again finds the same order", () => atCheckout(), async ({ page, expectFailing }) => {
  expectFailing(/\/v1\/orders/);
  let keys = [];
  await page.route("**/v1/orders", async (route) => {
    keys.push(route.request().headers()["idempotency-key"]);
    if (keys.length > 1) return route.continue();
    await route.fetch(); // it arrives, and is carried out …
    await route.abort(); // … and nobody hears of it
  });
  await page.goto("/checkout");
  await pay(page);
  await says(page.locator(".note-warn"), /No answer yet[^]*cannot be booked or charged twice/);
  assert.equal(await button(page, /^Pay /).count(), 0, "nothing else can be ordered meanwhile");
  await page.reload();
  await says(page.locator(".note-warn"), /A payment without an answer/);
  await button(page, "Ask again").click();
  await page.waitForURL(/\/orders\/\d+/);
  assert.ok(keys.length > 1);
  assert.equal(new Set(keys).size, 1);
  assert.equal((await ordersOf(session)).length, 1);
  assert.equal(await page.locator("#basket-count").isVisible(), false);
});

visit("the shop goes down while paying and comes back", () => atCheckout(), async ({ page, expectFailing }) => {
  expectFailing(/./);
  await page.goto("/checkout");
  await button(page, /^Pay /).waitFor();
  await stopShop();
  try {
    await pay(page);
    await says(page.locator(".note-warn"), /cannot be reached/);
    await button(page, "Ask again").click();
    await says(page.locator(".note-warn"), /cannot be reached/);
  } finally {
    await startShop();
  }
  await button(page, "Ask again").click();
  await page.waitForURL(/\/orders\/\d+/);
  assert.equal((await ordersOf(session)).length, 1);
});

visit("a payment can be forgotten, after a warning", () => atCheckout(), async ({ page, expectFailing }) => {
  expectFailing(/\/v1\/orders$/);
  await page.route("**/v1/orders", (route) => route.abort());
  await page.goto("/checkout");
  await pay(page);
  await button(page, "Forget this payment").click();
  await button(page, "Keep asking").click();
  await button(page, "Ask again").waitFor();
  await page.unroute("**/v1/orders");
  await button(page, "Forget this payment").click();
  await button(page, "Forget it").click();
  await page.waitForURL("/orders");
  assert.equal(await page.evaluate(() => localStorage.getItem("stagecraft.attempt")), null);
});

visit("pressing twice orders once", () => atCheckout(), async ({ page }) => {
  await page.goto("/checkout");
  await choose(page, "Slow card");
  await button(page, /^Pay /).evaluate((one) => [one.click(), one.click()]);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/orders\/\d+/, { timeout: 15000 });
  assert.equal((await ordersOf(session)).length, 1);
});

visit("a session that has ended leads to the login and back to the payment", () => atCheckout(), async ({ page, expectFailing }) => {
  expectFailing(/\/v1\/orders/);
  await page.goto("/checkout");
  await page.evaluate(() => {
    const own = JSON.parse(localStorage.getItem("stagecraft.session"));
    localStorage.setItem("stagecraft.session", JSON.stringify({ ...own, token: "x".repeat(43) }));
  });
  await pay(page);
  await page.waitForURL(/\/login\?next=%2Fcheckout&expired=1/);
  await says(page.locator(".note-warn"), /logged out/);
  await page.getByLabel("E-mail").fill(session.email);
  await page.getByLabel("Password").fill(session.password);
  await button(page, "Log in").click();
  await page.waitForURL("/checkout");
  await pay(page);
  await page.waitForURL(/\/orders\/\d+/);
  assert.equal((await ordersOf(session)).length, 1);
});
