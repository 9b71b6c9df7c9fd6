import { all } from "./dom.js";

/** Highlights one token at a time: its lines stay visible, and its shares appear. */
export function listenToStrips(): void {
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
