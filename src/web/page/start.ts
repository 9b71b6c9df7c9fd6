import type { PageData } from "../../render/page/data.js";
import { all } from "./dom.js";
import { listen, prepareTables } from "./pointing.js";
import { readTables } from "./tables.js";

/** Starts what every page needs. Returns the page's data, and a function that replaces it. */
export function start(): { readonly data: PageData; readonly renew: (data: PageData) => void } {
  document.documentElement.classList.add("js");
  const data: PageData = JSON.parse(document.getElementById("data")?.textContent ?? "{}");
  let tables = readTables(data);
  listen(() => tables);
  listenToFilters();
  const renew = (other: PageData) => {
    tables = readTables(other);
    prepareTables(tables);
    listenToStrips();
  };
  renew(data);
  return { data, renew };
}

/** Makes the filter buttons of a class page show only the sheets that a button names. */
function listenToFilters(): void {
  for (const bar of all(".filters")) {
    bar.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest("button") : null;
      if (!button) return;
      const { why = "" } = button.dataset;
      for (const other of all("button", bar)) other.setAttribute("aria-pressed", String(other === button));
      for (const line of all("tbody tr[data-why]"))
        line.hidden = why !== "" && !line.dataset.why?.split(" ").includes(why);
    });
  }
}

/** Highlights one token at a time: its lines stay visible, and its shares appear. */
function listenToStrips(): void {
  for (const strip of all<SVGElement>("svg.strip")) {
    const light = (group?: SVGElement) => {
      for (const part of all<SVGElement>(".on", strip)) part.classList.remove("on");
      delete strip.dataset.on;
      if (!group) return;
      const { side = "", at = "" } = group.dataset;
      strip.dataset.on = side + at;
      group.querySelector(".tok")?.classList.add("on");
      const own = `[data-${side}="${at}"]`;
      for (const part of all<SVGElement>(`path${own},.pc${own}`, strip)) part.classList.add("on");
    };
    for (const group of all<SVGElement>("g[data-side]", strip)) {
      group.tabIndex = 0;
      for (const name of ["mouseenter", "focus"]) group.addEventListener(name, () => light(group));
      for (const name of ["mouseleave", "blur"]) group.addEventListener(name, () => light());
    }
  }
}
