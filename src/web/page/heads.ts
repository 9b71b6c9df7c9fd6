import {
  type HeadData,
  type HeadsData,
  ROW_BYTES,
  TOP_BYTES,
  TOP_WEIGHTS,
} from "../../render/page/heads-data.js";
import { all, bytesOf, MOVES } from "./dom.js";
import { headLayout, paintHead } from "./head-canvas.js";

/** Listens to the pictures of heads and to the open head. */
export function listenToHeads(data: HeadsData | undefined): void {
  const heat = document.querySelector<HTMLElement>(".heat");
  const canvas = heat?.querySelector("canvas");
  const pen = canvas?.getContext("2d");
  if (!data || !heat || !canvas || !pen) return;
  const images = all<HTMLImageElement>(".multi img");
  let opened = 0;
  let at: readonly [row: number, col: number] = [0, 0];

  const openedHead = () => {
    const head = data.heads[opened];
    const [rowNames, colNames] = [data.names[head.rows], data.names[head.cols]];
    return { head, rowNames, colNames, layout: headLayout(head, rowNames.length, colNames.length) };
  };
  const paint = () => {
    const { head, rowNames, colNames, layout } = openedHead();
    const ratio = Math.max(1, window.devicePixelRatio || 1);
    Object.assign(canvas, { width: layout.width * ratio, height: layout.height * ratio });
    canvas.style.width = `${layout.width}px`;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, layout.width, layout.height);
    paintHead(pen, head, layout, { rowNames, colNames, image: images[opened], at });
    showTopWeights(heat, head, rowNames, colNames, at);
    for (const button of all(".multi button"))
      button.setAttribute("aria-pressed", String(Number(button.dataset.head) === opened));
  };
  const move = (row: number, col: number) => {
    const { rows, cols } = openedHead().layout;
    const within = (place: number, count: number) => Math.min(count - 1, Math.max(0, place));
    at = [within(row, rows), within(col, cols)];
    paint();
  };
  const open = (head: number) => {
    opened = head;
    const last = openedHead().layout.rows - 1;
    move(last, bytesOf(data.heads[head].tops)[last * ROW_BYTES]);
  };
  const aim = (event: MouseEvent) => {
    const { x, y, cell, rows, cols, width } = openedHead().layout;
    const box = canvas.getBoundingClientRect();
    const scale = width / box.width;
    const col = Math.floor(((event.clientX - box.left) * scale - x) / cell);
    const row = Math.floor(((event.clientY - box.top) * scale - y) / cell);
    move(row >= 0 && row < rows ? row : at[0], col >= 0 && col < cols ? col : at[1]);
  };
  for (const name of ["mousemove", "click"] as const) canvas.addEventListener(name, aim);
  canvas.addEventListener("keydown", (event) => {
    const step = MOVES[event.key];
    if (!step) return;
    event.preventDefault();
    move(at[0] + step[0], at[1] + step[1]);
  });
  for (const button of all(".multi button")) {
    button.addEventListener("click", () => {
      open(Number(button.dataset.head));
      heat.scrollIntoView({ block: "nearest" });
    });
  }
  matchMedia("(prefers-color-scheme:dark)").addEventListener("change", paint);
  for (const image of images) if (!image.complete) image.addEventListener("load", paint);
  heat.hidden = false;
  open(0);
}

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
