// Days are texts, "2026-11-23", as in the API: they have no hour and no zone, so they are counted in UTC and
// never become somebody's midnight.
const DAY_MS = 86400000;

const toDate = (day) => new Date(`${day}T00:00:00Z`);
const toDay = (date) => date.toISOString().slice(0, 10);

export const today = () => toDay(new Date());
export const isDay = (text) => /^\d{4}-\d\d-\d\d$/.test(text ?? "") && !Number.isNaN(toDate(text).getTime());
export const addDays = (day, count) => toDay(new Date(toDate(day).getTime() + count * DAY_MS));
export const daysBetween = (from, to) => Math.round((toDate(to) - toDate(from)) / DAY_MS);

/** "2026-11" and the months around it. */
export const monthOf = (day) => day.slice(0, 7);
export function addMonths(month, count) {
  const date = toDate(`${month}-01`);
  date.setUTCMonth(date.getUTCMonth() + count);
  return monthOf(toDay(date));
}
export const firstOf = (month) => `${month}-01`;
export const lastOf = (month) => addDays(firstOf(addMonths(month, 1)), -1);

/** The same day of another month, or that month's last. */
export function inMonth(day, month) {
  const last = lastOf(month);
  const same = `${month}-${day.slice(8)}`;
  return same > last ? last : same;
}

/** Monday is 0. */
export const weekday = (day) => (toDate(day).getUTCDay() + 6) % 7;

/** The days of a month in rows of seven, null where another month's day would be. */
export function weeksOf(month) {
  const rows = [];
  let row = new Array(weekday(firstOf(month))).fill(null);
  for (let day = firstOf(month); monthOf(day) === month; day = addDays(day, 1)) {
    row.push(day);
    if (row.length === 7) rows.push(row.splice(0));
  }
  if (row.length > 0) rows.push([...row, ...new Array(7 - row.length).fill(null)]);
  return rows;
}

export { toDate };
