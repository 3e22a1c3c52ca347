// One product: what it is, when there are places, how many you want.
import "./frame.js";
import { address, api } from "./api.js";
import { addLine, LINES_MAX, QUANTITY_MAX } from "./basket.js";
import { Availability } from "./availability.js";
import { Calendar } from "./calendar.js";
import { cards, stars } from "./card.js";
import { categoryNames } from "./categories.js";
import { announce, fill, find, h } from "./dom.js";
import { count, longDay, money } from "./format.js";
import { picture } from "./picture.js";
import { stepper } from "./stepper.js";
import { show, skeletons } from "./states.js";

const id = Number(location.pathname.split("/")[2]);
const preset = new URLSearchParams(location.search).get("day");

function story(product, kind) {
  const [first, ...rest] = product.description.split(/\n+/);
  return h("div", { class: "product-story" },
    h("nav", { class: "crumbs", "aria-label": "You are here" }, h("a", { href: "/products" }, "Experiences"), " / ", h("a", { href: address("/products", { category: product.category }) }, kind)),
    h("h1", {}, product.title),
    h("p", { class: "product-meta" }, stars(product), h("span", {}, kind)),
    h("a", { class: "button jump", href: "#booking" }, `${money(product.price_cents, product.currency)} · Pick a day`),
    h("div", { class: "product-picture" }, picture(product, { alt: product.title, sizes: "(max-width: 60rem) 100vw, 46rem", eager: true })),
    h("p", { class: "lead" }, product.summary),
    h("h2", {}, "What to expect"),
    h("p", {}, first), rest.map((text) => h("p", {}, text)),
    h("ul", { class: "facts" },
      h("li", {}, h("b", {}, "Confirmed at once"), " You have your places when the payment went through."),
      h("li", {}, h("b", {}, "Free to cancel"), " Until the day before, with the money back."),
      h("li", {}, h("b", {}, "By e-mail too"), " Receipt and invoice arrive right after.")));
}

function booking(product, availability) {
  let day = null;
  const chosen = h("p", { class: "chosen" }, "Choose a day to see what is left.");
  const total = h("strong", { class: "total numbers" });
  const button = h("button", { class: "button wide", type: "button", disabled: true, on: { click: add } }, "Add to basket");
  const done = h("div", { class: "added", role: "status" });
  const places = stepper({ label: "Places", max: QUANTITY_MAX, change: draw });

  function draw() {
    total.textContent = money(product.price_cents * places.value, product.currency);
  }

  function choose(next) {
    day = next;
    const left = availability.places(day);
    places.limit(Math.min(QUANTITY_MAX, left));
    fill(chosen, h("b", {}, longDay(day)), ` · ${count(left, "place")} left`);
    announce(`${longDay(day)}, ${count(left, "place")} left`);
    button.disabled = false;
    fill(done);
    draw();
  }

  function add() {
    const now = addLine(product, day, places.value);
    if (now === 0) fill(done, h("p", { class: "note note-bad" }, `The basket holds ${LINES_MAX} different things. `, h("a", { href: "/basket" }, "Make room"), " first."));
    else fill(done, h("p", { class: "note note-good" }, `${count(now, "place")} for this day in your basket. `, h("a", { href: "/basket" }, "Go to the basket")));
  }

  const calendar = new Calendar({
    from: availability.from, to: availability.to, choose,
    describe: (one) => availability.describe(one), load: (month) => availability.load(month),
  });
  draw();
  if (preset && availability.places(preset) > 0) {
    calendar.selected = calendar.at = preset;
    calendar.turn(preset.slice(0, 7));
    choose(preset);
  }
  return h("section", { class: "panel booking", id: "booking", "aria-labelledby": "booking-title" },
    h("p", { class: "booking-price" }, h("b", { class: "numbers" }, money(product.price_cents, product.currency)), " per place"),
    h("h2", { id: "booking-title" }, "Pick a day"),
    calendar.element,
    h("ul", { class: "legend", "aria-hidden": "true" }, h("li", { class: "legend-free" }, "places left"), h("li", { class: "legend-few" }, "few left"), h("li", { class: "legend-sold" }, "sold out")),
    chosen, h("div", { class: "booking-row" }, places.element, h("p", { class: "booking-total" }, "Together ", total)), button, done);
}

async function alike(product, names) {
  const { items } = await api(address("/v1/products", { category: product.category, sort: "rating", limit: 5 }));
  const others = items.filter((other) => other.id !== product.id).slice(0, 4);
  return others.length > 0 && h("section", { class: "shelf" }, h("div", { class: "shelf-head" }, h("h2", {}, "In the same spirit")), h("ul", { class: "cards row" }, cards(others, names)));
}

await show(find("product"), async () => {
  const [product, availability, names] = await Promise.all([api(`/v1/products/${id}`), Availability.of(id), categoryNames()]);
  document.title = `${product.title} · Stagecraft`;
  const more = h("div", {});
  alike(product, names).then((shelf) => fill(more, shelf), () => {}); // an extra: the page does without
  return [h("div", { class: "product" }, story(product, names[product.category] ?? product.category), h("div", { class: "product-side" }, booking(product, availability))), more];
}, h("div", { class: "product" }, skeletons(2, "tall")));
