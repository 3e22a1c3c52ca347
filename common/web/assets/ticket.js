// Orders and bookings as they are shown: a status with words, and a ticket for each line.
import { h } from "./dom.js";
import { count, longDay, money, shortMonth, shortWeekday } from "./format.js";

const ORDER_STATUS = {
  pending: ["warn", "Waiting for the bank"],
  confirmed: ["good", "Confirmed"],
  rejected: ["bad", "Not booked"],
};
const BOOKING_STATUS = {
  held: ["warn", "Held for you"],
  confirmed: ["good", "Booked"],
  released: ["plain", "Given back"],
  cancelling: ["warn", "Being cancelled"],
  cancelled: ["plain", "Cancelled, refunded"],
};

const badge = ([kind, text]) => h("span", { class: `badge badge-${kind}` }, text);
export const orderBadge = (order) => badge(ORDER_STATUS[order.status] ?? ["plain", order.status]);
export const bookingBadge = (status) => badge(BOOKING_STATUS[status] ?? ["plain", status]);

/** A day as on a calendar sheet. */
export function sheet(day) {
  return h("time", { class: "sheet", datetime: day }, h("span", { class: "unseen" }, longDay(day)),
    h("span", { "aria-hidden": "true" }, shortWeekday(day)), h("b", { "aria-hidden": "true" }, Number(day.slice(8))), h("span", { "aria-hidden": "true" }, shortMonth(day)));
}

/** One line of an order; `actions` go to its foot. */
export function ticket(line, currency, actions = []) {
  const off = ["released", "cancelled"].includes(line.booking_status);
  return h("li", { class: off ? "ticket ticket-off" : "ticket" },
    sheet(line.day),
    h("div", { class: "ticket-text" },
      h("h2", {}, h("a", { href: `/products/${line.product_id}` }, line.title)),
      h("p", { class: "muted" }, `${count(line.quantity, "place")} at ${money(line.unit_price_cents, currency)}`),
      h("p", { class: "ticket-foot" }, line.booking_status && bookingBadge(line.booking_status), actions)),
    h("p", { class: "ticket-price numbers" }, money(line.amount_cents, currency)));
}
