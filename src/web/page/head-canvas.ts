import type { HeadData } from "../../render/page/heads-data.js";
import { bytesOf } from "./bytes.js";

// Draws a head on a canvas: keys above, queries left, weights where they meet, values below, output right. One column
// is one key, one row is one query.

/** Widths in pixels. */
const LABEL = 58;
const GAP = 8;
const AROUND = 640;
const CELL = { least: 8, most: 26 } as const;
const MOST_PART = 12;

const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** The layout of the parts of a head on the canvas. */
export interface HeadLayout {
  readonly cell: number;
  readonly part: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Computes the layout of a head. */
export function headLayout(head: HeadData, rows: number, cols: number): HeadLayout {
  const cell = Math.max(CELL.least, Math.min(CELL.most, Math.floor(AROUND / Math.max(rows, cols))));
  const part = Math.min(cell, MOST_PART);
  const { q, k, v, o } = head.parts ?? {};
  const [x, y] = [LABEL + (q ? q.cols * part + GAP : 0), LABEL + (k ? k.cols * part + GAP : 0)];
  const right = o ? GAP + o.cols * part : 0;
  const below = v ? GAP + v.cols * part : 0;
  return { cell, part, x, y, width: x + cols * cell + right + 2, height: y + rows * cell + below + 2 };
}

/**
 * What is drawn of a head besides its numbers: names, its picture if it has no shades, and the row and column under the
 * pointer.
 */
export interface Shown {
  readonly rowNames: readonly string[];
  readonly colNames: readonly string[];
  readonly image?: HTMLImageElement | undefined;
  readonly at: readonly [row: number, col: number];
}

/** Draws a head. */
export function paintHead(
  pen: Pen,
  head: HeadData,
  layout: HeadLayout,
  { rowNames, colNames, image, at }: Shown,
): void {
  const [rows, cols] = [rowNames.length, colNames.length];
  paintWeights(pen, head, layout, rows, cols, image);
  paintParts(pen, head, layout, rows, cols);
  paintNames(pen, layout, rowNames, colNames, at);
  paintCross(pen, head, layout, rows, cols, at);
}

type Pen = CanvasRenderingContext2D;

function paintWeights(
  pen: Pen,
  { shades }: HeadData,
  layout: HeadLayout,
  rows: number,
  cols: number,
  image?: HTMLImageElement,
): void {
  const { x, y, cell } = layout;
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

function paintParts(pen: Pen, { parts }: HeadData, layout: HeadLayout, rows: number, cols: number): void {
  const { x, y, cell, part } = layout;
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
  { x, y, cell }: HeadLayout,
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

/** Draws frames around the row and column under the pointer. */
function paintCross(
  pen: Pen,
  head: HeadData,
  { x, y, cell, width, height }: HeadLayout,
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
