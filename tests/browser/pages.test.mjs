// Every page, also with something gone wrong on it, on a phone and at a desk, light and dark: nothing to complain
// about, nothing wider than the screen, and nothing that axe, the accessibility checker, finds wrong.
import assert from "node:assert/strict";
import test from "node:test";
import { readFileSync } from "node:fs";
import { sights } from "./sights.mjs";
import { DESKTOP, NARROW, newPage, says, watch } from "./visit.mjs";

const axe = readFileSync(new URL("./node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

const NAMES = ["home", "list", "nothing", "product", "gone", "basket", "empty-basket", "checkout", "orders", "order", "login", "register",
  "account", "missing", "admin", "admin-product", "admin-bookings", "admin-reports",
  "declined", "sold-out", "no-answer", "basket-sold-out", "down", "calendar-down", "login-wrong", "login-down", "register-wrong",
  "chosen", "cancelling", "admin-wrong"];
const VIEWS = [{ ...DESKTOP, colorScheme: "light" }, { ...NARROW, colorScheme: "dark" }];

/** Looks at one page in one view; what it finds wrong. */
async function look([path, state, failing, act], options) {
  const { context, page } = await newPage({ ...options, ...state });
  const { complaints, expectFailing } = watch(page);
  if (failing) expectFailing(failing);
  await page.goto(path);
  await says(page.locator("#served"), /Served by/);
  await page.locator("[aria-busy=true], .skeleton").first().waitFor({ state: "detached" });
  await act?.(page);
  const { width, screen } = await page.evaluate(() => ({ width: document.documentElement.scrollWidth, screen: innerWidth }));
  if (width > screen) complaints.push(`${width} px wide on a screen of ${screen}`);
  if ((await page.locator("h1:visible").count()) !== 1) complaints.push("there is one heading of the first level");
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  for (const { id, nodes } of violations) complaints.push(`${id}: ${nodes.slice(0, 3).map(({ target, failureSummary }) => `${target} ${failureSummary}`).join("; ")}`);
  await context.close();
  return complaints;
}

for (const name of NAMES)
  test(`${name}, at a desk and on a narrow phone in the dark`, async () => {
    const sight = (await sights())[name];
    const found = await Promise.all(VIEWS.map((options) => look(sight, options)));
    assert.deepEqual(found, [[], []]);
  });
