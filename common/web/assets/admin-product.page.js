// One product as the staff changes it. Texts and price are sent with the version they were read at, so that
// two people who change the same product at once do not undo each other's work unseen.
import "./frame.js";
import { api } from "./api.js";
import { fill, find, h, toast } from "./dom.js";
import { field, onSubmit } from "./forms.js";
import { money } from "./format.js";
import { capacityPanel } from "./admin-capacity.js";
import { picturePanel } from "./admin-picture.js";
import { needStaff } from "./staff.js";
import { show, skeletons } from "./states.js";

await needStaff();
const id = Number(location.pathname.split("/")[3]);
let product;

function textsPanel() {
  const message = h("div", {});
  const form = h("form", { class: "form" },
    field("Title", h("input", { name: "title", required: true, maxlength: 120, value: product.title })),
    field("Summary", h("input", { name: "summary", required: true, maxlength: 300, value: product.summary })),
    field("Description", h("textarea", { name: "description", required: true, maxlength: 5000, rows: 6 }, product.description)),
    h("label", { class: "check" }, h("input", { type: "checkbox", name: "featured", checked: product.featured }), " Show among the favourites on the front page"),
    h("button", { class: "button", type: "submit" }, "Save the texts"));
  onSubmit(form, message, async ({ title, summary, description }) =>
    change({ title, summary, description, featured: form.elements.featured.checked }, "The texts are saved"));
  return h("section", { class: "panel" }, h("h2", {}, "Texts"), message, form);
}

function pricePanel() {
  const message = h("div", {});
  const form = h("form", { class: "form inline" },
    field(`Price per place (${product.currency})`, h("input", { name: "price_cents", type: "number", required: true, min: 0, max: 1000000, step: 0.01, inputmode: "decimal", value: (product.price_cents / 100).toFixed(2) })),
    h("button", { class: "button", type: "submit" }, "Set the price"));
  onSubmit(form, message, async (values) => {
    await change({ price_cents: Math.round(Number(values.price_cents) * 100) }, null);
    toast(`The price is ${money(product.price_cents, product.currency)} now`);
  });
  return h("section", { class: "panel" }, h("h2", {}, "Price"), h("p", { class: "muted" }, "For new orders; who has booked keeps the price they paid."), message, form);
}

async function change(body, done) {
  try {
    update(await api(`/v1/admin/products/${id}`, { method: "PATCH", body, headers: { "If-Match": `"p${id}-v${product.version}"` } }));
  } catch (error) {
    if (error.status === 412) error.title = "Somebody else has changed it meanwhile";
    if (error.status === 412) error.message = "Reload the page to see what it is now, then change it again.";
    throw error;
  }
  if (done) toast(done, { href: `/products/${id}`, text: "See it" });
}

function update(next) {
  product = next;
  find("title").textContent = product.title;
  document.title = `${product.title} · Stagecraft`;
}

await show(find("product"), async () => {
  update(await api(`/v1/products/${id}`));
  return [
    h("p", { class: "muted" }, `No. ${id}. `, h("a", { href: `/products/${id}` }, "As shoppers see it")),
    h("div", { class: "admin-grid" },
      h("div", { class: "admin-column" }, pricePanel(), await capacityPanel(product)),
      h("div", { class: "admin-column" }, picturePanel(() => product, update), textsPanel())),
  ];
}, h("div", { class: "admin-grid" }, skeletons(2, "tall")));
fill(find("title"), product?.title ?? "Product");
