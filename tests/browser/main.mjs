// All files in one process: they share one browser, and each test is a line of TAP at the top.
import { after } from "node:test";
import { closeBrowser } from "./visit.mjs";

for (const file of process.env.FILES.split(" ")) await import(`./${file}`);
after(closeBrowser);
