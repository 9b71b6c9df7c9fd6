import {
  type HeadData,
  type HeadsData,
  ROW_BYTES,
  TOP_BYTES,
  TOP_WEIGHTS,
} from "../../render/page/heads-data.js";
import { all } from "./dom.js";

// A head, opened: keys above, queries left, weights where they meet, values below, output right. One column is one key, one row one query.

const bytesOf = (text: string) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** Widths in pixels. */
const LABEL = 58;
const GAP = 8;
const AROUND = 640;
const CELL = { least: 8, most: 26 } as const;
const MOST_PART = 12;

const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Where the parts of a head lie on the canvas. */
interface Lay {
  readonly cell: number;
  readonly part: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function layOut(head: HeadData, rows: number, cols: number): Lay {
  const cell = Math.max(CELL.least, Math.min(CELL.most, Math.floor(AROUND / Math.max(rows, cols))));
  const part = Math.min(cell, MOST_PART);
  const { q, k, v, o } = head.parts ?? {};
  const [x, y] = [LABEL + (q ? q.cols * part + GAP : 0), LABEL + (k ? k.cols * part + GAP : 0)];
  const right = o ? GAP + o.cols * part : 0;
  const below = v ? GAP + v.cols * part : 0;
  return { cell, part, x, y, width: x + cols * cell + right + 2, height: y + rows * cell + below + 2 };
}

/** Listens to the pictures of heads and to the head that is open. */
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
    const [rows, cols] = [rowNames.length, colNames.length];
    const lay = layOut(head, rows, cols);
    const ratio = Math.max(1, window.devicePixelRatio || 1);
    Object.assign(canvas, { width: lay.width * ratio, height: lay.height * ratio });
    canvas.style.width = `${lay.width}px`;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, lay.width, lay.height);
    paintWeights(pen, head, lay, rows, cols, images[opened]);
    paintParts(pen, head, lay, rows, cols);
    paintNames(pen, lay, rowNames, colNames, at);
    paintCross(pen, head, lay, rows, cols, at);
    tell(heat, head, rowNames, colNames, at);
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
    const lay = layOut(head, data.names[head.rows].length, data.names[head.cols].length);
    const box = canvas.getBoundingClientRect();
    const scale = lay.width / box.width;
    const col = Math.floor(((event.clientX - box.left) * scale - lay.x) / lay.cell);
    const row = Math.floor(((event.clientY - box.top) * scale - lay.y) / lay.cell);
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

type Pen = CanvasRenderingContext2D;

function paintWeights(
  pen: Pen,
  { shades }: HeadData,
  lay: Lay,
  rows: number,
  cols: number,
  image?: HTMLImageElement,
): void {
  const { x, y, cell } = lay;
  pen.fillStyle = colour("--a");
  if (shades !== undefined) {
    for (const [at, shade] of bytesOf(shades).entries()) {
      pen.globalAlpha = shade / 255;
      pen.fillRect(x + (at % cols) * cell, y + Math.floor(at / cols) * cell, cell, cell);
    }
  } else if (image?.complete) {
    const sheet = document.createElement("canvas");
    Object.assign(sheet, { width: cols, height: rows });
    const dye = sheet.getContext("2d");
    if (!dye) return;
    dye.imageSmoothingEnabled = false;
    dye.drawImage(image, 0, 0, cols, rows);
    dye.globalCompositeOperation = "source-in";
    dye.fillStyle = colour("--a");
    dye.fillRect(0, 0, cols, rows);
    pen.imageSmoothingEnabled = false;
    pen.globalAlpha = 1;
    pen.drawImage(sheet, x, y, cols * cell, rows * cell);
  }
  pen.globalAlpha = 1;
}

