// The front page: one request, four shelves.
import "./frame.js";
import { api } from "./api.js";
import { art } from "./art.js";
import { cards } from "./card.js";
import { find, h } from "./dom.js";
import { count, money } from "./format.js";
import { picture } from "./picture.js";
import { show, skeletons } from "./states.js";

/** Three tickets beside the headline: decoration, so it is hidden from those who read with their ears. */
function tickets(products) {
  const kinds = new Set();
  const varied = products.filter(({ category }) => !kinds.has(category) && kinds.add(category));
  return varied.slice(0, 3).map((product) =>
    h("a", { class: "hero-ticket", href: `/products/${product.id}`, tabindex: "-1" },
      picture(product, { sizes: "18rem", eager: true }),
      h("span", { class: "hero-ticket-title" }, product.title),
      h("span", { class: "hero-ticket-price" }, money(product.price_cents, product.currency))));
}

function kinds(categories) {
  return categories.map((category, index) =>
    h("li", {}, h("a", { class: "kind", href: `/products?category=${encodeURIComponent(category.slug)}` },
      art(category.slug, index), h("span", { class: "kind-text" }, h("b", {}, category.name), h("small", {}, count(category.product_count, "experience"))))));
}

function shelf(title, products, names, { more, ranked = false }) {
  if (products.length === 0) return null;
  const id = `shelf-${title.toLowerCase().replaceAll(" ", "-")}`;
  return h("section", { class: "shelf", "aria-labelledby": id },
    h("div", { class: "shelf-head" }, h("h2", { id }, title), h("a", { href: more }, "See more", h("span", { class: "unseen" }, `: ${title}`))),
    h("ul", { class: ranked ? "cards row ranked" : "cards row" },
      products.map((product, index) => cards([product], names, { rank: ranked ? index + 1 : 0 })).flat()));
}

await show(find("shelves"), async () => {
  const home = await api("/v1/home");
  const names = Object.fromEntries(home.categories.map(({ slug, name }) => [slug, name]));
  find("hero-tickets").replaceChildren(...tickets(home.featured.length > 2 ? home.featured : home.newest));
  find("kinds").replaceChildren(...kinds(home.categories));
  return [
    shelf("Booked most this month", home.best_sellers, names, { more: "/products?sort=rating", ranked: true }),
    shelf("Our favourites", home.featured, names, { more: "/products?sort=rating" }),
    shelf("Just added", home.newest, names, { more: "/products" }),
  ];
}, h("div", { class: "cards row" }, skeletons(4)));
