// Forms: what the browser finds wrong and what the shop finds wrong are shown the same way, beside the field,
// and the first of them gets the focus.
import { busy, fill, h } from "./dom.js";
import { explain, note } from "./states.js";

/** A labelled field. `input` is given an id; `hint` is read with it. */
export function field(label, input, hint = null) {
  const id = input.id || `field-${input.name}`;
  input.id = id;
  if (hint) input.setAttribute("aria-describedby", `${id}-hint`);
  return h("div", { class: "field" }, h("label", { for: id }, label), input, hint && h("span", { class: "hint", id: `${id}-hint` }, hint));
}

function mark(input, message) {
  const id = `${input.id}-wrong`;
  document.getElementById(id)?.remove();
  const described = (input.getAttribute("aria-describedby") ?? "").split(" ").filter((part) => part && part !== id);
  if (message) {
    described.push(id);
    input.setAttribute("aria-invalid", "true");
    input.closest(".field").append(h("span", { class: "wrong", id }, message));
  } else {
    input.removeAttribute("aria-invalid");
  }
  if (described.length > 0) input.setAttribute("aria-describedby", described.join(" "));
  else input.removeAttribute("aria-describedby");
}

const fieldsOf = (form) => [...form.elements].filter((element) => element.name && element.closest(".field"));

/** Shows what the shop said about an error: at the fields it names, the rest above the form. */
export function showErrors(form, place, error) {
  const inputs = fieldsOf(form);
  const strange = [];
  for (const { field: name, message } of error.fields ?? []) {
    const input = inputs.find((one) => one.name === name);
    if (input) mark(input, message);
    else strange.push(`${name}: ${message}`);
  }
  const marked = inputs.find((input) => input.getAttribute("aria-invalid"));
  if (!marked || strange.length > 0) {
    const [title, text] = explain(error);
    fill(place, note("bad", title, strange.length > 0 ? strange.join("; ") : text));
  }
  (marked ?? place.firstElementChild)?.focus();
}

/** Runs `work` (which gets the form's values) when the form is sent and valid. */
export function onSubmit(form, place, work) {
  form.noValidate = true;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    fill(place);
    const inputs = fieldsOf(form);
    for (const input of inputs) mark(input, input.validationMessage);
    const wrong = inputs.find((input) => !input.validity.valid);
    if (wrong) return wrong.focus();
    const button = event.submitter ?? form.querySelector("[type=submit]");
    try {
      await busy(button, () => work(Object.fromEntries(new FormData(form))));
    } catch (error) {
      showErrors(form, place, error);
    }
  });
}
