// Changing a product's picture: what it is, a look at the new one before it is sent, and how to be rid of it.
import { api } from "./api.js";
import { confirmed } from "./dialog.js";
import { busy, fill, h, toast } from "./dom.js";
import { field, onSubmit, showErrors } from "./forms.js";
import { picture } from "./picture.js";

const BYTES_MAX = 8 << 20;
const TIMEOUT_MS = 60000;

/** `get` gives the product as it is now, `update` is called with it when it has changed. */
export function picturePanel(get, update) {
  const path = `/v1/admin/products/${get().id}/picture`;
  const shown = h("div", { class: "admin-picture" });
  const message = h("div", {});
  const file = h("input", { name: "picture", type: "file", accept: "image/png,image/jpeg", required: true });
  const remove = h("button", { class: "button plain", type: "button" }, "Remove");
  const form = h("form", { class: "form" }, field("New picture", file, "PNG or JPEG, 8 MiB at most. It is cut to fit in three sizes."), h("p", { class: "actions" }, h("button", { class: "button", type: "submit" }, "Upload"), remove));

  function draw() {
    fill(shown, picture(get(), { alt: `Picture of ${get().title}`, sizes: "24rem", eager: true }));
    remove.hidden = !get().picture;
  }

  file.addEventListener("change", () => {
    const [chosen] = file.files;
    file.setCustomValidity(chosen && chosen.size > BYTES_MAX ? "This file is larger than 8 MiB." : "");
    if (!chosen) return draw();
    const address = URL.createObjectURL(chosen);
    fill(shown, h("div", { class: "picture" }, h("img", { src: address, alt: "The picture you chose", on: { load: () => URL.revokeObjectURL(address), error: draw } })));
  });

  onSubmit(form, message, async () => {
    update(await api(path, { method: "PUT", body: file.files[0], timeout: TIMEOUT_MS }));
    form.reset();
    draw();
    toast("The picture is up");
  });

  remove.addEventListener("click", async () => {
    if (!(await confirmed({ title: "Remove the picture?", text: "The product shows its category's poster until it gets another one.", yes: "Remove it" }))) return;
    try {
      update(await busy(remove, () => api(path, { method: "DELETE" })));
      draw();
      toast("The picture is gone");
    } catch (error) {
      showErrors(form, message, error);
    }
  });

  draw();
  return h("section", { class: "panel" }, h("h2", {}, "Picture"), shown, message, form);
}
