// The list. The address is the state: a filter changes the address, the address decides what is shown, so that
// back, forward, reload and a link sent to a friend all do what one expects.
import "./frame.js";
import { address, api } from "./api.js";
import { cards, found } from "./card.js";
import { categories } from "./categories.js";
import { find, h } from "./dom.js";
import { keepScroll, Paged } from "./paged.js";
import { empty, skeletons } from "./states.js";

const form = find("filters");
const names = {};
const named = nameKinds();
let request = new AbortController();

const query = () => new URLSearchParams(location.search);

/** What the address asks of the API. Prices are in whole units there, in cents here. */
function wanted(cursor) {
  const from = query();
  const cents = (name) => (from.get(name) ? Math.round(Number(from.get(name)) * 100) || null : null);
  const sort = from.get("sort") ?? "newest";
  return {
    category: from.get("category"), q: from.get("q")?.trim(),
    min_price_cents: cents("min"), max_price_cents: cents("max"),
    sort: sort.replace("-desc", ""), order: sort === "price-desc" ? "desc" : null,
    limit: 24, cursor,
  };
}

const list = new Paged({
  list: find("list"), foot: find("foot"),
  waiting: () => skeletons(12),
  load: async (cursor) => (await Promise.all([api(address("/v1/products", wanted(cursor)), { signal: request.signal }), named]))[0],
  draw: (products) => cards(products, names, { heading: "h2" }),
  none: () => h("li", { class: "whole" }, empty("Nothing fits all of that", "Try another word, a wider price range, or look at everything.", h("a", { class: "button", href: "/products" }, "Show everything"))),
  shown: (count, more) => (find("list-count").textContent = found(count, more)),
  failed: () => (find("list-count").textContent = ""),
});

/** Puts what the address says into the fields and the heading. */
function reflect() {
  const from = query();
  const category = from.get("category") ?? "";
  for (const radio of form.elements.category.length ? form.elements.category : [form.elements.category]) radio.checked = radio.value === category;
  for (const name of ["min", "max"]) form.elements[name].value = from.get(name) ?? "";
  form.elements.sort.value = from.get("sort") ?? "newest";
  const text = from.get("q")?.trim();
  const place = names[category] ?? (category ? category : "All experiences");
  const title = text ? `“${text}”${category ? ` in ${place}` : ""}` : place;
  find("list-title").textContent = title;
  document.title = `${title} · Stagecraft`;
  find("search").value = text ?? "";
  find("clear").hidden = [...from.keys()].length === 0;
}

function load() {
  request.abort();
  request = new AbortController();
  find("list-count").textContent = "Looking …";
  reflect();
  return list.restart();
}

/** The fields as an address; the empty ones are left out. */
function go() {
  if (!form.reportValidity()) return;
  const next = new URLSearchParams();
  const text = query().get("q");
  if (text) next.set("q", text);
  for (const [name, value] of new FormData(form)) if (value && !(name === "sort" && value === "newest")) next.set(name, value);
  const target = `/products${next.toString() ? `?${next}` : ""}`;
  if (target === location.pathname + location.search) return;
  history.pushState(null, "", target);
  load();
}

let waiting;
form.addEventListener("change", () => {
  clearTimeout(waiting);
  waiting = setTimeout(go, 50);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  go();
});
find("clear").addEventListener("click", () => {
  history.pushState(null, "", "/products");
  load();
});
addEventListener("popstate", () => load().then(restoreScroll));

const restoreScroll = keepScroll();
load().then(restoreScroll);

/** The categories by name, as chips and on the cards. Without them the slugs must do. */
async function nameKinds() {
  for (const { slug, name } of await categories().catch(() => [])) {
    names[slug] = name;
    find("kinds").append(h("label", { class: "chip" }, h("input", { type: "radio", name: "category", value: slug }), h("span", {}, name)));
  }
  reflect();
}
