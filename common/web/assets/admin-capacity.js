// How many places there are: a number for every day, and exceptions for single days picked in the calendar.
import { api } from "./api.js";
import { Availability } from "./availability.js";
import { Calendar } from "./calendar.js";
import { fill, h, toast } from "./dom.js";
import { field, onSubmit } from "./forms.js";
import { count, longDay } from "./format.js";

const PLACES_MAX = 100000;
const places = (name, value) => h("input", { name, type: "number", required: true, min: 0, max: PLACES_MAX, step: 1, inputmode: "numeric", value });

export async function capacityPanel(product) {
  const path = `/v1/admin/products/${product.id}/capacity`;
  let availability = await Availability.of(product.id);
  let day = null;
  const message = h("div", {});
  const one = h("div", {});

  const every = h("form", { class: "form inline" }, field("Places every day", places("per_day", ""), "Days with a number of their own keep it."), h("button", { class: "button", type: "submit" }, "Set for all days"));
  onSubmit(every, message, async ({ per_day }) => {
    await api(path, { method: "PUT", body: { per_day: Number(per_day) } });
    availability = await Availability.of(product.id);
    await calendar.turn(calendar.month);
    toast(`${count(Number(per_day), "place")} a day now`);
  });

  const calendar = new Calendar({
    from: availability.from, to: availability.to, choose,
    describe: (one) => {
      const state = availability.describeLoad(one);
      return state && { ...state, taken: false };
    },
    load: (month) => availability.load(month),
  });

  function choose(next) {
    day = next;
    const { capacity } = availability.known.get(day);
    const form = h("form", { class: "form inline" }, field(`Places on ${longDay(day)}`, places("capacity", capacity)), h("button", { class: "button", type: "submit" }, "Set for this day"));
    const told = h("div", {});
    onSubmit(form, told, async (values) => {
      await api(`${path}/${day}`, { method: "PUT", body: { capacity: Number(values.capacity) } });
      await availability.refresh(day);
      calendar.draw();
      toast(`${longDay(day)}: ${count(Number(values.capacity), "place")} now`);
    });
    fill(one, told, form);
  }

  return h("section", { class: "panel" }, h("h2", {}, "Places"), message, every,
    h("p", { class: "muted" }, "Taken and all places by day; choose a day to give it a number of its own."), calendar.element, one);
}
