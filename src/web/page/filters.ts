import { all } from "./dom.js";

/** Makes the filter buttons of a class page show only the sheets that a button names. */
export function listenToFilters(): void {
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
