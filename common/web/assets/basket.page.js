// The basket: what was chosen, looked up again, because prices change and others book too.
import "./frame.js";
import { Availability } from "./availability.js";
import { api } from "./api.js";
import { basket, basketTotal, changeLine, onBasket, QUANTITY_MAX, removeLines } from "./basket.js";
import { announce, fill, find, h } from "./dom.js";
import { count, longDay, money } from "./format.js";
import { picture } from "./picture.js";
import { stepper } from "./stepper.js";
import { empty, note } from "./states.js";

const news = new Map(); // line -> what has changed since it was chosen: {text, blocked, places}
const keyOf = (line) => `${line.product_id} ${line.day}`;

async function check(line) {
  let product;
  try {
    product = await api(`/v1/products/${line.product_id}`);
  } catch (error) {
    if (error.status !== 404) throw error;
    return { text: "No longer on the programme.", blocked: true };
  }
  if (product.price_cents !== line.price_cents) {
    const before = money(line.price_cents, line.currency);
    changeLine(line, { price_cents: product.price_cents, title: product.title, picture: product.picture ?? null });
    return { text: `The price has changed: it was ${before} when you chose.`, ...(await places(line)) };
  }
  return places(line);
}

async function places(line) {
  const left = await new Availability(line.product_id, [{ day: line.day, capacity: 0, available: 0 }]).refresh(line.day).catch((error) => {
    if (error.status === 422) return 0; // the day has passed
    throw error;
  });
  if (left === 0) return { text: "Sold out on this day by now.", blocked: true, places: 0 };
  if (left < line.quantity) return { text: `Only ${count(left, "place")} left on this day.`, blocked: true, places: left };
  return { places: left };
}

function row(line) {
  const told = news.get(keyOf(line)) ?? {};
  const places = stepper({
    label: "Places", value: line.quantity, max: Math.max(line.quantity, Math.min(QUANTITY_MAX, told.places ?? QUANTITY_MAX)),
    change: (quantity) => {
      if (told.places > 0 && quantity <= told.places) news.set(keyOf(line), { places: told.places });
      changeLine(line, { quantity });
      announce(`${count(quantity, "place")}, together ${money(basketTotal(basket()), line.currency)}`);
    },
  });
  return h("li", { class: "line", "data-line": keyOf(line) },
    picture(line, { sizes: "8rem" }),
    h("div", { class: "line-text" },
      h("h2", {}, h("a", { href: `/products/${line.product_id}?day=${line.day}` }, line.title)),
      h("p", {}, longDay(line.day)),
      told.text && h("p", { class: told.blocked ? "line-news bad" : "line-news" }, told.text, told.blocked && [" ", h("a", { href: `/products/${line.product_id}` }, "Choose another day")])),
    h("div", { class: "line-side" }, places.element,
      h("b", { class: "numbers" }, money(line.price_cents * line.quantity, line.currency)),
      h("button", { class: "link", type: "button", on: { click: () => takeOut(line) } }, "Take out", h("span", { class: "unseen" }, `: ${line.title}, ${longDay(line.day)}`))));
}

function takeOut(line) {
  removeLines([line]);
  announce(`${line.title} was taken out`);
  (find("basket").querySelector("h2 a, .button") ?? find("main")).focus();
}

function draw() {
  const lines = basket();
  const active = document.activeElement?.closest?.(".line")?.dataset.line;
  const label = document.activeElement?.getAttribute?.("aria-label");
  if (lines.length === 0) {
    fill(find("basket"), empty("Nothing in it yet", "Find something you would tell about afterwards.", h("a", { class: "button", href: "/products" }, "See what is on")));
    return;
  }
  const blocked = lines.some((line) => news.get(keyOf(line))?.blocked);
  fill(find("basket"),
    h("ul", { class: "lines" }, lines.map(row)),
    h("div", { class: "panel sum" },
      h("p", { class: "sum-row" }, h("span", {}, `Together, ${count(lines.reduce((sum, line) => sum + line.quantity, 0), "place")}`), h("strong", { class: "total numbers" }, money(basketTotal(lines), lines[0].currency))),
      blocked && note("warn", "One thing first", "Change what is no longer to be had, then go on."),
      h("a", { class: "button wide", href: "/checkout", "aria-disabled": blocked ? "true" : null, on: { click: (event) => blocked && event.preventDefault() } }, "To the checkout"),
      h("p", { class: "muted" }, h("small", {}, "Places are held for you when you pay, not before."))));
  if (active && label) document.querySelector(`[data-line="${CSS.escape(active)}"] [aria-label="${CSS.escape(label)}"]`)?.focus();
}

draw();
onBasket(draw);
const results = await Promise.allSettled(basket().map(async (line) => news.set(keyOf(line), await check(line))));
draw();
if (results.some(({ status }) => status === "rejected")) {
  find("basket").prepend(note("warn", "Not checked", "The shop did not answer, so prices and places may have changed since you chose."));
}
