// Who comes when: all bookings between two days, of one product or of all, day by day.
import "./frame.js";
import { address, api } from "./api.js";
import { addDays, isDay, today } from "./days.js";
import { find, h } from "./dom.js";
import { count, longDay, money } from "./format.js";
import { Paged } from "./paged.js";
import { needStaff } from "./staff.js";
import { empty, skeletons } from "./states.js";
import { bookingBadge } from "./ticket.js";

await needStaff();
const filters = find("filters");
const titles = new Map(); // product id -> {title, currency}, asked for once each

function wanted() {
  const query = new URLSearchParams(location.search);
  const from = isDay(query.get("from")) ? query.get("from") : today();
  const to = isDay(query.get("to")) ? query.get("to") : addDays(from, 6);
  return { from, to, product_id: query.get("product_id") };
}

function reflect() {
  for (const [name, value] of Object.entries(wanted())) filters.elements[name].value = value ?? "";
}

async function learnTitles(bookings) {
  const unknown = [...new Set(bookings.map(({ product_id }) => product_id))].filter((id) => !titles.has(id));
  await Promise.all(unknown.map(async (id) => {
    const product = await api(`/v1/products/${id}`).catch(() => null);
    titles.set(id, product ?? { title: `Product ${id}`, currency: "EUR" });
  }));
}

let lastDay = null;
let body = null;

function row(booking) {
  const product = titles.get(booking.product_id);
  return h("tr", {},
    h("td", {}, h("a", { href: `/admin/products/${booking.product_id}` }, product.title)),
    h("td", { class: "numbers" }, booking.quantity),
    h("td", { class: "numbers" }, money(booking.amount_cents, product.currency)),
    h("td", {}, bookingBadge(booking.status)),
    h("td", { class: "numbers" }, h("a", { href: `/orders/${booking.order_id}` }, booking.order_id)),
    h("td", { class: "numbers" }, booking.user_id));
}

/** Bookings come by day, so a page continues the table that the one before it ended with. */
function tables(bookings) {
  const made = [];
  for (const booking of bookings) {
    if (booking.day !== lastDay) {
      lastDay = booking.day;
      body = h("tbody", {});
      made.push(h("section", { class: "panel table-panel" }, h("h2", {}, longDay(booking.day)),
        h("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": `Bookings on ${longDay(booking.day)}` }, h("table", {},
          h("thead", {}, h("tr", {}, ["Product", "Places", "Amount", "Status", "Order", "Customer"].map((text) => h("th", { scope: "col" }, text)))), body))));
    }
    body.append(row(booking));
  }
  return made;
}

const list = new Paged({
  list: find("list"), foot: find("foot"),
  waiting: () => skeletons(4, "row"),
  load: async (cursor) => {
    const page = await api(address("/v1/admin/bookings", { ...wanted(), limit: 100, cursor }));
    await learnTitles(page.items);
    if (!cursor) lastDay = null;
    return page;
  },
  draw: tables,
  none: () => empty("No bookings", "Nobody has booked for these days yet."),
  shown: (shown, more) => (find("list").dataset.shown = `${count(shown, "booking")}${more ? ", more to come" : ""}`),
});

filters.addEventListener("submit", (event) => {
  event.preventDefault();
  const { from, to } = filters.elements;
  to.setCustomValidity(from.value && to.value && to.value < from.value ? "This day is before the first one." : "");
  if (!filters.reportValidity()) return;
  history.pushState(null, "", address("/admin/bookings", Object.fromEntries(new FormData(filters))));
  list.restart();
});
filters.addEventListener("input", () => filters.elements.to.setCustomValidity(""));
addEventListener("popstate", () => {
  reflect();
  list.restart();
});
reflect();
await list.restart();
