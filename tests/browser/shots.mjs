// A picture of each page as it is, for people to look at: .run/shots/NAME-VIEW.png
import { mkdirSync } from "node:fs";
import { sights } from "./sights.mjs";
import { closeBrowser, DESKTOP, newPage, PHONE } from "./visit.mjs";

mkdirSync(process.env.SHOTS, { recursive: true });
const views = { desktop: DESKTOP, phone: PHONE, dark: { ...DESKTOP, colorScheme: "dark" } };
for (const [view, options] of Object.entries(views))
  for (const [name, [path, state]] of Object.entries(await sights())) {
    const { context, page } = await newPage({ ...options, ...state });
    await page.goto(path, { waitUntil: "networkidle" });
    await page.screenshot({ path: `${process.env.SHOTS}/${name}-${view}.png` });
    await context.close();
  }
await closeBrowser();
