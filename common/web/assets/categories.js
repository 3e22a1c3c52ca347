// The names of the categories, asked for once a visit: they hardly ever change.
import { api } from "./api.js";

const KEY = "stagecraft.categories";
const FRESH_MS = 10 * 60 * 1000;

/** [{slug, name, …}] */
export async function categories() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY));
    if (kept && Date.now() - kept.at < FRESH_MS) return kept.items;
  } catch {
    // damaged: ask
  }
  const { items } = await api("/v1/categories");
  sessionStorage.setItem(KEY, JSON.stringify({ at: Date.now(), items }));
  return items;
}

/** {slug: name}; slugs will do when the names cannot be had. */
export async function categoryNames() {
  try {
    return Object.fromEntries((await categories()).map(({ slug, name }) => [slug, name]));
  } catch {
    return {};
  }
}
