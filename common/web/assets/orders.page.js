// What this account has ordered, newest first.
import "./frame.js";
import { address, api } from "./api.js";
import { find, h } from "./dom.js";
import { count, money, time } from "./format.js";
import { keepScroll, Paged } from "./paged.js";
import { needSession } from "./session.js";
import { empty, skeletons } from "./states.js";
import { orderBadge, sheet } from "./ticket.js";

await needSession();

function row(order) {
  const [first, ...rest] = order.lines;
  const places = order.lines.reduce((sum, line) => sum + line.quantity, 0);
  return h("li", { class: "order-row" },
    sheet(first.day),
    h("div", { class: "order-text" },
      h("h2", {}, h("a", { href: `/orders/${order.id}` }, rest.length > 0 ? `${first.title} and ${rest.length} more` : first.title)),
      h("p", { class: "muted" }, `Order ${order.id}, ${time(order.created_at)}, ${count(places, "place")}`),
      h("p", {}, orderBadge(order))),
    h("b", { class: "numbers" }, money(order.total_cents, order.currency)));
}

const restoreScroll = keepScroll();
await new Paged({
  list: find("list"), foot: find("foot"),
  waiting: () => skeletons(4, "row"),
  load: (cursor) => api(address("/v1/orders", { limit: 15, cursor })),
  draw: (orders) => orders.map(row),
  none: () => h("li", {}, empty("No orders yet", "What you book will be here, with tickets and invoices.", h("a", { class: "button", href: "/products" }, "See what is on"))),
}).restart();
restoreScroll();
