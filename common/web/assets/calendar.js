// A month as a grid of days, for the mouse, the finger and the keyboard: arrows move by day and week, Home and
// End within the week, Page Up and Down by month. Only one day is in the tab order. What a day looks like and
// whether it can be had is decided by the caller, month by month, because it must be fetched.
import { addDays, addMonths, firstOf, inMonth, lastOf, monthOf, weekday, weeksOf } from "./days.js";
import { fill, h, svg } from "./dom.js";
import { longDay, monthName, weekdays } from "./format.js";

const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

/** options: {from, to, selected, describe(day) -> {kind, label, mark, taken} or null, load(month), choose(day)}
    Days outside from…to are there but cannot be had. `taken` days can be reached but not chosen. */
export class Calendar {
  constructor(options) {
    this.options = options;
    this.selected = options.selected ?? null;
    this.at = this.selected ?? options.from; // where the keyboard is
    this.month = monthOf(this.at);
    this.title = h("h3", { class: "calendar-title", "aria-live": "polite", id: "calendar-title" });
    this.back = this.#turner(-1, "The month before", "m14 6-6 6 6 6");
    this.on = this.#turner(1, "The month after", "m10 6 6 6-6 6");
    this.body = h("tbody", {});
    this.grid = h("table", { class: "calendar-grid", role: "grid", "aria-labelledby": "calendar-title", on: { keydown: (event) => this.#key(event), click: (event) => this.#click(event) } },
      h("thead", {}, h("tr", {}, weekdays().map(([short, long]) => h("th", { scope: "col", abbr: long }, short)))), this.body);
    this.message = h("div", { class: "calendar-message" });
    this.element = h("div", { class: "calendar" }, h("div", { class: "calendar-head" }, this.back, this.title, this.on), this.grid, this.message);
    this.turn(this.month);
  }

  /** Shows a month; days that are not known yet stay pale until they are. */
  async turn(month, focus = false) {
    this.month = month;
    this.at = inMonth(this.at, month);
    if (this.at < this.options.from) this.at = this.options.from;
    if (this.at > this.options.to) this.at = this.options.to;
    fill(this.title, monthName(month));
    this.back.disabled = month <= monthOf(this.options.from);
    this.on.disabled = month >= monthOf(this.options.to);
    fill(this.message);
    this.draw(focus);
    this.grid.setAttribute("aria-busy", "true");
    try {
      await this.options.load(month);
    } catch (error) {
      fill(this.message, h("p", { class: "note note-bad", role: "alert" }, `${error.message} `,
        h("button", { class: "button small", type: "button", on: { click: () => this.turn(month, true) } }, "Try again")));
    }
    if (this.month !== month) return;
    this.grid.removeAttribute("aria-busy");
    const kept = this.grid.contains(document.activeElement);
    this.draw(kept);
  }

  draw(focus = false) {
    fill(this.body, weeksOf(this.month).map((week) => h("tr", {}, week.map((day) => this.#cell(day)))));
    if (focus) this.body.querySelector("[tabindex='0']")?.focus();
  }

  #cell(day) {
    if (!day) return h("td", {});
    const { from, to, describe } = this.options;
    const out = day < from || day > to;
    const state = out ? { kind: "out", label: "not on sale" } : (describe(day) ?? { kind: "unknown", label: "" });
    const selected = day === this.selected;
    return h("td", { role: "gridcell", "aria-selected": selected ? "true" : "false" },
      h("button", {
        type: "button", class: `day day-${state.kind}`, "data-day": day, tabindex: day === this.at ? "0" : "-1",
        disabled: out, "aria-disabled": state.taken || state.kind === "unknown" ? "true" : null,
        "aria-label": [longDay(day), state.label, selected ? "chosen" : ""].filter(Boolean).join(", "),
      }, h("span", { class: "day-number" }, Number(day.slice(8))), h("span", { class: "day-mark" }, state.mark ?? "")));
  }

  #turner(step, label, d) {
    return h("button", { type: "button", class: "calendar-turn", "aria-label": label, on: { click: () => this.turn(addMonths(this.month, step)) } },
      svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, svg("path", { d })));
  }

  #key(event) {
    const day = event.target.closest("[data-day]")?.dataset.day;
    if (!day || event.altKey || event.ctrlKey || event.metaKey) return;
    let target = null;
    if (event.key in STEPS) target = addDays(day, STEPS[event.key]);
    else if (event.key === "Home") target = addDays(day, -weekday(day));
    else if (event.key === "End") target = addDays(day, 6 - weekday(day));
    else if (event.key === "PageUp") target = inMonth(day, addMonths(monthOf(day), -1));
    else if (event.key === "PageDown") target = inMonth(day, addMonths(monthOf(day), 1));
    if (!target) return;
    event.preventDefault();
    const { from, to } = this.options;
    this.at = target < from ? from : target > to ? to : target;
    if (monthOf(this.at) !== this.month) this.turn(monthOf(this.at), true);
    else this.draw(true);
  }

  #click(event) {
    const button = event.target.closest("[data-day]");
    if (!button || button.disabled) return;
    this.at = button.dataset.day;
    if (button.getAttribute("aria-disabled") === "true") return this.draw(true);
    this.selected = this.at;
    this.draw(true);
    this.options.choose(this.at);
  }
}

/** The part of a month that can be asked for. */
export function span(month, from, to) {
  const first = firstOf(month) < from ? from : firstOf(month);
  const last = lastOf(month) > to ? to : lastOf(month);
  return [first, last];
}
