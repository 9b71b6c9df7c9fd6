import { tabulate } from "../../math/lists.js";
import { cellOf, createMatrix, isTrue, type Matrix } from "../../math/matrix.js";
import { findStep, type Step } from "../../trace/trace.js";
import { escapeMarkup } from "../drawing/svg.js";
import { labelsOf } from "../label.js";
import { poolByMaximum } from "../pool.js";
import type { Crossed } from "./figures.js";
import { greyImage } from "./images.js";
import { type PageRun, shadeClass } from "./table.js";

/** Up to this number of tokens, a head is drawn with their names, otherwise as an image. */
const MOST_NAMED = 16;
/** The maximum side of a picture. Above it, several cells share a pixel. */
const MOST_PIXELS = 160;

/** Draws the weights of a head: with names if there are few tokens, otherwise as an image. */
export async function pictureOf({ cells, trace }: PageRun, { weights }: Crossed): Promise<string> {
  const matrix = cells.matrix(weights);
  if (isSmall(matrix)) return writeMap(findStep(trace, weights), matrix);
  // Shades are square roots of the weights, so that small ones are visible.
  return `<img alt="" src="${await greyImage(pooled(matrix), 0, (weight) => Math.sqrt(shareOf(weight)))}">`;
}

/** Returns a weight, from 0 to 1. */
export const shareOf = (weight: number) => Math.min(1, Math.max(0, weight || 0));

/** Whether a head is drawn with the names of its tokens. */
export const isSmall = ({ rows, cols }: Matrix) => Math.max(rows, cols) <= MOST_NAMED;

/** Reduces a matrix to the size of a picture. Of cells that share a pixel it takes the largest. */
function pooled(matrix: Matrix) {
  if (Math.max(matrix.rows, matrix.cols) <= MOST_PIXELS) return matrix;
  const { rows, cols, at } = poolByMaximum(matrix, undefined, MOST_PIXELS, MOST_PIXELS);
  return createMatrix(rows, cols, (row, col) => at(row, col) ?? 0);
}

const MAP = { side: 40, head: 16 } as const;
/** With few tokens the cells are larger, so that the picture is as large as with many. */
const sideOfCell = (count: number) => (count <= 4 ? 46 : count <= 8 ? 30 : 22);

/** Draws a heat map with the names of queries and keys. */
function writeMap(step: Step | undefined, matrix: Matrix) {
  if (!step) return "";
  const [queries, keys] = step.axes.map(labelsOf);
  const { side, head } = MAP;
  const cell = sideOfCell(Math.max(matrix.rows, matrix.cols));
  const [width, height] = [side + matrix.cols * cell + 1, head + matrix.rows * cell + 1];
  const short = (name: string) => escapeMarkup(Array.from(name.replace(/^\d+ /, "")).slice(0, 6).join(""));
  const sideNames = tabulate(matrix.rows, (row) => {
    const y = head + (row + 0.5) * cell;
    return `<text x="${side - 5}" y="${y}" dy=".35em" text-anchor="end">${short(queries.at(row))}</text>`;
  });
  const headNames = tabulate(matrix.cols, (col) => {
    const x = side + (col + 0.5) * cell;
    return `<text x="${x}" y="${head - 5}" text-anchor="middle">${short(keys.at(col))}</text>`;
  });
  const rects = Array.from(matrix.data, (_, at) => {
    const [row, col] = [Math.floor(at / matrix.cols), at % matrix.cols];
    const isBlocked = isTrue(step.blocked, row, col);
    const shade = shadeClass(cellOf(matrix, row, col));
    if (isBlocked || shade === "a0" || shade === "") return "";
    return `<rect class="${shade}" x="${side + col * cell}" y="${head + row * cell}" width="${cell}" height="${cell}"/>`;
  });
  return `<svg class="hm" viewBox="0 0 ${width} ${height}" width="${width}" aria-hidden="true">${sideNames.join("")}${headNames.join("")}${rects.join("")}<rect class="frame" x="${side}" y="${head}" width="${matrix.cols * cell}" height="${matrix.rows * cell}"/></svg>`;
}
