// A picture of each page as it is, for people to look at: .run/shots/NAME-VIEW.png, and of the whole page
// NAME-VIEW-whole.png. Words choose by name.
import { mkdirSync } from "node:fs";
import { sights } from "./sights.mjs";
import { closeBrowser, DESKTOP, newPage, PHONE } from "./visit.mjs";

mkdirSync(process.env.SHOTS, { recursive: true });
const words = process.argv.slice(2);
const views = { desktop: DESKTOP, phone: PHONE, dark: { ...DESKTOP, colorScheme: "dark" } };
for (const [name, sight] of Object.entries(await sights()))
  for (const [view, options] of Object.entries(views)) {
    if (words.length && !words.some((word) => name.includes(word))) continue;
    const [path, state, , act] = sight;
    const { context, page } = await newPage({ ...options, ...state });
    await page.goto(path, { waitUntil: "networkidle" });
    await act?.(page);
    await page.screenshot({ path: `${process.env.SHOTS}/${name}-${view}.png` });
    await page.screenshot({ path: `${process.env.SHOTS}/${name}-${view}-whole.png`, fullPage: true });
    await context.close();
  }
await closeBrowser();
