// A product's picture in the size the place needs, or its category's poster when it has none or it does not load.
import { art } from "./art.js";
import { h } from "./dom.js";

/** `sizes` as in HTML: how wide it will be shown. `alt`: "" where the title stands beside it. */
export function picture(product, { sizes = "100vw", alt = "", eager = false } = {}) {
  const box = h("div", { class: "picture" });
  const poster = () => box.replaceChildren(art(product.category, product.id ?? product.product_id));
  if (!product.picture) {
    poster();
    return box;
  }
  const { small, medium, large } = product.picture;
  box.append(h("img", {
    alt, sizes, src: medium, srcset: `${small} 400w, ${medium} 800w, ${large} 1600w`,
    width: 800, height: 600, loading: eager ? "eager" : "lazy", decoding: "async",
    fetchpriority: eager ? "high" : null, on: { error: poster },
  }));
  return box;
}
