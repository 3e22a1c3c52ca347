// The way most people go: register, find, choose a day, pay, see the order, get the invoice, cancel.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { day, newCustomer, newProduct, ordersOf, place, unique } from "./shop.mjs";
import { button, chooseDay, DESKTOP, link, PHONE, says, visit } from "./visit.mjs";

let session;
const customer = async () => ({ session: (session = await newCustomer()) });

for (const [device, options] of [["a desk", DESKTOP], ["a phone", PHONE]]) {
  visit(`register, find, book and see the order, at ${device}`, options, async ({ page }) => {
    const product = await newProduct();
    await page.goto("/");
    await link(page, "Log in").click();
    await link(page, "Make an account").click();
    await page.getByLabel("Name").fill("Grace Hopper");
    await page.getByLabel("E-mail").fill(`${unique("grace")}@shop.example`);
    await page.getByLabel("Password").fill("nanoseconds of wire");
    await button(page, "Make the account").click();
    await page.waitForURL("/");
    await link(page, "Grace").waitFor();

    await page.getByLabel("What would you like to do?").fill(product.title);
    await button(page, "Find it").click();
    await link(page, product.title).click();
    await says(page.locator("h1"), new RegExp(product.title));
    await chooseDay(page, day(3));
    await says(page.locator(".chosen"), /10 places left/);
    await button(page, "One more: Places").click();
    await says(page.locator(".booking-total"), /€51/);
    await button(page, "Add to basket").click();
    await link(page, "Go to the basket").click();

    await says(page.locator(".sum-row"), /2 places[^]*€51/);
    await link(page, "To the checkout").click();
    await button(page, "Pay €51").click();
    await page.waitForURL(/\/orders\/\d+\?placed=1/);
    await says(page.locator(".note-good"), /You are going!/);
    await says(page.locator(".ticket"), new RegExp(`${product.title}[^]*2 places at €25.50[^]*Booked[^]*€51`));
    assert.equal(await page.locator("#basket-count").isVisible(), false);

    await link(page, "Orders").click();
    await says(page.locator(".order-row"), new RegExp(`${product.title}[^]*Confirmed`));
  });
}

visit("the invoice is a PDF with a name of its own", customer, async ({ page }) => {
  const order = await place(session, await newProduct(), day(2));
  await page.goto(`/orders/${order.id}`);
  const [download] = await Promise.all([page.waitForEvent("download"), button(page, "Invoice (PDF)").click()]);
  assert.equal(download.suggestedFilename(), `invoice-order-${order.id}.pdf`);
  assert.equal((await readFile(await download.path())).subarray(0, 5).toString(), "%PDF-");
});

visit("a booking is cancelled after a question, and not without", customer, async ({ page }) => {
  const order = await place(session, await newProduct(), day(2), 3);
  await page.goto(`/orders/${order.id}`);
  await button(page, /^Cancel/).click();
  await page.keyboard.press("Escape");
  await says(page.locator(".ticket"), /Booked/);
  await button(page, /^Cancel Harbour/).click();
  await button(page, "Cancel it").click();
  await says(page.locator(".note-good"), /Cancelled/);
  await says(page.locator(".ticket"), /Cancelled, refunded/);
  assert.equal((await ordersOf(session))[0].lines[0].booking_status, "cancelled");
});

visit("logging in says what is wrong, then goes where one wanted to go", {}, async ({ page, expectFailing }) => {
  expectFailing(/\/v1\/sessions/);
  const account = await newCustomer();
  await page.goto("/orders");
  await page.waitForURL(/\/login\?next=%2Forders/);
  await button(page, "Log in").click();
  await says(page.locator("#email-wrong"), /./);
  assert.equal(await page.evaluate(() => document.activeElement.id), "email");
  await page.getByLabel("E-mail").fill(account.email);
  await page.getByLabel("Password").fill("not this one");
  await button(page, "Log in").click();
  await says(page.locator(".note-bad"), /did not match/);
  await page.getByLabel("Password").fill(account.password);
  await button(page, "Log in").click();
  await page.waitForURL("/orders");
  await says(page.locator("main"), /No orders yet/);
  await link(page, "Ada").click();
  await button(page, "Log out").click();
  await page.waitForURL("/");
  assert.equal(await page.evaluate(() => localStorage.getItem("stagecraft.session")), null);
});

visit("an e-mail that is taken is said at its field", {}, async ({ page, expectFailing }) => {
  expectFailing(/\/v1\/users/);
  const account = await newCustomer();
  await page.goto("/register");
  await page.getByLabel("Name").fill("Twin");
  await page.getByLabel("E-mail").fill(account.email);
  await page.getByLabel("Password").fill("long enough to do");
  await button(page, "Make the account").click();
  await says(page.locator("#email-wrong"), /./);
  assert.equal(await page.getByLabel("E-mail").getAttribute("aria-invalid"), "true");
});
