// One order: its tickets, and what can still be done about them. The outcome of a pending order is shown when the shop
// tells it; where it does not, the order is asked for again until it has one.
import "./frame.js";
import { api } from "./api.js";
import { confirmed } from "./dialog.js";
import { downloadButton } from "./download.js";
import { announce, busy, fill, find, h } from "./dom.js";
import { longDay, money, time } from "./format.js";
import { today } from "./days.js";
import { outcome } from "./outcome.js";
import { needSession } from "./session.js";
import { explain, note, show, skeletons } from "./states.js";
import { orderBadge, ticket } from "./ticket.js";

const ASK_EVERY_MS = 2000;
const ASK_AT_MOST = 90;

await needSession();
const id = Number(location.pathname.split("/")[2]);
const justPlaced = new URLSearchParams(location.search).has("placed");
const message = h("div", {});
let asked = 0;

const REASONS = {
  "sold-out": "Somebody was faster: there were not enough places left.",
  declined: "The card was declined.",
};

function headline(order) {
  if (order.status === "rejected") return [note("bad", "Nothing was booked, nothing was charged", REASONS[order.reason] ?? `Reason: ${order.reason}.`)];
  if (order.status === "pending")
    return [note("warn", "The bank has not answered yet", asked < ASK_AT_MOST
      ? "Your places are held. This page keeps asking and changes by itself; you may also close it and come back."
      : "This takes longer than usual. Your places stay held until it is settled; come back later.")];
  if (justPlaced) return [note("good", "You are going!", "The receipt is on its way to you by e-mail.")];
  return [];
}

const mayCancel = (line) => line.booking_status === "confirmed" && line.booking_id && line.day > today();

async function cancel(line, button) {
  const sure = await confirmed({
    title: "Cancel this booking?", yes: "Cancel it",
    text: `${line.title}, ${longDay(line.day)}. Your places go back on sale and the money back to your card.`,
  });
  if (!sure) return;
  let told;
  try {
    const booking = await busy(button, () => api(`/v1/bookings/${line.booking_id}/cancellation`, { method: "POST" }));
    told = booking.status === "cancelled" ? note("good", "Cancelled", "The money is on its way back to your card.") : note("warn", "Being cancelled", "The bank has not confirmed the refund yet; it will be tried until it does.");
  } catch (error) {
    told = note("bad", explain(error)[0], error.message);
  }
  await load();
  fill(message, told).firstElementChild.focus();
}

function lineOf(order, line) {
  const button = h("button", { class: "button plain small", type: "button" }, "Cancel", h("span", { class: "unseen" }, ` ${line.title}, ${longDay(line.day)}`));
  button.addEventListener("click", () => cancel(line, button));
  return ticket(line, order.currency, mayCancel(line) ? [button] : []);
}

function draw(order) {
  document.title = `Order ${order.id} · Stagecraft`;
  return [
    h("p", { class: "crumbs" }, h("a", { href: "/orders" }, "Your orders")),
    h("div", { class: "order-head" }, h("h1", {}, `Order ${order.id}`), orderBadge(order)),
    h("p", { class: "muted" }, `Placed ${time(order.created_at)}`),
    headline(order), message,
    h("ul", { class: "tickets" }, order.lines.map((line) => lineOf(order, line))),
    h("div", { class: "panel sum" },
      h("p", { class: "sum-row" }, h("span", {}, "Together"), h("strong", { class: "total numbers" }, money(order.total_cents, order.currency))),
      order.status === "confirmed" && h("p", {}, downloadButton("Invoice (PDF)", () => `/v1/orders/${order.id}/invoice`, () => `invoice-order-${order.id}.pdf`, "button plain"))),
  ];
}

const open = (order) => order.status === "pending" || order.lines.some((line) => line.booking_status === "cancelling");

function load() {
  return show(find("order"), async () => {
    const order = await api(`/v1/orders/${id}`);
    if (asked < ASK_AT_MOST) follow(order);
    return draw(order);
  }, find("order").children.length === 0 && skeletons(2, "row"));
}

/** Shows what changes about it, for as long as something may change by itself. */
async function follow(before) {
  while (open(before) && asked < ASK_AT_MOST) {
    const order = await later(before);
    if (order.updated_at !== before.updated_at || order.status !== before.status || !open(order)) {
      fill(message);
      fill(find("order"), draw(order));
      announce(`Order ${order.id}: ${order.status}`);
    }
    before = order;
  }
  if (open(before)) load();
}

/** The order as it is later: when its outcome is told, or after a while. */
async function later(before) {
  const told = before.status === "pending" ? await outcome(id) : null;
  if (told) return told;
  asked++;
  await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  return api(`/v1/orders/${id}`).catch(() => before); // the next round asks again
}

await load();
