// Tables of the administration: columns with a heading, numbers to the right. On a narrow screen the table
// scrolls in its own box, which can be reached with the keyboard for that.
import { h } from "./dom.js";

/** `columns`: texts; one that begins with # holds numbers. `rows`: arrays of cells (text or nodes). */
export function table(label, columns, rows = []) {
  return h("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": label },
    h("table", {},
      h("thead", {}, h("tr", {}, columns.map((name) => h("th", { scope: "col", class: kind(name) }, name.replace("#", ""))))),
      h("tbody", {}, rows.map((cells) => tableRow(columns, cells)))));
}

export function tableRow(columns, cells) {
  return h("tr", {}, cells.map((cell, index) => h("td", { class: kind(columns[index]) }, cell)));
}

const kind = (name) => (name.startsWith("#") ? "numbers" : null);
