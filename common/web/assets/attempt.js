// One attempt to pay, and the key that makes repeating it safe. The key belongs to exactly one order; it is
// written down before the order is sent, and kept until the shop has said what became of it. So whatever is
// lost in between (the answer, the network, this tab), asking again with the same key cannot book twice.
const KEY = "stagecraft.attempt";

/** The attempt that has no answer yet: {user, key, body, lines, at}, or null. */
export function openAttempt(userId) {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY));
    return stored?.user === userId && stored.key && stored.body ? stored : null;
  } catch {
    return null;
  }
}

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `web-${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** Writes an attempt down; then it may be sent. */
export function beginAttempt(userId, lines, card) {
  const body = {
    lines: lines.map(({ product_id, day, quantity }) => ({ product_id, day, quantity })),
    payment: { card_token: card },
  };
  const attempt = { user: userId, key: newKey(), body, lines, at: new Date().toISOString() };
  localStorage.setItem(KEY, JSON.stringify(attempt));
  return attempt;
}

/** The shop has answered: the key has done its duty. */
export function endAttempt() {
  localStorage.removeItem(KEY);
}
