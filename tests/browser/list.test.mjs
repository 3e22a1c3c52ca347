// The list: its address is its state, back and forward work, it grows, it can be empty or fail.
import assert from "node:assert/strict";
import { newProduct, startShop, stopShop, unique } from "./shop.mjs";
import { button, eventually, link, says, visit } from "./visit.mjs";

const titles = (page) => page.locator(".card-title").allInnerTexts();
const prices = async (page) => (await page.locator(".card .price").allInnerTexts()).map((text) => Number(/[\d.]+$/.exec(text.replaceAll(",", ""))));
const settled = (page) => page.locator("#list:not([aria-busy])").waitFor();

visit("filters are the address; back and forward follow them", {}, async ({ page }) => {
  await page.goto("/products");
  await page.getByRole("radio", { name: "Museums" }).check();
  await page.waitForURL("/products?category=museums");
  await says(page.locator("h1"), /^Museums$/);
  await page.getByLabel("Sort by").selectOption("price");
  await page.waitForURL("/products?category=museums&sort=price");
  await page.getByLabel("Price from").fill("10");
  await page.getByLabel("Price from").blur();
  await page.waitForURL("/products?category=museums&min=10&sort=price");
  await settled(page);
  await eventually(async () => {
    const found = await prices(page);
    assert.ok(found.length > 5 && found.every((price) => price >= 10));
    assert.deepEqual(found, [...found].sort((a, b) => a - b));
  });

  await page.goBack();
  await page.goBack();
  assert.match(page.url(), /category=museums$/);
  await eventually(async () => assert.equal(await page.getByLabel("Sort by").inputValue(), "newest"));
  await page.goBack();
  await says(page.locator("h1"), /^All experiences$/);
  await page.goForward();
  await says(page.locator("h1"), /^Museums$/);
  await page.reload();
  await says(page.locator("h1"), /^Museums$/);
  await button(page, "Clear all").click();
  await page.waitForURL("/products");
});

visit("a long list grows, and is as long and at the same place when one comes back", {}, async ({ page }) => {
  await page.goto("/products");
  await button(page, "Show more").click();
  await eventually(async () => assert.equal((await titles(page)).length, 48));
  const all = await titles(page);
  assert.equal(new Set(await page.locator(".card-link").evaluateAll((links) => links.map((one) => one.href))).size, 48, "none twice");
  await page.locator(".card").nth(40).scrollIntoViewIfNeeded();
  await page.waitForTimeout(300);
  const at = await page.evaluate(() => scrollY);
  await page.locator(".card-link").nth(40).click();
  await page.waitForURL(/\/products\/\d+/);
  await page.goBack();
  await eventually(async () => assert.deepEqual(await titles(page), all));
  await eventually(async () => assert.ok(Math.abs((await page.evaluate(() => scrollY)) - at) < 60));
});

visit("a search that finds one, and one that finds nothing", {}, async ({ page }) => {
  const product = await newProduct({ title: unique("Quiet <em>canoe</em> & tea") });
  await page.goto("/products");
  await page.getByLabel("Search experiences").fill(product.title);
  await page.keyboard.press("Enter");
  await says(page.locator("#list-count"), /^1 experience$/);
  assert.deepEqual(await titles(page), [product.title], "a title is text, whatever is in it");
  await page.getByLabel("Search experiences").fill("no such thing at all");
  await page.keyboard.press("Enter");
  await says(page.locator(".state"), /Nothing fits all of that/);
  await link(page, "Show everything").click();
  await page.waitForURL("/products");
});

visit("while the shop is down the list says so, and works again on request", {}, async ({ page, expectFailing }) => {
  expectFailing(/./);
  await page.goto("/products");
  await settled(page);
  await stopShop();
  try {
    await page.getByRole("radio", { name: "Boats and water" }).check();
    await says(page.locator(".state-failed"), /cannot be reached/);
    assert.equal(await page.locator("#list-count").textContent(), "", "it does not look for anything any more");
    await says(page.locator("#live"), /cannot be reached/);
  } finally {
    await startShop();
  }
  await button(page, "Try again").press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main", "the keyboard is where the list will be");
  await says(page.locator("#list-count"), /shown|experience/);
});

visit("a shop that is busy says that it is", {}, async ({ page, expectFailing }) => {
  expectFailing(/\/v1\/home/);
  await page.route("**/v1/home", (route) => route.fulfill({ status: 503, contentType: "application/problem+json", body: '{"type":"/problems/unavailable","title":"Unavailable","status":503,"detail":"no","request_id":"abc"}' }));
  await page.goto("/");
  await says(page.locator(".state-failed"), /catching its breath[^]*Request abc/);
  await page.unroute("**/v1/home");
  await button(page, "Try again").click();
  await page.locator(".card").first().waitFor();
});
