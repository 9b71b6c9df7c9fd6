import { chainOf, placeFrom, placeText, sourcesOf } from "../../render/page/chain.js";
import { words } from "../../render/page/math.js";
import { all, keepInPlace, MOVES, mathNode } from "./dom.js";
import type { Tables } from "./tables.js";

// Pointing at a cell, focusing it or touching it highlights its sources and shows its arithmetic. A click keeps it
// shown, and each further click goes one level deeper.

const LIT = ["lit", "at", "on", "peek", "hq", "hk", "hv", "ha", "plain"];

/** The cell that a click keeps shown. */
interface Kept {
  place: string;
  depth: number;
}

const WITHOUT = "The arithmetic of this step is too large for this page: qkv … --why shows it.";

/** Listens to pointer and keys on the tables of a page. */
export function listen(current: () => Tables): void {
  const kept: Kept = { place: "", depth: 1 };
  const showCell = (td: HTMLElement, isQuiet = false) => show(current(), td, kept.depth, isQuiet);
  const keep = (td: HTMLElement) => {
    const place = placeText(current().at(td).place);
    const canGoDeeper = panelOf(td).querySelector<HTMLButtonElement>(".deeper")?.disabled !== true;
    if (kept.place === place) kept.depth += canGoDeeper ? 1 : 0;
    else Object.assign(kept, { place, depth: 1 });
    keepInPlace(td, () => showCell(td));
  };
  const letGo = () => Object.assign(kept, { place: "", depth: 1 });
  const close = () => {
    letGo();
    undock();
  };
  /** Returns the cell that the arithmetic under the pointer refers to. */
  const referredAt = (target: EventTarget | null) => {
    const reference = target instanceof Element ? target.closest("[data-r]") : null;
    return reference && current().find(placeFrom(reference.getAttribute("data-r") ?? ""), reference)?.td;
  };
  const turn = (button: Element, panel: HTMLElement) => {
    const { of: place = "" } = panel.dataset;
    const depth = (kept.place === place ? kept.depth : 1) + (button.matches(".deeper") ? 1 : -1);
    Object.assign(kept, { place, depth: Math.max(1, depth) });
    const cell = current().find(placeFrom(place), panel);
    if (cell) keepInPlace(button, () => showCell(cell.td));
  };

  document.addEventListener("mouseover", ({ target }) => {
    const td = cellAt(target);
    if (td && kept.place === "") keepInPlace(td, () => show(current(), td, 1));
    for (const other of all(".peek")) other.classList.remove("peek");
    referredAt(target)?.classList.add("peek");
  });
  document.addEventListener("focusin", ({ target }) => {
    const td = cellAt(target);
    if (!td?.matches(":focus-visible") || placeText(current().at(td).place) === kept.place) return;
    letGo();
    keepInPlace(td, () => showCell(td));
  });
  document.addEventListener("click", ({ target }) => {
    const referred = referredAt(target);
    if (referred) kept.place = "";
    const td = cellAt(target) ?? referred;
    if (td) return keep(td);
    if (!(target instanceof Element)) return;
    const button = target.closest("button.deeper,button.back");
    const panel = target.closest<HTMLElement>(".say");
    if (button && panel) turn(button, panel);
    else if (!panel) close();
  });
  document.addEventListener("keydown", (event) => {
    const td = cellAt(event.target);
    if (event.key === "Escape") {
      close();
      if (td) show(current(), td, 1, true);
      return;
    }
    if (!td) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      keep(td);
      return;
    }
    const move = MOVES[event.key];
    if (!move) return;
    event.preventDefault();
    neighbourOf(td, move)?.focus();
  });
}

/** Prepares the tables of a page for the keyboard, and shows the cell that the page is about. */
export function prepareTables(tables: Tables): void {
  for (const table of all("table[data-k]")) {
    for (const [at, td] of all("tbody td", table).entries()) td.tabIndex = at === 0 ? 0 : -1;
  }
  const [first] = [...all(".say[data-first]"), ...all(".say[data-of]")];
  const cell = first && tables.find(placeFrom(first.dataset.of ?? ""), first);
  if (cell) show(tables, cell.td, 1, true);
}

const cellAt = (target: EventTarget | null) =>
  target instanceof Element ? target.closest<HTMLElement>("table[data-k] tbody td") : null;

/** Returns the panel of the cell's figure, or of the page. */
const panelOf = (node: Element): HTMLElement =>
  node.closest(".scroll")?.querySelector<HTMLElement>(".say") ?? all(".say.float")[0];

function show(tables: Tables, td: HTMLElement, depth: number, isQuiet = false): void {
  const { place, names } = tables.at(td);
  const panel = panelOf(td);
  for (const lit of all("[data-k] :is(td, th)")) lit.classList.remove(...LIT);
  td.classList.add("at");
  for (const name of names) name.classList.add("on");
  for (const source of sourcesOf(tables.cells, place)) {
    const from = tables.find(source, td);
    if (!from) continue;
    const hue = tables.cells.hue(source[0]);
    from.td.classList.add("lit", ...(hue === "" ? [] : [`h${hue}`]), ...(hue === "a" ? [] : ["plain"]));
    for (const name of all("th", from.td.parentElement ?? from.td)) name.classList.add("on");
  }
  const { lines, hasMore } = chainOf(tables.cells, place, depth);
  const isUnknown = tables.about(place[0])?.without === 1;
  const shown = isUnknown ? [lines[0], words(WITHOUT)] : lines;
  panel.querySelector(".lines")?.replaceChildren(...shown.map(mathNode));
  const [deeper, back] = ["deeper", "back"].map((name) =>
    panel.querySelector<HTMLButtonElement>(`button.${name}`),
  );
  if (deeper) deeper.disabled = !hasMore;
  if (back) back.hidden = depth < 2;
  panel.dataset.of = placeText(place);
  if (!isQuiet) dockIfHidden(panel, td);
}

/** Removes panels from the lower edge of the window. */
function undock(): void {
  for (const docked of all(".dock")) docked.classList.remove("dock");
}

/** Shows a panel at the lower edge of the window if it is out of sight. */
function dockIfHidden(panel: HTMLElement, td: Element): void {
  undock();
  const { top, bottom, left, right } = panel.getBoundingClientRect();
  const isSeen =
    top >= 0 &&
    bottom <= window.innerHeight &&
    left >= 0 &&
    right <= window.innerWidth + 1 &&
    !panel.matches(".float");
  if (isSeen) return;
  panel.classList.add("dock");
  const over = td.getBoundingClientRect().bottom + 12 - panel.getBoundingClientRect().top;
  if (over > 0) window.scrollBy(0, over);
}

/** Returns the number that an arrow key leads to: the next one in that direction, possibly in another matrix. */
function neighbourOf(td: HTMLElement, [down, right]: readonly [number, number]): HTMLElement | undefined {
  const from = td.getBoundingClientRect();
  const places = all("table[data-k] tbody td", td.closest(".scroll") ?? document).map((other) => {
    const { left, top, width, height } = other.getBoundingClientRect();
    const [x, y] = [
      left + width / 2 - from.left - from.width / 2,
      top + height / 2 - from.top - from.height / 2,
    ];
    return { other, along: x * right + y * down, beside: Math.abs(x * down) + Math.abs(y * right) };
  });
  const reached = places.filter(({ along, beside }) => along > 1 && beside < from.height / 2);
  return reached.toSorted((a, b) => a.along - b.along)[0]?.other;
}
