// A visit is one fresh browser context with one page. Whatever went wrong in it that nobody looked at fails the
// test at the end: an error on the console, an exception, a breach of the policy, a request that did not work.
import assert from "node:assert/strict";
import test from "node:test";
import { chromium } from "playwright-core";
import { base, WORKERS } from "./shop.mjs";

export const DESKTOP = { viewport: { width: 1280, height: 800 } };
export const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
export const NARROW = { viewport: { width: 360, height: 640 }, isMobile: true, hasTouch: true };

const PATIENCE_MS = 10000;

let browser;
/** Root may not use Chromium's sandbox; what is shown here is our own. */
async function open() {
  browser ??= await chromium.launch({ executablePath: "/usr/bin/chromium", chromiumSandbox: process.getuid() !== 0, args: ["--force-prefers-reduced-motion"] });
  return browser;
}

export const closeBrowser = () => browser?.close();

/** Opens a page; `session` and `basket` as if left by an earlier visit. */
export async function newPage({ session = null, basket = [], ...options } = DESKTOP) {
  const context = await (await open()).newContext({ baseURL: base, reducedMotion: "reduce", ...DESKTOP, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  await context.addInitScript(([own, lines]) => {
    if (sessionStorage.getItem("visited")) return; // the first page of the visit only
    sessionStorage.setItem("visited", "1");
    if (own) localStorage.setItem("stagecraft.session", own);
    if (lines) localStorage.setItem("stagecraft.basket", lines);
  }, [session && JSON.stringify({ token: session.token, expires_at: session.expires_at, user: session.user }), basket.length > 0 && JSON.stringify(basket)]);
  return { context, page: await context.newPage() };
}

/** What a page complains about, except failed requests to the paths that the test says will fail. */
export function watch(page) {
  const complaints = [];
  // a shop whose requests settle their orders themselves has no more to tell, and says so
  const expected = WORKERS.length ? [] : [/\/v1\/orders\/\d+\/events$/];
  const known = (text) => expected.some((pattern) => pattern.test(text));
  page.on("console", (message) => {
    const where = message.location().url ?? "";
    if (["error", "warning"].includes(message.type()) && !(message.text().startsWith("Failed to load resource") && known(where))) complaints.push(`${message.type()}: ${message.text()} ${where}`);
  });
  page.on("pageerror", (error) => complaints.push(`exception: ${error.stack}`));
  return { complaints, expectFailing: (pattern) => expected.push(pattern) };
}

/** visit("does something", options, async ({page, context, expectFailing}) => …) is a test; `how` goes to node's runner. */
export function visit(name, options, body, how = {}) {
  test(name, how, async () => {
    const { context, page } = await newPage(typeof options === "function" ? await options() : options);
    const { complaints, expectFailing } = watch(page);
    try {
      await body({ page, context, expectFailing, complaints });
      assert.deepEqual(complaints, []);
    } finally {
      await context.close();
    }
  });
}

/** Waits until `check` (which may throw) is content. */
export async function eventually(check, patience = PATIENCE_MS) {
  const until = Date.now() + patience;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** The text of an element once it has one that matches. */
export async function says(locator, pattern) {
  return eventually(async () => {
    const text = await locator.innerText({ timeout: 1000 });
    assert.match(text, pattern);
    return text;
  });
}

/** A button or link by what it is called: how its name begins, or a pattern. */
const called = (name) => (typeof name === "string" ? new RegExp(`^${name.replace(/[^\w ]/g, "\\$&")}`) : name);
export const button = (page, name) => page.getByRole("button", { name: called(name) });
export const link = (page, name) => page.getByRole("link", { name: called(name) });

/** Chooses a day in the calendar, turning months until it is there. */
export async function chooseDay(page, wanted) {
  await page.locator(".calendar-grid:not([aria-busy])").waitFor();
  while (!(await page.locator(`[data-day="${wanted}"]`).count())) await button(page, "The month after").click();
  await page.locator(`[data-day="${wanted}"]:not([aria-disabled])`).click();
}