function paintParts(pen: Pen, { parts }: HeadData, lay: Lay, rows: number, cols: number): void {
  const { x, y, cell, part } = lay;
  const [plus, minus] = [colour("--q"), colour("--k")];
  const paint = (name: "q" | "k" | "v" | "o", put: (item: number, column: number) => void) => {
    if (!parts) return;
    const { cols: wide, shades } = parts[name];
    for (const [at, byte] of bytesOf(shades).entries()) {
      const shade = (byte - 127) / 127;
      pen.fillStyle = shade < 0 ? minus : plus;
      pen.globalAlpha = Math.min(1, Math.abs(shade));
      put(Math.floor(at / wide), at % wide);
    }
  };
  const [right, below] = [x + cols * cell + GAP, y + rows * cell + GAP];
  paint("q", (row, c) => pen.fillRect(LABEL + c * part, y + row * cell, part, cell));
  paint("k", (key, c) => pen.fillRect(x + key * cell, LABEL + c * part, cell, part));
  paint("v", (key, c) => pen.fillRect(x + key * cell, below + c * part, cell, part));
  paint("o", (row, c) => pen.fillRect(right + c * part, y + row * cell, part, cell));
  pen.globalAlpha = 1;
  pen.strokeStyle = colour("--line");
  const frame = (left: number, top: number, width: number, height: number) =>
    pen.strokeRect(left - 0.5, top - 0.5, width + 1, height + 1);
  frame(x, y, cols * cell, rows * cell);
  if (!parts) return;
  frame(LABEL, y, parts.q.cols * part, rows * cell);
  frame(x, LABEL, cols * cell, parts.k.cols * part);
  frame(x, below, cols * cell, parts.v.cols * part);
  frame(right, y, parts.o.cols * part, rows * cell);
  pen.font = `italic 13px ${getComputedStyle(document.body).fontFamily}`;
  pen.textBaseline = "middle";
  const letter = (text: string, hue: string, left: number, top: number, align: CanvasTextAlign) => {
    Object.assign(pen, { fillStyle: colour(hue), textAlign: align });
    pen.fillText(text, left, top);
  };
  letter("Q", "--q", LABEL + parts.q.cols * part, y - 9, "right");
  letter("Kᵀ", "--k", x - 6, LABEL + (parts.k.cols * part) / 2, "right");
  letter("Vᵀ", "--v", x - 6, below + (parts.v.cols * part) / 2, "right");
  letter("O", "--ink", right, y - 9, "left");
}

function paintNames(
  pen: Pen,
  { x, y, cell }: Lay,
  rowNames: readonly string[],
  colNames: readonly string[],
  at: readonly [number, number],
): void {
  const family = getComputedStyle(document.body).fontFamily;
  const size = Math.min(11, Math.max(8, cell + 0.5));
  const isShort = cell > 16 && colNames.every((name) => name.length < 3);
  pen.textBaseline = "middle";
  const look = (isOn: boolean) => {
    pen.fillStyle = colour(isOn ? "--ink" : "--soft");
    pen.font = `${isOn ? "bold " : ""}${isOn ? Math.max(size, 10) : size}px ${family}`;
  };
  for (const [row, name] of rowNames.entries()) {
    look(row === at[0]);
    pen.textAlign = "right";
    pen.fillText(name, LABEL - 4, y + (row + 0.5) * cell, LABEL - 6);
  }
  for (const [col, name] of colNames.entries()) {
    look(col === at[1]);
    pen.save();
    pen.translate(x + (col + 0.5) * cell, LABEL - 4);
    if (isShort) pen.translate(0, -6);
    else pen.rotate(-Math.PI / 2);
    pen.textAlign = isShort ? "center" : "left";
    pen.fillText(name, 0, 0, LABEL - 6);
    pen.restore();
  }
}

/** The row and the column that are pointed at. */
function paintCross(
  pen: Pen,
  head: HeadData,
  { x, y, cell, width, height }: Lay,
  rows: number,
  cols: number,
  [row, col]: readonly [number, number],
): void {
  const { parts } = head;
  const [left, top] = parts ? [LABEL, LABEL] : [x, y];
  const right = parts ? width - 2 : x + cols * cell;
  const bottom = parts ? height - 2 : y + rows * cell;
  pen.strokeStyle = colour("--focus");
  pen.lineWidth = 1.5;
  pen.strokeRect(left - 0.5, y + row * cell - 0.5, right - left + 1, cell + 1);
  pen.strokeRect(x + col * cell - 0.5, top - 0.5, cell + 1, bottom - top + 1);
  pen.lineWidth = 1;
}

/** The largest weights of the row that is pointed at. */
function tell(
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
