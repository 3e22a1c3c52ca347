// Each page with something on it: {name: [path, what the visit begins with, requests that will fail]}.
import { admin, basketLine, day, newCustomer, newProduct, place } from "./shop.mjs";

let world;
/** One customer with an order, one product, for all of these. */
export async function sights() {
  if (world) return world;
  const customer = await newCustomer("Margaret Hamilton");
  const product = await newProduct({ title: "Sunset kayak tour in Ljubljana, for beginners and those who have never been brave before" });
  const order = await place(customer, product, day(3), 2);
  const staff = await admin();
  const basket = [basketLine(product, day(3), 2), basketLine({ ...product, id: 1 }, day(5))];
  world = {
    home: ["/"], list: ["/products"], nothing: ["/products?q=nothing+like+that"], product: [`/products/${product.id}`],
    gone: ["/products/999999999", {}, /\/v1\/products\/999999999/],
    basket: ["/basket", { basket }], "empty-basket": ["/basket"], checkout: ["/checkout", { session: customer, basket }],
    orders: ["/orders", { session: customer }], order: [`/orders/${order.id}?placed=1`, { session: customer }],
    login: ["/login"], register: ["/register"], account: ["/login", { session: customer }],
    missing: ["/no/such/page", {}, /no\/such\/page/],
    admin: ["/admin", { session: staff }], "admin-product": [`/admin/products/${product.id}`, { session: staff }],
    "admin-bookings": ["/admin/bookings", { session: staff }], "admin-reports": ["/admin/reports", { session: staff }],
  };
  return world;
}
