// The administration: price, texts, places, picture, bookings, report.
import assert from "node:assert/strict";
import zlib from "node:zlib";
import { readFile } from "node:fs/promises";
import { admin, api, day, newCustomer, newProduct, place } from "./shop.mjs";
import { button, chooseDay, eventually, link, says, visit } from "./visit.mjs";

const staff = async () => ({ session: await admin() });
const now = (product) => api(`/v1/products/${product.id}`);
const panel = (page, title) => page.locator(".panel", { has: page.getByRole("heading", { name: title, exact: true }) });

visit("customers see that this is for the staff", async () => ({ session: await newCustomer() }), async ({ page }) => {
  for (const path of ["/admin", "/admin/products/1", "/admin/bookings", "/admin/reports"]) {
    await page.goto(path);
    await says(page.locator(".state"), /for the staff/);
  }
  assert.equal(await link(page, "Admin").count(), 0);
});

visit("a product is found, renamed and given another price", staff, async ({ page }) => {
  const product = await newProduct();
  await page.goto("/");
  await link(page, "Admin").first().click();
  await page.getByLabel("Title or summary").fill(product.title);
  await button(page, "Find").click();
  await eventually(async () => assert.equal(await page.locator(".product-row").count(), 1));
  await page.locator(".product-row").click();
  await page.getByLabel("Price per place").fill("31.40");
  await button(page, "Set the price").click();
  await says(page.locator(".toast"), /€31.40/);
  await page.getByLabel("Title").fill(`${product.title} at dusk`);
  await button(page, "Save the texts").click();
  await says(page.locator("h1"), /at dusk/);
  assert.deepEqual(await now(product).then(({ price_cents, title, version }) => [price_cents, title, version]), [3140, `${product.title} at dusk`, 3]);
});

visit("who changes what somebody else has changed meanwhile is told", staff, async ({ page, expectFailing }) => {
  expectFailing(/\/v1\/admin\/products/);
  const product = await newProduct();
  await page.goto(`/admin/products/${product.id}`);
  await page.getByLabel("Price per place").waitFor();
  await api(`/v1/admin/products/${product.id}`, { method: "PATCH", session: await admin(), body: { price_cents: 1 } });
  await page.getByLabel("Price per place").fill("9");
  await button(page, "Set the price").click();
  await says(page.locator(".note-bad"), /Somebody else/);
  assert.equal((await now(product)).price_cents, 1);
});

visit("places for every day and for one day", staff, async ({ page, expectFailing }) => {
  const product = await newProduct();
  await place(await newCustomer(), product, day(3), 4);
  await page.goto(`/admin/products/${product.id}`);
  await page.getByLabel("Places every day").fill("20");
  await button(page, "Set for all days").click();
  await says(page.locator(".toast"), /20 places a day/);
  await chooseDay(page, day(3));
  await says(page.locator(`[data-day="${day(3)}"] .day-mark`), /4\/20/);
  await page.getByLabel(/^Places on /).fill("5");
  await button(page, "Set for this day").click();
  await says(page.locator(`[data-day="${day(3)}"] .day-mark`), /4\/5/);
  expectFailing(/\/capacity/);
  await page.getByLabel(/^Places on /).fill("3");
  await button(page, "Set for this day").click();
  await says(panel(page, "Places").locator(".note-bad, .wrong"), /./);
});

