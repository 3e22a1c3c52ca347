// The programme as the staff sees it: find a product to change, or add one.
import "./frame.js";
import { address, api } from "./api.js";
import { categories } from "./categories.js";
import { find, h } from "./dom.js";
import { onSubmit } from "./forms.js";
import { money, number } from "./format.js";
import { Paged } from "./paged.js";
import { picture } from "./picture.js";
import { needStaff } from "./staff.js";
import { empty, skeletons } from "./states.js";

await needStaff();
const filters = find("filters");
const names = {};

function row(product) {
  return h("a", { class: "product-row", href: `/admin/products/${product.id}` },
    picture(product, { sizes: "4rem" }),
    h("span", { class: "product-row-text" }, h("b", {}, product.title), h("small", { class: "muted" }, `No. ${product.id}, ${names[product.category] ?? product.category}${product.featured ? ", on the front page" : ""}`)),
    h("span", { class: "numbers product-row-rating" }, product.rating_count > 0 ? `★ ${product.rating.toFixed(1)} (${number(product.rating_count)})` : ""),
    h("b", { class: "numbers" }, money(product.price_cents, product.currency)));
}

const query = () => new URLSearchParams(location.search);
const list = new Paged({
  list: find("list"), foot: find("foot"),
  waiting: () => skeletons(6, "row"),
  load: (cursor) => api(address("/v1/products", { q: query().get("q"), category: query().get("category"), limit: 20, cursor })),
  draw: (products) => products.map(row),
  none: () => empty("Nothing found", "No product on sale has this in its title or summary."),
});

function reflect() {
  filters.elements.q.value = query().get("q") ?? "";
  filters.elements.category.value = query().get("category") ?? "";
}

function go(event) {
  event?.preventDefault();
  const target = address("/admin", Object.fromEntries(new FormData(filters)));
  if (target !== location.pathname + location.search) history.pushState(null, "", target);
  list.restart();
}

filters.addEventListener("submit", go);
filters.elements.category.addEventListener("change", go);
addEventListener("popstate", () => {
  reflect();
  list.restart();
});

onSubmit(find("form"), find("message"), async (values) => {
  const product = await api("/v1/admin/products", { method: "POST", body: {
    ...values, price_cents: Math.round(Number(values.price_cents) * 100), capacity_per_day: Number(values.capacity_per_day),
  } });
  location.assign(`/admin/products/${product.id}`);
});

// who types before the answers are here must find what was typed
if (query().has("q")) filters.elements.q.value = query().get("q");
for (const { slug, name } of await categories().catch(() => [])) {
  names[slug] = name;
  for (const select of [filters.elements.category, find("form").elements.category]) select.append(h("option", { value: slug }, name));
}
filters.elements.category.value = query().get("category") ?? "";
await list.restart();
