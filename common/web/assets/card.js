// A product as a card: picture, what, how good, how much. The whole card is one link, named by its title.
import { h, svg } from "./dom.js";
import { count, money, number } from "./format.js";
import { picture } from "./picture.js";

export function stars(product) {
  if (product.rating_count === 0) return h("span", { class: "stars" }, h("span", { class: "new" }, "New"));
  return h("span", { class: "stars" },
    svg("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" }, svg("path", { d: "m10 1.600 2.500 5.400 5.900.7-4.400 4 1.200 5.800-5.200-2.900-5.200 2.900 1.200-5.800-4.400-4 5.900-.7z" })),
    h("span", { class: "unseen" }, "Rated "), h("b", {}, product.rating.toFixed(1)),
    h("span", { class: "muted" }, ` (${number(product.rating_count)}`, h("span", { class: "unseen" }, ` ${product.rating_count === 1 ? "rating" : "ratings"}`), ")"));
}

/** `names`: {slug: name} of the categories. `rank`: its place in a ranking. `heading`: the level its title has there. */
export function card(product, names = {}, { rank = 0, eager = false, heading = "h3" } = {}) {
  const sizes = "(max-width: 40rem) 50vw, (max-width: 64rem) 33vw, 18rem";
  return h("li", { class: "card" },
    picture(product, { sizes, eager }),
    rank > 0 && h("span", { class: "rank", "aria-hidden": "true" }, rank),
    h("div", { class: "card-text" },
      h("p", { class: "card-kind" }, names[product.category] ?? product.category),
      h(heading, { class: "card-title" }, h("a", { href: `/products/${product.id}`, class: "card-link" }, product.title)),
      h("p", { class: "card-summary" }, product.summary)),
    h("div", { class: "card-foot" },
      stars(product),
      h("span", { class: "price" }, h("span", { class: "unseen" }, "Price per place "), money(product.price_cents, product.currency))));
}

export const cards = (products, names, options) => products.map((product) => card(product, names, options));

export const found = (amount, more) => (more ? `${number(amount)} shown, more to come` : count(amount, "experience"));
