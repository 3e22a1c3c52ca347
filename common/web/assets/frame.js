// What every page has around it: who is logged in, how full the basket is, where we are, which stage serves.
import { api } from "./api.js";
import { basketCount, onBasket } from "./basket.js";
import { find } from "./dom.js";
import { onOtherTab, session } from "./session.js";

function showAccount() {
  const own = session();
  const link = find("account-link");
  link.title = own ? own.user.email : "";
  link.querySelector("span").textContent = own ? own.user.name.split(" ")[0] : "Log in";
  find("admin-link").hidden = own?.user.role !== "admin";
}

function showBasket() {
  const count = basketCount();
  const badge = find("basket-count");
  badge.hidden = count === 0;
  badge.textContent = count;
  badge.setAttribute("aria-label", `${count} in it`);
}

function showPlace() {
  for (const link of document.querySelectorAll(".tabs a")) {
    const path = new URL(link.href).pathname;
    const here = location.pathname === path || location.pathname.startsWith(`${path}/`);
    if (here) link.setAttribute("aria-current", location.pathname === path ? "page" : "true");
    else link.removeAttribute("aria-current");
  }
  find("search").value = location.pathname === "/products" ? (new URLSearchParams(location.search).get("q") ?? "") : "";
}

async function showStage() {
  try {
    const stage = await api("/v1/stage");
    find("served").textContent = `Served by stage ${stage.stage}, instance ${stage.instance}`;
  } catch {
    // the page says what is wrong where it matters
  }
}

function showAll() {
  showAccount();
  showBasket();
  showPlace();
}

showAll();
onOtherTab(showAccount);
onBasket(showBasket);
addEventListener("pageshow", showAll); // also when the browser brings back a page as it was
addEventListener("load", showStage);
