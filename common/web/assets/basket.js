// The basket lies in this browser: lines of product, day and number, with what the visitor was shown when
// they chose it. Prices and places are looked up again before anybody pays.
const KEY = "stagecraft.basket";
const EVENT = "stagecraft-basket";

export const LINES_MAX = 10; // as the API takes
export const QUANTITY_MAX = 20;

/** [{product_id, day, quantity, title, category, price_cents, currency, picture}] */
export function basket() {
  try {
    const lines = JSON.parse(localStorage.getItem(KEY));
    return Array.isArray(lines) ? lines.filter((line) => line.product_id > 0 && line.day && line.quantity > 0) : [];
  } catch {
    return [];
  }
}

function keep(lines) {
  localStorage.setItem(KEY, JSON.stringify(lines));
  dispatchEvent(new Event(EVENT));
}

const same = (line, other) => line.product_id === other.product_id && line.day === other.day;

/** Adds places; the same product on the same day is one line. Returns how many that line has now, 0: no room. */
export function addLine(product, day, quantity) {
  const lines = basket();
  const line = {
    product_id: product.id, day, quantity,
    title: product.title, category: product.category, picture: product.picture ?? null,
    price_cents: product.price_cents, currency: product.currency,
  };
  const found = lines.find((other) => same(other, line));
  if (!found && lines.length >= LINES_MAX) return 0;
  const total = Math.min(QUANTITY_MAX, (found?.quantity ?? 0) + quantity);
  keep(found ? lines.map((other) => (other === found ? { ...line, quantity: total } : other)) : [...lines, line]);
  return total;
}

export function changeLine(line, changes) {
  keep(basket().map((other) => (same(other, line) ? { ...other, ...changes } : other)));
}

/** Removes these lines: those that were booked, or the one that was taken out. */
export function removeLines(gone) {
  keep(basket().filter((line) => !gone.some((other) => same(line, other))));
}

export const basketCount = () => basket().reduce((sum, line) => sum + line.quantity, 0);
export const basketTotal = (lines) => lines.reduce((sum, line) => sum + line.quantity * line.price_cents, 0);

/** Calls back whenever the basket changes, in this tab or another. */
export function onBasket(callback) {
  addEventListener(EVENT, callback);
  addEventListener("storage", (event) => {
    if (event.key === KEY || event.key === null) callback();
  });
}
