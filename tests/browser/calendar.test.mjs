// The calendar: what it shows of a day, and that it needs no mouse.
import assert from "node:assert/strict";
import { day, newCustomer, newProduct, ordersOf, place, setPlaces } from "./shop.mjs";
import { eventually, NARROW, says, visit } from "./visit.mjs";

let session;

const at = (page) => page.evaluate(() => document.activeElement.dataset.day);
const cell = (page, on) => page.locator(`[data-day="${on}"]`);
const ready = (page) => page.locator(".calendar-grid:not([aria-busy])").waitFor();

async function show(page, on) {
  await ready(page);
  while (!(await cell(page, on).count())) {
    await page.getByRole("button", { name: "The month after" }).click();
    await ready(page);
  }
}

visit("sold out, few left and closed days look and read like it", {}, async ({ page }) => {
  const product = await newProduct();
  await setPlaces(product, day(2), 1);
  await place(await newCustomer(), product, day(2));
  await setPlaces(product, day(3), 2);
  await setPlaces(product, day(4), 0);
  await page.goto(`/products/${product.id}`);
  for (const [ahead, kind, label, mark] of [[2, "sold", /, sold out$/, "sold out"], [3, "few", /, only 2 left$/, "2 left"], [4, "closed", /, closed$/, "–"], [5, "free", /, 10 places left$/, ""]]) {
    await show(page, day(ahead));
    await eventually(async () => assert.match(await cell(page, day(ahead)).getAttribute("class"), new RegExp(`day-${kind}\\b`)));
    assert.match(await cell(page, day(ahead)).getAttribute("aria-label"), label);
    assert.equal(await cell(page, day(ahead)).locator(".day-mark").textContent(), mark);
  }
  await page.reload();
  await show(page, day(2));
  await cell(page, day(2)).click({ force: true });
  await says(page.locator(".chosen"), /Choose a day/);
  assert.equal(await page.getByRole("button", { name: "Add to basket" }).isDisabled(), true, "a sold-out day cannot be chosen");
});

visit("arrows, Home, End and Page keys move; the edges hold", {}, async ({ page }) => {
  const product = await newProduct();
  await page.goto(`/products/${product.id}`);
  await ready(page);
  await page.locator(".calendar-grid [tabindex='0']").focus();
  const start = await at(page);
  assert.equal(start, day(0));
  assert.equal(await page.locator(".calendar-grid [tabindex='0']").count(), 1, "one day in the tab order");
  const press = async (key, expected) => {
    await page.keyboard.press(key);
    await eventually(async () => assert.equal(await at(page), expected, key));
  };
  await press("ArrowLeft", day(0));
  await press("ArrowDown", day(7));
  await press("ArrowRight", day(8));
  await press("ArrowUp", day(1));
  await press("PageUp", day(0));
  await page.keyboard.press("PageDown");
  await eventually(async () => assert.notEqual((await at(page)).slice(0, 7), day(0).slice(0, 7)));
  await ready(page);
  const there = await at(page);
  await page.keyboard.press("End");
  const sunday = new Date(`${await at(page)}T00:00:00Z`);
  assert.ok(sunday.getUTCDay() === 0 || (await at(page)) >= there);
});

visit("a product is found, chosen, booked and paid by keyboard alone", async () => ({ session: (session = await newCustomer()) }), async ({ page }) => {
  const product = await newProduct();
  /** Tab until the thing with that name has the focus, as somebody without a mouse would. */
  const tabTo = async (name) => {
    for (let i = 0; i < 80; i++) {
      await page.keyboard.press("Tab");
      const [text, outline] = await page.evaluate(() => {
        const one = document.activeElement;
        const label = one.getAttribute("aria-label") ?? (one.labels?.[0]?.textContent || one.textContent);
        return [label.trim(), getComputedStyle(one).outlineStyle + getComputedStyle(one.closest(".card, .hero-search, .chip") ?? one).outlineStyle + getComputedStyle(one.nextElementSibling ?? one).outlineStyle];
      });
      if (!text.startsWith(name)) continue;
      assert.match(outline, /solid|auto/, `the focus on "${name}" can be seen`);
      return;
    }
    assert.fail(`"${name}" cannot be reached with Tab`);
  };
  await page.goto("/products");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to the content");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  await page.goto("/products");
  await tabTo("Search experiences");
  await page.keyboard.type(product.title);
  await page.keyboard.press("Enter");
  await says(page.locator("#list-count"), /^1 experience/);
  await tabTo(product.title);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/products\/\d+/);
  await ready(page);
  await page.locator("h1").waitFor();
  const first = await page.locator(".calendar-grid [tabindex='0']").getAttribute("aria-label");
  await tabTo(first);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await says(page.locator(".chosen"), /places left/);
  await tabTo("One more");
  await page.keyboard.press("Space");
  await tabTo("Add to basket");
  await page.keyboard.press("Enter");
  await says(page.locator(".added"), /2 places/);
  await tabTo("Go to the basket");
  await page.keyboard.press("Enter");
  await page.waitForURL("/basket");
  await says(page.locator(".sum-row"), /2 places/);
  await tabTo("To the checkout");
  await page.keyboard.press("Enter");
  await page.waitForURL("/checkout");
  await tabTo("Everyday card");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.evaluate(() => document.activeElement.value), "card_slow");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  await tabTo("Pay");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/orders\/\d+/);
  const [order] = await ordersOf(session);
  assert.equal(order.status, "confirmed");
  assert.equal(order.lines[0].quantity, 2);
});

visit("the months that lie ahead can be turned to, and no further", NARROW, async ({ page }) => {
  const product = await newProduct();
  await page.goto(`/products/${product.id}`);
  await ready(page);
  let months = 1;
  while (await page.getByRole("button", { name: "The month after" }).isEnabled()) {
    await page.getByRole("button", { name: "The month after" }).click();
    await ready(page);
    months++;
  }
  assert.ok(months === 13 || months === 12, `${months} months`);
  assert.equal(await page.locator(".calendar-message").innerText(), "");
  await show(page, day(365));
  await cell(page, day(365)).click();
  await says(page.locator(".chosen"), /10 places left/);
});
