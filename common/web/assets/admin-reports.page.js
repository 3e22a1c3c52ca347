// Sales between two days: the sums, a bar a day, what sold best; and the same as files.
import "./frame.js";
import { address, api } from "./api.js";
import { bars } from "./chart.js";
import { addDays, daysBetween, isDay, today } from "./days.js";
import { downloadButton } from "./download.js";
import { find, h } from "./dom.js";
import { longDay, money, number, tinyDay } from "./format.js";
import { needStaff } from "./staff.js";
import { empty, show, skeletons } from "./states.js";
import { table } from "./table.js";

const DAYS_MAX = 366;
const TIMEOUT_MS = 125000; // the shop gives a report two minutes: its own answer says more than giving up does

await needStaff();
const filters = find("filters");

function wanted() {
  const query = new URLSearchParams(location.search);
  const to = isDay(query.get("to")) ? query.get("to") : today();
  return { from: isDay(query.get("from")) ? query.get("from") : addDays(to, -29), to };
}

const tile = (name, value, remark = null) => h("div", { class: "tile" }, h("dt", {}, name), h("dd", { class: "numbers" }, value), remark && h("dd", { class: "muted" }, remark));

function report({ from, to, currency, totals, days, products }) {
  if (totals.bookings === 0) return empty("Nothing sold", "There were no sales on these days.");
  const cents = (value) => money(value, currency);
  const values = days.map((day) => ({ day: day.day, value: day.sold_cents, text: cents(day.sold_cents) }));
  const best = values.reduce((most, one) => (one.value > most.value ? one : most));
  return [
    h("dl", { class: "tiles" },
      tile("Sold", cents(totals.sold_cents)), tile("Refunded", cents(totals.refunded_cents), `${number(totals.cancelled_bookings)} cancelled`),
      tile("Net", cents(totals.net_cents)), tile("Bookings", number(totals.bookings), `${number(totals.quantity)} places`)),
    h("section", { class: "panel" }, h("h2", {}, "By day"),
      h("p", { class: "muted" }, `Best day: ${longDay(best.day)}, ${best.text}`),
      bars(values, `Sales by day from ${longDay(from)} to ${longDay(to)}; the best day was ${longDay(best.day)} with ${best.text}`),
      h("details", {}, h("summary", {}, "The days in numbers"),
        table("Sales by day", ["Day", "#Bookings", "#Places", "#Sold", "#Refunded"], days.map((day) => [tinyDay(day.day), number(day.bookings), number(day.quantity), cents(day.sold_cents), cents(day.refunded_cents)])))),
    h("section", { class: "panel table-panel" }, h("h2", {}, "What sold best"),
      table("What sold best", ["Product", "#Bookings", "#Places", "#Sold"], products.map((product) => [h("a", { href: `/admin/products/${product.product_id}` }, product.title), number(product.bookings), number(product.quantity), cents(product.sold_cents)]))),
  ];
}

function load() {
  const { from, to } = wanted();
  filters.elements.from.value = from;
  filters.elements.to.value = to;
  return show(find("report"), async () => report(await api(address("/v1/admin/reports/sales", { from, to }), { timeout: TIMEOUT_MS })), skeletons(3, "row"));
}

filters.addEventListener("submit", (event) => {
  event.preventDefault();
  const { from, to } = filters.elements;
  const length = daysBetween(from.value, to.value);
  to.setCustomValidity(length < 0 ? "This day is before the first one." : length >= DAYS_MAX ? `${DAYS_MAX} days at most.` : "");
  if (!filters.reportValidity()) return;
  history.pushState(null, "", address("/admin/reports", Object.fromEntries(new FormData(filters))));
  load();
});
filters.addEventListener("input", () => filters.elements.to.setCustomValidity(""));
addEventListener("popstate", load);

for (const [text, type] of [["CSV", "csv"], ["PDF", "pdf"]]) {
  find("downloads").append(downloadButton(text, () => address(`/v1/admin/reports/sales.${type}`, wanted()), () => `sales-${wanted().from}-${wanted().to}.${type}`, "button plain"));
}
await load();
