// The cards of the payment sandbox, each with what it does. No real card can be entered in this shop.
export const TEST_CARDS = [
  { token: "card_ok", name: "Everyday card", text: "Pays at once." },
  { token: "card_declined", name: "Empty card", text: "The bank says no. Nothing is booked or charged." },
  { token: "card_slow", name: "Slow card", text: "Pays, but the bank takes three seconds to say so." },
  { token: "card_flaky", name: "Card on a bad line", text: "The first tries fail; the shop asks again until it works." },
  { token: "card_timeout", name: "Silent bank", text: "Charges, but never answers: the order stays open until the shop has found out." },
];
