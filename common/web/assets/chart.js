// Bars by day, drawn with SVG attributes (no styles: the policy forbids them inline). The table beside it says
// the same in numbers, so the drawing is one picture to those who cannot see it.
import { h, svg } from "./dom.js";
import { longDay, tinyDay } from "./format.js";

const HEIGHT = 160;
const STEP = 10;

/** days: [{day, value, text}]. */
export function bars(days, label) {
  const top = Math.max(1, ...days.map(({ value }) => value));
  const width = days.length * STEP;
  const drawing = svg("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, preserveAspectRatio: "none", class: "bars", role: "img", "aria-label": label },
    days.map(({ day, value, text }, index) => {
      const height = Math.max(value > 0 ? 2 : 0, (value / top) * (HEIGHT - 4));
      return svg("g", { class: "bar" },
        svg("title", {}, `${longDay(day)}: ${text}`),
        svg("rect", { class: "bar-reach", x: index * STEP, y: 0, width: STEP, height: HEIGHT }),
        svg("rect", { class: "bar-value", x: index * STEP + 1.5, y: HEIGHT - height, width: STEP - 3, height }));
    }));
  const ends = days.length > 0 && h("div", { class: "bars-ends", "aria-hidden": "true" },
    h("span", {}, tinyDay(days[0].day)), days.length > 2 && h("span", {}, tinyDay(days[days.length >> 1].day)), days.length > 1 && h("span", {}, tinyDay(days.at(-1).day)));
  return h("figure", { class: "chart" }, drawing, ends);
}
