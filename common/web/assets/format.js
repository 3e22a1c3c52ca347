// Money, days and times as people write them. The pages are in English; whose English, the browser knows.
import { toDate } from "./days.js";

const locale = navigator.languages?.find((language) => /^en\b/.test(language)) ?? "en-GB";

const moneyFormats = new Map();
/** Cents as "€49" or "€49.50". */
export function money(cents, currency) {
  const style = `${currency}${cents % 100 === 0}`;
  if (!moneyFormats.has(style)) {
    const digits = cents % 100 === 0 ? 0 : 2;
    moneyFormats.set(style, new Intl.NumberFormat(locale, { style: "currency", currency, minimumFractionDigits: digits, maximumFractionDigits: digits }));
  }
  return moneyFormats.get(style).format(cents / 100);
}

const inUtc = (options) => new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options });
const long = inUtc({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
const short = inUtc({ weekday: "short", day: "numeric", month: "short" });
const tiny = inUtc({ day: "numeric", month: "short" });
const month = inUtc({ month: "long", year: "numeric" });
const monthShort = inUtc({ month: "short" });
const weekdayShort = inUtc({ weekday: "short" });
const weekdayLong = inUtc({ weekday: "long" });

export const longDay = (day) => long.format(toDate(day));
export const shortDay = (day) => short.format(toDate(day));
export const tinyDay = (day) => tiny.format(toDate(day));
export const monthName = (ofMonth) => month.format(toDate(`${ofMonth}-01`));
export const shortMonth = (day) => monthShort.format(toDate(day));
export const shortWeekday = (day) => weekdayShort.format(toDate(day));

/** Monday to Sunday: [["Mon", "Monday"], …] */
export const weekdays = () =>
  [5, 6, 7, 8, 9, 10, 11].map((date) => {
    const day = toDate(`2026-01-${String(date).padStart(2, "0")}`);
    return [weekdayShort.format(day), weekdayLong.format(day)];
  });

const moment = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
export const time = (text) => moment.format(new Date(text));

const plain = new Intl.NumberFormat(locale);
export const number = (value) => plain.format(value);

/** "1 place", "3 places" */
export const count = (value, one, many = `${one}s`) => `${number(value)} ${value === 1 ? one : many}`;
