import { type HeadsData, ROW_BYTES } from "../../render/page/heads-data.js";
import { bytesOf } from "./bytes.js";
import { all } from "./dom.js";
import { headLayout, paintHead } from "./head-canvas.js";
import { showTopWeights } from "./top-weights.js";

/** Listens to the pictures of heads and to the open head. */
export function listenToHeads(data: HeadsData | undefined): void {
  const heat = document.querySelector<HTMLElement>(".heat");
  const canvas = heat?.querySelector("canvas");
  const pen = canvas?.getContext("2d");
  if (!data || !heat || !canvas || !pen) return;
  const images = all<HTMLImageElement>(".multi img");
  let opened = 0;
  let at: readonly [row: number, col: number] = [0, 0];

  const paint = () => {
    const head = data.heads[opened];
    const [rowNames, colNames] = [data.names[head.rows], data.names[head.cols]];
    const layout = headLayout(head, rowNames.length, colNames.length);
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
    const head = data.heads[opened];
    const within = (value: number, list: number) => Math.min(data.names[list].length - 1, Math.max(0, value));
    at = [within(row, head.rows), within(col, head.cols)];
    paint();
  };
  const open = (head: number) => {
    opened = head;
    const { tops, rows } = data.heads[head];
    const last = data.names[rows].length - 1;
    move(last, bytesOf(tops)[last * ROW_BYTES]);
  };
  const aim = (event: MouseEvent) => {
    const head = data.heads[opened];
    const layout = headLayout(head, data.names[head.rows].length, data.names[head.cols].length);
    const box = canvas.getBoundingClientRect();
    const scale = layout.width / box.width;
    const col = Math.floor(((event.clientX - box.left) * scale - layout.x) / layout.cell);
    const row = Math.floor(((event.clientY - box.top) * scale - layout.y) / layout.cell);
    const isIn = (place: number, list: number) => place >= 0 && place < data.names[list].length;
    move(isIn(row, head.rows) ? row : at[0], isIn(col, head.cols) ? col : at[1]);
  };
  for (const name of ["mousemove", "click"] as const) canvas.addEventListener(name, aim);
  canvas.addEventListener("keydown", (event) => {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
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
