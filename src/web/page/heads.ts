import {
  type HeadData,
  type HeadsData,
  ROW_BYTES,
  TOP_BYTES,
  TOP_WEIGHTS,
} from "../../render/page/heads-data.js";
import { all, bytesOf, MOVES } from "./dom.js";

// The head that is opened: keys above, queries left, weights where they meet, values below, output right. One column is
// one key, one row is one query.

/** Sizes in pixels: of the weights, of their cells, and of the columns of Q, K, V and O. */
const AROUND = 640;
const CELL = { least: 8, most: 26 } as const;
const MOST_PART = 12;

const PARTS = [".aq", ".ak", ".av", ".ao"];

/** Listens to the pictures of heads and to the open head. */
export function listenToHeads(data: HeadsData | undefined): void {
  const heat = document.querySelector<HTMLElement>(".heat");
  const place = heat?.querySelector<HTMLElement>(".around");
  if (!data || !heat || !place) return;
  const pictures = all<HTMLImageElement>(".multi img");
  const [weights, ...parts] = [".aw", ...PARTS].flatMap((name) => all<HTMLImageElement>(name, place));
  const [top, side] = [".at", ".an"].flatMap((name) => all(name, place));
  let head = data.heads[0];
  let at: readonly [row: number, col: number] = [0, 0];

  const move = (row: number, col: number) => {
    const [rowNames, colNames] = [data.names[head.rows], data.names[head.cols]];
    const within = (wanted: number, { length }: readonly string[]) =>
      Math.min(length - 1, Math.max(0, wanted));
    at = [within(row, rowNames), within(col, colNames)];
    setSizes(place, { row: at[0], col: at[1] });
    for (const [names, own] of [
      [side, at[0]],
      [top, at[1]],
    ] as const)
      for (const [index, name] of [...names.children].entries()) name.classList.toggle("on", index === own);
    showTopWeights(heat, head, rowNames, colNames, at);
  };
  const open = (opened: number) => {
    head = data.heads[opened];
    const [rowNames, colNames] = [data.names[head.rows], data.names[head.cols]];
    const most = Math.max(rowNames.length, colNames.length);
    const cell = Math.max(CELL.least, Math.min(CELL.most, Math.floor(AROUND / most)));
    setSizes(place, { rows: rowNames.length, cols: colNames.length });
    weights.src = head.image ?? pictures[opened].src;
    for (const [index, image] of parts.entries()) {
      const part = head.parts.at(index);
      image.hidden = part === undefined;
      if (!part) continue;
      image.src = part.image;
      setSizes(image, { wide: part.cols });
    }
    // What is wider than the page is drawn smaller.
    const part = Math.min(cell, MOST_PART);
    setSizes(place, { cell, part }, "px");
    const share = Math.min(1, place.clientWidth / place.scrollWidth);
    setSizes(place, { cell: share * cell, part: share * part }, "px");
    for (const letter of all(".around > span", heat)) letter.hidden = head.parts.length === 0;
    fillNames(side, rowNames);
    fillNames(top, colNames);
    top.classList.toggle("short", cell > 16 && colNames.every((name) => name.length < 3));
    for (const [index, button] of all(".multi button").entries())
      button.setAttribute("aria-pressed", String(index === opened));
    const last = rowNames.length - 1;
    move(last, bytesOf(head.tops)[last * ROW_BYTES]);
  };
  const aim = ({ clientX, clientY }: MouseEvent) => {
    const box = weights.getBoundingClientRect();
    const [rows, cols] = [data.names[head.rows].length, data.names[head.cols].length];
    const row = Math.floor(((clientY - box.top) / box.height) * rows);
    const col = Math.floor(((clientX - box.left) / box.width) * cols);
    move(row >= 0 && row < rows ? row : at[0], col >= 0 && col < cols ? col : at[1]);
  };
  for (const name of ["mousemove", "click"] as const) place.addEventListener(name, aim);
  place.addEventListener("keydown", (event) => {
    const step = MOVES[event.key];
    if (!step) return;
    event.preventDefault();
    move(at[0] + step[0], at[1] + step[1]);
  });
  for (const [index, button] of all(".multi button").entries()) {
    button.addEventListener("click", () => {
      open(index);
      heat.scrollIntoView({ block: "nearest" });
    });
  }
  heat.hidden = false;
  open(0);
}

/** Sets sizes that the style of the page reads. */
function setSizes({ style }: HTMLElement, sizes: Readonly<Record<string, number>>, unit = ""): void {
  for (const [name, size] of Object.entries(sizes)) style.setProperty(`--${name}`, `${size}${unit}`);
}

const fillNames = (place: Element, names: readonly string[]) =>
  place.replaceChildren(
    ...names.map((name) => Object.assign(document.createElement("span"), { textContent: name })),
  );

/** Shows the largest weights of the row under the pointer. */
function showTopWeights(
  heat: HTMLElement,
  head: HeadData,
  rowNames: readonly string[],
  colNames: readonly string[],
  [row, col]: readonly [number, number],
): void {
  const line = bytesOf(head.tops).subarray(row * ROW_BYTES, (row + 1) * ROW_BYTES);
  const word = (at: number) => line[at] * 256 + line[at + 1];
  const tops = Array.from(
    { length: TOP_WEIGHTS },
    (_, top) => [line[TOP_BYTES * top], word(TOP_BYTES * top + 1)] as const,
  );
  const known = tops.filter(([key]) => key < colNames.length);
  const title = heat.querySelector(".of");
  if (title) title.textContent = `${rowNames[row]} looks at`;
  heat.querySelector(".bars tbody")?.replaceChildren(
    ...known.map(([key, share]) => {
      const [tr, name, bar, value] = ["tr", "th", "td", "td"].map((tag) => document.createElement(tag));
      Object.assign(name, { textContent: colNames[key], scope: "row" });
      if (key === col) name.className = "on";
      const meter = document.createElement("span");
      meter.className = "bar";
      meter.style.width = `${Math.max(0.5, share / 100)}%`;
      bar.append(meter);
      value.textContent = (share / 10_000).toFixed(4);
      tr.append(name, bar, value);
      return tr;
    }),
  );
  const rest = heat.querySelector(".rest");
  const shared = word(TOP_BYTES * TOP_WEIGHTS);
  if (rest) rest.textContent = shared > 0 ? `All other keys share ${(shared / 10).toFixed(1)} %.` : "";
}
