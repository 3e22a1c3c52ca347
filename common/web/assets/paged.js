// A list that grows by pages: the API gives a cursor with each, "Show more" follows it. How many pages are
// shown is kept in the history entry, so that coming back finds the list as long as it was.
import { announce, busy, fill, h } from "./dom.js";
import { failure } from "./states.js";

const PAGES_MAX = 20;

/** options: {load(cursor) -> {items, next_cursor}, draw(items) -> nodes, none() -> nodes, list, foot, waiting, shown(count, more), failed()} */
export class Paged {
  constructor(options) {
    this.options = options;
    this.count = 0;
  }

  /** From the beginning, as many pages as the history entry says. */
  async restart() {
    const { list, waiting } = this.options;
    const run = (this.run = Symbol("run")); // a newer one makes this one's answers stale
    const wanted = Math.min(history.state?.pages ?? 1, PAGES_MAX);
    fill(list, waiting());
    fill(this.options.foot);
    list.setAttribute("aria-busy", "true");
    try {
      let cursor = null;
      const items = [];
      this.pages = 0;
      do {
        const page = await this.options.load(cursor);
        if (this.run !== run) return;
        items.push(...page.items);
        cursor = page.next_cursor;
        this.pages++;
      } while (cursor && this.pages < wanted);
      fill(list, items.length > 0 ? this.options.draw(items) : this.options.none());
      this.count = items.length;
      this.#end(cursor);
    } catch (error) {
      if (this.run !== run || error.name === "AbortError") return;
      const told = failure(error, () => this.restart());
      fill(list, list.matches("ul") ? h("li", { class: "whole" }, told) : told);
      this.options.failed?.();
    } finally {
      if (this.run === run) list.removeAttribute("aria-busy");
    }
  }

  #end(cursor) {
    const { foot, shown } = this.options;
    shown?.(this.count, cursor !== null);
    const button = h("button", { class: "button plain", type: "button", on: { click: () => this.#more(button, cursor) } }, "Show more");
    fill(foot, cursor && button);
  }

  async #more(button, cursor) {
    const { list, foot } = this.options;
    try {
      const page = await busy(button, () => this.options.load(cursor));
      if (!page) return;
      const added = this.options.draw(page.items);
      list.append(...added);
      this.count += page.items.length;
      history.replaceState({ ...history.state, pages: ++this.pages }, "");
      this.#end(page.next_cursor);
      announce(`${page.items.length} more`);
      added[0]?.querySelector("a, button")?.focus({ preventScroll: true });
    } catch (error) {
      fill(foot, failure(error, () => this.#more(button, cursor)));
    }
  }
}

/** Remembers where the reader is in the history entry; what it returns goes back there, once the content is up. */
export function keepScroll() {
  let resting;
  history.scrollRestoration = "manual";
  addEventListener("scroll", () => {
    clearTimeout(resting);
    resting = setTimeout(() => history.replaceState({ ...history.state, scroll: scrollY }, ""), 150);
  }, { passive: true });
  return () => scrollTo(0, history.state?.scroll ?? 0);
}
