// A number with a button on each side: a real number field, so that it can be typed too.
import { h } from "./dom.js";

/** {element, value, limit(max)}; `change` is called with every new value. */
export function stepper({ label, value = 1, min = 1, max, change }) {
  const input = h("input", { type: "number", inputmode: "numeric", min, max, step: 1, value, "aria-label": label, class: "numbers" });
  const less = h("button", { type: "button", "aria-label": `One less: ${label}`, on: { click: () => set(input.valueAsNumber - 1) } }, "−");
  const more = h("button", { type: "button", "aria-label": `One more: ${label}`, on: { click: () => set(input.valueAsNumber + 1) } }, "+");

  function set(wanted) {
    const next = Math.max(min, Math.min(Number(input.max), Math.round(wanted) || min));
    const changed = next !== Number(input.dataset.value);
    input.value = input.dataset.value = next;
    bounds();
    if (changed) change(next);
  }

  // not `disabled`: a button that has the focus would lose it
  function bounds() {
    less.setAttribute("aria-disabled", Number(input.value) <= min);
    more.setAttribute("aria-disabled", Number(input.value) >= Number(input.max));
  }

  input.dataset.value = value;
  input.addEventListener("change", () => set(input.valueAsNumber));
  bounds();
  return {
    element: h("div", { class: "stepper" }, h("span", { class: "stepper-label", "aria-hidden": "true" }, label), h("div", { class: "stepper-row" }, less, input, more)),
    get value() {
      return Number(input.dataset.value);
    },
    limit(most) {
      input.max = Math.max(min, most);
      set(input.valueAsNumber);
    },
  };
}
