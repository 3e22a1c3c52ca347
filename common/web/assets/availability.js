// How many places are left on which day of a product: fetched by the month, kept while the page is open.
import { addDays, monthOf } from "./days.js";
import { address, api } from "./api.js";
import { span } from "./calendar.js";

const AHEAD_DAYS = 365; // as far as orders are taken
const FEW = 5;

export class Availability {
  /** The first answer also says which day it is for the shop, whatever this machine's clock believes. */
  static async of(productId) {
    const first = await api(`/v1/products/${productId}/availability`);
    return new Availability(productId, first.days);
  }

  constructor(productId, days) {
    this.productId = productId;
    this.known = new Map();
    this.months = new Set();
    this.#learn(days);
    this.from = days[0].day;
    this.to = addDays(this.from, AHEAD_DAYS);
  }

  #learn(days) {
    for (const { day, capacity, available } of days) this.known.set(day, { capacity, available });
  }

  async load(month) {
    if (this.months.has(month)) return;
    const [from, to] = span(month, this.from, this.to);
    if (from <= to && !(this.known.has(from) && this.known.has(to))) {
      const answer = await api(address(`/v1/products/${this.productId}/availability`, { from, to }));
      this.#learn(answer.days);
    }
    this.months.add(month);
  }

  /** Asks again for a day that may have changed. */
  async refresh(day) {
    const answer = await api(address(`/v1/products/${this.productId}/availability`, { from: day, to: day }));
    this.#learn(answer.days);
    return this.places(day);
  }

  places(day) {
    return this.known.get(day)?.available ?? null;
  }

  /** The next day with a place, among those known. */
  firstFree() {
    return [...this.known].find(([, { available }]) => available > 0)?.[0] ?? null;
  }

  get firstMonth() {
    return monthOf(this.from);
  }

  /** For the shopper's calendar. */
  describe(day) {
    const places = this.known.get(day);
    if (!places) return null;
    const { capacity, available } = places;
    if (capacity === 0) return { kind: "closed", label: "closed", mark: "–", taken: true };
    if (available === 0) return { kind: "sold", label: "sold out", mark: "sold out", taken: true };
    if (available <= FEW) return { kind: "few", label: `only ${available} left`, mark: `${available} left` };
    return { kind: "free", label: `${available} places left`, mark: "" };
  }

  /** For the staff's: how full it is. */
  describeLoad(day) {
    const places = this.known.get(day);
    if (!places) return null;
    const { capacity, available } = places;
    const taken = capacity - available;
    const kind = capacity === 0 ? "closed" : available === 0 ? "sold" : taken > 0 ? "few" : "free";
    return { kind, label: `${taken} of ${capacity} taken`, mark: `${taken}/${capacity}` };
  }
}