/** A PNG of one colour. */
function png(width, height) {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const length = Buffer.alloc(4), sum = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const rows = Buffer.alloc(height * (1 + width * 3), 0x90).fill(0, 0, 1);
  for (let y = 0; y < height; y++) rows[y * (1 + width * 3)] = 0;
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", head), chunk("IDAT", zlib.deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}

function crc32(bytes) {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}

visit("a picture is uploaded, seen by shoppers, and removed", staff, async ({ page, expectFailing }) => {
  const product = await newProduct();
  await page.goto(`/admin/products/${product.id}`);
  const box = panel(page, "Picture");
  await box.locator(".art").waitFor();
  await box.getByLabel("New picture").setInputFiles({ name: "boat.png", mimeType: "image/png", buffer: png(1000, 750) });
  await box.getByAltText("The picture you chose").waitFor();
  await button(page, "Upload").click();
  await says(page.locator(".toast"), /picture is up/);
  const { picture } = await now(product);
  assert.match(picture.medium, /^\/v1\/pictures\/[0-9a-f]{32}\/medium.jpg$/);
  await page.goto(`/products/${product.id}`);
  await eventually(async () => assert.ok((await page.locator(".product-picture img").evaluate((image) => image.complete && image.naturalWidth)) > 300));

  await page.goto(`/admin/products/${product.id}`);
  expectFailing(/\/picture$/);
  await box.getByLabel("New picture").setInputFiles({ name: "boat.png", mimeType: "image/png", buffer: Buffer.from("this is no picture") });
  await button(page, "Upload").click();
  await says(box.locator(".note-bad, .wrong").first(), /./);
  await button(page, "Remove").click();
  await button(page, "Remove it").click();
  await says(page.locator(".toast").last(), /picture is gone/);
  assert.equal((await now(product)).picture, null);
});

visit("bookings by day, of one product", staff, async ({ page }) => {
  const product = await newProduct();
  const customer = await newCustomer();
  await place(customer, product, day(2), 3);
  await place(customer, product, day(2), 1);
  await place(customer, product, day(4), 2);
  await page.goto("/admin/bookings");
  await page.getByLabel("Product number").fill(String(product.id));
  await button(page, /^Show$/).click();
  await eventually(async () => assert.equal(await page.locator(".day-head").count(), 2));
  await says(page.locator(".day-head").first(), /2 bookings, 4 places, €102/);
  await says(page.locator("tbody tr").first(), new RegExp(`${product.title}[^]*€76.50[^]*Booked`));
  await page.goBack();
  await eventually(async () => assert.equal(await page.getByLabel("Product number").inputValue(), ""));
});

visit("the report shows sums and bars, and comes as files", staff, async ({ page }) => {
  const product = await newProduct({ price_cents: 123400, capacity_per_day: 20 });
  await place(await newCustomer(), product, day(2), 20);
  const session = await admin(); // the books hear of a sale from an event: the page shows what they have when it is opened
  await eventually(async () => assert.match(JSON.stringify(await api(`/v1/admin/reports/sales?from=${day(0)}&to=${day(0)}`, { session })), new RegExp(product.title)));
  await page.goto("/admin/reports");
  await says(page.locator(".tiles"), /Sold[^]*€[^]*Net/);
  assert.equal(await page.locator(".bar").count(), 30);
  await says(page.locator("main"), new RegExp(product.title));
  for (const [name, begins] of [["CSV", "booking"], ["PDF", "%PDF-"]]) {
    const [download] = await Promise.all([page.waitForEvent("download"), button(page, name).click()]);
    assert.match(download.suggestedFilename(), new RegExp(`^sales-.*[.]${name.toLowerCase()}$`));
    assert.ok((await readFile(await download.path(), "latin1")).startsWith(begins), `a ${name} begins with ${begins}`);
  }
  await page.getByRole("textbox", { name: "From" }).fill(day(-400));
  await button(page, /^Show$/).click();
  assert.match(await page.getByRole("textbox", { name: "To", exact: true }).evaluate((field) => field.validationMessage), /366/);
});

visit("half a file is not saved", staff, async ({ page }) => {
  await page.goto("/admin/reports");
  await button(page, "CSV").waitFor();
  await page.evaluate(() => { // a connection that is cut after the first bytes, as the page sees it
    window.fetch = async () => new Response(new ReadableStream({
      start: (body) => body.enqueue(new Uint8Array(1000)),
      pull: (body) => body.error(new TypeError("network error")),
    }));
  });
  const saved = [];
  page.on("download", (download) => saved.push(download));
  await button(page, "CSV").click();
  await says(page.locator(".toast"), /The file broke off: It was not saved/);
  assert.deepEqual(saved, []);
});

visit("a new product is on sale at once", staff, async ({ page }) => {
  await page.goto("/admin");
  await page.getByText("Add a product").click();
  const form = page.locator("#form");
  await button(page, "Add it").click();
  assert.equal(await page.evaluate(() => document.activeElement.name), "title");
  await form.getByLabel("Title").fill("Lantern walk in Ghent");
  await form.getByLabel("Category").selectOption("city-tours");
  await form.getByLabel("Summary").fill("One hour, after dark.");
  await form.getByLabel("Description").fill("We bring the lanterns.");
  await form.getByLabel("Price per place").fill("18");
  await button(page, "Add it").click();
  await page.waitForURL(/\/admin\/products\/\d+/);
  await link(page, "As shoppers see it").click();
  await says(page.locator("h1"), /Lantern walk/);
});
