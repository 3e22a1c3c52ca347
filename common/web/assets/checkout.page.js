// Paying. The one thing that must not happen is that somebody pays twice because an answer got lost; attempt.js
// says how that is avoided. While an attempt has no answer nothing else can be ordered here: first it is asked
// for again, under the same key, until the shop has said what became of it.
import "./frame.js";
import { api } from "./api.js";
import { beginAttempt, endAttempt, openAttempt } from "./attempt.js";
import { basket, basketTotal, removeLines } from "./basket.js";
import { TEST_CARDS } from "./cards-of-test.js";
import { confirmed } from "./dialog.js";
import { announce, busy, fill, find, h } from "./dom.js";
import { count, longDay, money, time } from "./format.js";
import { outcome } from "./outcome.js";
import { needSession } from "./session.js";
import { empty, explain, note } from "./states.js";

const TIMEOUT_MS = 30000;
const OUTCOME_MS = 2500; // most banks answer within; the rest is waited for on the order's own page
const { user } = await needSession();

function summary(lines) {
  return h("section", { class: "panel sum", "aria-labelledby": "sum-title" },
    h("h2", { id: "sum-title" }, "What you book"),
    h("ul", { class: "sum-lines" }, lines.map((line) => h("li", { class: "sum-line" },
      h("span", {}, h("b", {}, line.title), h("br", {}), `${longDay(line.day)}, ${count(line.quantity, "place")}`),
      h("span", { class: "numbers" }, money(line.price_cents * line.quantity, line.currency))))),
    h("p", { class: "sum-row" }, h("span", {}, "Together"), h("strong", { class: "total numbers" }, money(basketTotal(lines), lines[0].currency))));
}

function cardChoice() {
  return h("fieldset", { class: "panel pay-cards" },
    h("legend", {}, h("span", { class: "h2" }, "How you pay")),
    h("p", { class: "muted" }, "This is a demonstration: the bank is a sandbox, and each of its cards behaves in its own way."),
    TEST_CARDS.map(({ token, name, text }, index) => h("label", { class: `pay-card pay-${token}` },
      h("input", { type: "radio", name: "card", value: token, checked: index === 0 }),
      h("span", { class: "pay-face", "aria-hidden": "true" }),
      h("span", { class: "pay-text" }, h("b", {}, name), h("small", {}, text)))));
}

function order() {
  const lines = basket();
  if (lines.length === 0) return fill(find("checkout"), empty("Nothing to pay for", "Your basket is empty.", h("a", { class: "button", href: "/products" }, "See what is on"), h("a", { class: "button plain", href: "/orders" }, "Your orders")));
  const button = h("button", { class: "button wide", type: "submit" }, `Pay ${money(basketTotal(lines), lines[0].currency)}`);
  const form = h("form", { class: "checkout" }, cardChoice(), h("div", {}, summary(lines), h("div", { class: "pay-row" }, button, h("a", { href: "/basket" }, "Back to the basket"))));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    fill(find("message"));
    if (button.getAttribute("aria-busy")) return;
    send(beginAttempt(user.id, lines, new FormData(form).get("card")), button);
  });
  fill(find("checkout"), form);
}

const place = (attempt) => api("/v1/orders", { method: "POST", body: attempt.body, headers: { "Idempotency-Key": attempt.key }, timeout: TIMEOUT_MS });

/** An order that others settle is waited for a moment: who has to choose another card had better do so here, with the
    basket as it is. The repeat is answered as the first request would have been. */
async function pay(attempt) {
  const made = await place(attempt);
  if (made.status !== "pending") return made;
  return (await outcome(made.id, OUTCOME_MS)) ? place(attempt) : made;
}

async function send(attempt, button, first = true) {
  announce("Paying, one moment");
  try {
    const made = await busy(button, () => pay(attempt));
    endAttempt();
    removeLines(attempt.lines);
    location.assign(`/orders/${made.id}?placed=1`);
  } catch (error) {
    if (error.status === 401) return first && endAttempt(); // not carried out; api.js leads to the login
    if (error.unknown) return waitFor(attempt, error);
    endAttempt();
    order();
    refused(error, attempt);
  }
}

/** The shop said no: nothing was booked, nothing was charged. */
function refused(error, attempt) {
  let told;
  if (error.status === 402) {
    told = note("bad", "The card was declined", "Nothing was booked and nothing was charged. Choose another card and try again.");
  } else if (error.kind === "sold-out") {
    const gone = error.fields.map(({ field }) => attempt.lines[Number(/^lines\[(\d+)\]/.exec(field)?.[1])]).filter(Boolean);
    told = note("bad", "Somebody was faster",
      h("p", {}, "There are not enough places left. Nothing was booked and nothing was charged."),
      h("ul", {}, gone.map((line) => h("li", {}, `${line.title}, ${longDay(line.day)}. `, h("a", { href: `/products/${line.product_id}` }, "Choose another day")))),
      h("p", {}, h("a", { href: "/basket" }, "Change the basket")));
  } else {
    const [title] = explain(error);
    told = note("bad", title, error.message, error.fields.length > 0 && h("ul", {}, error.fields.map(({ field, message }) => h("li", {}, `${lineName(field, attempt)}: ${message}`))), h("p", {}, h("a", { href: "/basket" }, "Change the basket")));
  }
  fill(find("message"), told).firstElementChild.focus();
}

function lineName(field, attempt) {
  const line = attempt.lines[Number(/^lines\[(\d+)\]/.exec(field)?.[1])];
  return line ? `${line.title}, ${longDay(line.day)}` : field;
}

/** No answer: nobody knows yet. The same order is asked for again, and only that. */
function waitFor(attempt, error = null) {
  const again = h("button", { class: "button", type: "button", on: { click: () => send(attempt, again, false) } }, "Ask again");
  const drop = h("button", { class: "link", type: "button", on: { click: giveUp } }, "Forget this payment");
  fill(find("message"), note("warn", error ? "No answer yet" : "A payment without an answer",
    h("p", {}, error ? `${explain(error)[0]}. ` : "", "We do not know whether your payment went through. Ask again: it is the same order under the same key, so you cannot be booked or charged twice."),
    h("p", { class: "actions" }, again, drop),
    h("p", {}, h("small", {}, `Tried at ${time(attempt.at)}, key ${attempt.key}`)))).firstElementChild.focus();
  fill(find("checkout"), summary(attempt.lines));
}

async function giveUp() {
  const sure = await confirmed({
    title: "Forget this payment?", yes: "Forget it", no: "Keep asking",
    text: "It may have gone through. Look at your orders before you pay for the same thing again.",
  });
  if (!sure) return;
  endAttempt();
  location.assign("/orders");
}

const open = openAttempt(user.id);
if (open) waitFor(open);
else order();
