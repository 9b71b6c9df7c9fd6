import type { HeadData } from "../../render/page/heads-data.js";
import { bytesOf } from "./dom.js";

// Draws a head on a canvas: keys above, queries left, weights where they meet, values below, output right. One column
// is one key, one row is one query.

/** Widths in pixels. */
const LABEL = 58;
const GAP = 8;
const AROUND = 640;
const CELL = { least: 8, most: 26 } as const;
const MOST_PART = 12;

const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** The layout of a head on the canvas: the place of the weights, and the sizes of their cells and of those around. */
export interface HeadLayout {
  readonly rows: number;
  readonly cols: number;
  readonly cell: number;
  readonly part: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Computes the layout of a head. */
export function headLayout({ parts }: HeadData, rows: number, cols: number): HeadLayout {
  const cell = Math.max(CELL.least, Math.min(CELL.most, Math.floor(AROUND / Math.max(rows, cols))));
  const part = Math.min(cell, MOST_PART);
  const room = (name: PartName) => (parts ? parts[name].cols * part + GAP : 0);
  const [x, y] = [LABEL + room("q"), LABEL + room("k")];
  const [width, height] = [x + cols * cell + room("o") + 2, y + rows * cell + room("v") + 2];
  return { rows, cols, cell, part, x, y, width, height };
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
export function paintHead(pen: Pen, head: HeadData, layout: HeadLayout, shown: Shown): void {
  paintWeights(pen, head, layout, shown.image);
  paintParts(pen, head, layout);
  paintNames(pen, layout, shown);
  paintCross(pen, head, layout, shown.at);
}

type Pen = CanvasRenderingContext2D;

function paintWeights(
  pen: Pen,
  { shades }: HeadData,
  { x, y, cell, rows, cols }: HeadLayout,
  image?: HTMLImageElement,
): void {
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

type PartName = keyof NonNullable<HeadData["parts"]>;

/** Draws Q, K, V and the output around the weights: one row per query, or one column per key. */
function paintParts(pen: Pen, { parts }: HeadData, layout: HeadLayout): void {
  const { x, y, cell, part, rows, cols } = layout;
  const frame = (left: number, top: number, width: number, height: number) =>
    pen.strokeRect(left - 0.5, top - 0.5, width + 1, height + 1);
  pen.strokeStyle = colour("--line");
  frame(x, y, cols * cell, rows * cell);
  if (!parts) return;
  pen.font = `italic 13px ${getComputedStyle(document.body).fontFamily}`;
  pen.textBaseline = "middle";
  const [right, below] = [x + cols * cell + GAP, y + rows * cell + GAP];
  const paint = (name: PartName, letter: string, hue: string, left: number, top: number) => {
    const isOfRows = name === "q" || name === "o";
    const { cols: wide, shades } = parts[name];
    for (const [at, byte] of bytesOf(shades).entries()) {
      const shade = (byte - 127) / 127;
      const [item, column] = [Math.floor(at / wide), at % wide];
      pen.fillStyle = colour(shade < 0 ? "--k" : "--q");
      pen.globalAlpha = Math.min(1, Math.abs(shade));
      if (isOfRows) pen.fillRect(left + column * part, top + item * cell, part, cell);
      else pen.fillRect(left + item * cell, top + column * part, cell, part);
    }
    pen.globalAlpha = 1;
    pen.fillStyle = colour(hue);
    pen.textAlign = name === "o" ? "left" : "right";
    const [across, down] = isOfRows ? [wide * part, rows * cell] : [cols * cell, wide * part];
    frame(left, top, across, down);
    if (isOfRows) pen.fillText(letter, name === "o" ? left : left + across, top - 9);
    else pen.fillText(letter, left - 6, top + down / 2);
  };
  paint("q", "Q", "--q", LABEL, y);
  paint("k", "Kᵀ", "--k", x, LABEL);
  paint("v", "Vᵀ", "--v", x, below);
  paint("o", "O", "--ink", right, y);
}

function paintNames(pen: Pen, { x, y, cell }: HeadLayout, { rowNames, colNames, at }: Shown): void {
  const family = getComputedStyle(document.body).fontFamily;
  const size = Math.min(11, Math.max(8, cell + 0.5));
  const isShort = cell > 16 && colNames.every((name) => name.length < 3);
  pen.textBaseline = "middle";
  const look = (isOn: boolean) => {
    pen.fillStyle = colour(isOn ? "--ink" : "--soft");
    pen.font = isOn ? `bold ${Math.max(size, 10)}px ${family}` : `${size}px ${family}`;
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
  { parts }: HeadData,
  { x, y, cell, rows, cols, width, height }: HeadLayout,
  [row, col]: Shown["at"],
): void {
  const [left, top] = parts ? [LABEL, LABEL] : [x, y];
  const [right, bottom] = parts ? [width - 2, height - 2] : [x + cols * cell, y + rows * cell];
  pen.strokeStyle = colour("--focus");
  pen.lineWidth = 1.5;
  pen.strokeRect(left - 0.5, y + row * cell - 0.5, right - left + 1, cell + 1);
  pen.strokeRect(x + col * cell - 0.5, top - 0.5, cell + 1, bottom - top + 1);
  pen.lineWidth = 1;
}
