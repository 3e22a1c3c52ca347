// The picture in the README: the front page at a desk, as it is after `make up`; nothing is retouched.
import { closeBrowser, newPage } from "./visit.mjs";

const { page } = await newPage({ viewport: { width: 1280, height: 820 }, colorScheme: "light" });
await page.goto("/", { waitUntil: "networkidle" });
await page.locator(".hero-ticket").nth(2).waitFor();
await page.locator("#kinds li").nth(5).waitFor();
await page.screenshot({ path: process.env.PICTURE });
await closeBrowser();
