// What must not be possible: text that becomes markup, a way out to another site, foreign or inline code.
import assert from "node:assert/strict";
import test from "node:test";
import { base, newCustomer, newProduct } from "./shop.mjs";
import { button, eventually, newPage, says, visit, watch } from "./visit.mjs";

const EVIL = `<img src=x onerror="document.title='taken'"><script>document.title='taken'</script>`;

visit("what a title, a text or a name contains is shown and not run", async () => ({ session: await newCustomer(`Eve ${EVIL}`.slice(0, 100)) }), async ({ page }) => {
  const product = await newProduct({ title: EVIL, summary: EVIL, description: `${EVIL}\n${EVIL}` });
  for (const path of [`/products/${product.id}`, `/products?q=${encodeURIComponent(EVIL)}`, "/login"]) {
    await page.goto(path, { waitUntil: "networkidle" });
    assert.notEqual(await page.title(), "taken");
    assert.equal(await page.locator("main script, main img[src='x']").count(), 0);
  }
  await page.goto(`/products/${product.id}`);
  await says(page.locator("h1"), /<img src=x/);
});

for (const next of ["//elsewhere.example/", "https://elsewhere.example/", "/\\elsewhere.example", "javascript:document.title='taken'"]) {
  visit(`after logging in one stays here: ${next}`, {}, async ({ page }) => {
    const account = await newCustomer();
    await page.goto(`/login?next=${encodeURIComponent(next)}`);
    await page.getByLabel("E-mail").fill(account.email);
    await page.getByLabel("Password").fill(account.password);
    await button(page, "Log in").click();
    await eventually(async () => assert.ok(await page.evaluate(() => !location.pathname.startsWith("/login") && localStorage.getItem("stagecraft.session"))));
    assert.equal(new URL(page.url()).origin, base);
  });
}

// The watch of every visit sees what it is there for, and the policy holds.
for (const [what, breach] of [
  ["an inline script", () => document.head.append(Object.assign(document.createElement("script"), { text: "window.ran = true" }))],
  ["an inline handler", () => document.body.setAttribute("onclick", "window.ran = true")],
  ["an inline style", () => document.body.setAttribute("style", "color: red")],
  ["markup from text", () => { document.body.innerHTML = "<b>x</b>"; }],
  ["code from text", () => setTimeout("window.ran = true", 0)],
  ["a request elsewhere", () => fetch("https://elsewhere.example/").catch(() => {})],
  ["a picture from elsewhere", () => document.body.append(Object.assign(new Image(), { src: "https://elsewhere.example/x.png" }))],
  ["a frame", () => document.body.append(Object.assign(document.createElement("iframe"), { src: "/" }))],
]) {
  test(`the policy stops ${what}, and that is noticed`, async () => {
    const { context, page } = await newPage();
    const { complaints } = watch(page);
    await page.goto("/login");
    // as a script of the page would do it: what the test evaluates itself is not bound by the policy
    await page.evaluate(breach).catch((error) => complaints.push(String(error)));
    await eventually(async () => assert.ok(complaints.some((text) => /Content Security Policy|TrustedHTML|Trusted|unsafe-eval/i.test(text)), complaints.join()));
    assert.notEqual(await page.evaluate(() => window.ran), true);
    await context.close();
  });
}
