// Building pages from data. Text only ever becomes text nodes, and there is no way in here to turn a
// string into markup: whatever a title or a name contains, it is shown and not run.

/** h("a", {class: "card", href, on: {click}}, "text", node, [more]): an element. null and false add nothing. */
export function h(name, attributes = {}, ...children) {
  return furnish(document.createElement(name), attributes, children);
}

/** The same for drawings. */
export function svg(name, attributes = {}, ...children) {
  return furnish(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function furnish(element, { on = {}, ...attributes }, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  for (const [event, listener] of Object.entries(on)) element.addEventListener(event, listener);
  element.append(...nodes(children));
  return element;
}

function nodes(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

/** Replaces what is in an element. */
export function fill(element, ...children) {
  element.replaceChildren(...nodes(children));
  return element;
}

export const find = (id) => document.getElementById(id);

/** Says something to those who cannot see it change. */
export function announce(text) {
  const live = find("live");
  live.textContent = "";
  requestAnimationFrame(() => (live.textContent = text));
}

/** A passing message in the corner; it is announced too. */
export function toast(text, link = null) {
  const note = h("p", { class: "toast" }, text, link && [" ", h("a", { href: link.href }, link.text)]);
  find("toasts").append(note);
  announce(text);
  setTimeout(() => note.remove(), 6000);
}

/** A button that shows that it works and cannot be pressed twice meanwhile. */
export async function busy(button, work) {
  if (button.getAttribute("aria-busy") === "true") return undefined;
  button.setAttribute("aria-busy", "true"); // not `disabled`: it would lose the focus
  try {
    return await work();
  } finally {
    button.removeAttribute("aria-busy");
  }
}
