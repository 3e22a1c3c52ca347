// The shop is up and its database is not: pages still come, say what is wrong, and work again when asked to.
import assert from "node:assert/strict";
import { admin, basketLine, day, newCustomer, newProduct, place, start, stop } from "./shop.mjs";
import { button, eventually, newPage, says, visit, watch } from "./visit.mjs";

/** Each page: [path, what is there again afterwards, what the visit begins with]. */
async function pages() {
  const customer = await newCustomer();
  const product = await newProduct();
  const order = await place(customer, product, day(2));
  const staff = await admin();
  return [
    ["/", ".card"], ["/products", ".card"], [`/products/${product.id}`, ".calendar-grid"],
    ["/orders", ".order-row", { session: customer }], [`/orders/${order.id}`, ".ticket", { session: customer }],
    ["/admin", ".product-row", { session: staff }], [`/admin/products/${product.id}`, ".admin-grid", { session: staff }],
    ["/admin/bookings", ".day-head", { session: staff }], ["/admin/reports", ".tiles", { session: staff }],
  ];
}

async function whileAway(act) {
  await stop("postgres");
  try {
    await act();
  } finally {
    await start("postgres");
  }
}

visit("every page says so and comes back on request", {}, async () => {
  const open = [];
  for (const [path, there, state] of await pages()) open.push({ path, there, ...(await newPage(state)) });
  for (const one of open) {
    one.watch = watch(one.page);
    one.watch.expectFailing(/\/v1\//);
  }
  try {
    await whileAway(async () => {
      for (const { page, path } of open) {
        await page.goto(path);
        await says(page.locator(".state-failed").first(), /catching its breath[^]*Request [\w.-]+/, path);
        assert.equal(await page.locator("h1:visible").count(), 1, path);
      }
    });
    for (const { page, there, path, watch } of open) {
      await eventually(async () => {
        await button(page, "Try again").first().click({ timeout: 1000 }).catch(() => {});
        await page.locator(there).first().waitFor({ timeout: 2000 });
      }, 20000);
      assert.equal(await page.locator(".state-failed").count(), 0, path);
      assert.deepEqual(watch.complaints, [], path);
    }
  } finally {
    for (const { context } of open) await context.close();
  }
});

const filled = async () => ({ session: await newCustomer(), basket: [basketLine(await newProduct(), day(2))] });

visit("the basket is kept and says that it was not checked; paying waits", filled, async ({ page, expectFailing }) => {
  expectFailing(/\/v1\//);
  await whileAway(async () => {
    await page.goto("/basket");
    await says(page.locator(".note-warn"), /Not checked/);
    await page.goto("/checkout");
    await button(page, /^Pay /).click();
    await says(page.locator(".note-warn"), /catching its breath[^]*cannot be booked or charged twice/);
  });
  await eventually(async () => {
    await button(page, "Ask again").click({ timeout: 1000 });
    await page.waitForURL(/\/orders\/\d+/, { timeout: 3000 });
  }, 20000);
});

visit("a month that cannot be asked for can be asked for again", {}, async ({ page, expectFailing }) => {
  const product = await newProduct();
  await page.goto(`/products/${product.id}`);
  await page.locator(".calendar-grid:not([aria-busy])").waitFor();
  await page.waitForLoadState("networkidle"); // pictures on their way would fail too
  expectFailing(/\/availability/);
  await whileAway(async () => {
    for (let month = 0; month < 2; month++) await button(page, "The month after").click();
    await says(page.locator(".calendar-message [role=alert]"), /Try again/);
  });
  await eventually(async () => {
    await button(page, "Try again").click({ timeout: 1000 }).catch(() => {});
    await page.locator(".calendar-grid .day-free").first().waitFor({ timeout: 2000 });
  }, 20000);
  assert.equal(await page.locator(".calendar-message [role=alert]").count(), 0);
  assert.ok(await page.evaluate(() => document.activeElement.dataset.day), "the keyboard is in the month that came");
});
