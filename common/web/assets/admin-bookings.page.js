// Who comes when: all bookings between two days, of one product or of all, day by day.
import "./frame.js";
import { address, api } from "./api.js";
import { addDays, isDay, today } from "./days.js";
import { fill, find, h } from "./dom.js";
import { count, longDay, money, number } from "./format.js";
import { Paged } from "./paged.js";
import { needStaff } from "./staff.js";
import { empty, skeletons } from "./states.js";
import { table, tableRow } from "./table.js";
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

const COLUMNS = ["Product", "#Places", "#Amount", "Status", "#Order", "#Customer"];
let section = null; // of the day that came last: {day, rows, sums, bookings, places, cents}

function row(booking) {
  const product = titles.get(booking.product_id);
  return tableRow(COLUMNS, [
    h("a", { href: `/admin/products/${booking.product_id}` }, product.title), number(booking.quantity), money(booking.amount_cents, product.currency),
    bookingBadge(booking.status), h("a", { href: `/orders/${booking.order_id}` }, booking.order_id), booking.user_id,
  ]);
}

function newSection(day) {
  const box = table(`Bookings on ${longDay(day)}`, COLUMNS);
  const sums = h("span", { class: "muted numbers" });
  section = { day, rows: box.querySelector("tbody"), sums, bookings: 0, places: 0, cents: 0 };
  return h("section", { class: "panel table-panel" }, h("div", { class: "day-head" }, h("h2", {}, longDay(day)), sums), box);
}

/** Bookings come by day, so a page of the list goes on in the table that the one before it ended with. */
function tables(bookings) {
  const made = [];
  for (const booking of bookings) {
    if (section?.day !== booking.day) made.push(newSection(booking.day));
    section.rows.append(row(booking));
    if (booking.status === "confirmed") {
      section.bookings++;
      section.places += booking.quantity;
      section.cents += booking.amount_cents;
    }
    fill(section.sums, `${count(section.bookings, "booking")}, ${count(section.places, "place")}, ${money(section.cents, titles.get(booking.product_id).currency)}`);
  }
  return made;
}

const list = new Paged({
  list: find("list"), foot: find("foot"),
  waiting: () => skeletons(4, "row"),
  load: async (cursor) => {
    const page = await api(address("/v1/admin/bookings", { ...wanted(), limit: 100, cursor }));
    await learnTitles(page.items);
    if (!cursor) section = null;
    return page;
  },
  draw: tables,
  none: () => empty("No bookings", "Nobody has booked for these days yet."),
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
