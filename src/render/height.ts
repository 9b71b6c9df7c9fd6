import { sumOver } from "../math/lists.js";
import { type Block, type Gallery, type MatrixTable, type Picture, textOf } from "./document.js";
import { fitRows } from "./sheet.js";

// Estimates how many lines blocks will take. It does not have to be exact, because the width of the terminal is not
// known yet.

/** The assumed width. */
const USUAL_WIDTH = 80;
/** The width of a column of numbers with four decimals, and its gap. */
const USUAL_COLUMN = 9;
const CHART_LINES = 16;
const MOST_MAP_ROWS = 64;
const MOST_BLOCKS = 3;

/** Returns the number of lines of these blocks, including the blank lines between them. */
export function linesOf(blocks: readonly Block[]) {
  return sumOver(blocks, linesOfBlock);
}

function linesOfBlock(block: Block) {
  switch (block.kind) {
    case "heading":
      return 1 + wrapped(`${block.title}  ${block.formula ?? ""}  (${block.shape ?? ""})`);
    case "paragraph":
      return (block.opensPart ? 1 : 0) + wrapped(textOf(block.spans));
    case "outline":
      return block.lines.reduce((lines, { spans }) => lines + wrapped(textOf(spans)), 1);
    case "pairs":
    case "code":
      return 1;
    case "matrix":
      return linesOfTable(block);
    case "measures":
      return 2 + fitRows(block.rows, block.view.full).rows.length;
    case "marked":
      return 2 + block.rows;
    case "heatmap":
      return 1 + linesOfMap(block, block.mostRows);
    case "gallery":
      return 1 + linesOfGallery(block.pictures);
    case "bars":
      return 1 + block.matrix.rows * Math.min(9, block.matrix.cols + 1);
    case "curves":
      return CHART_LINES + block.columns.length;
    case "hands":
      return 2 + block.matrix.cols;
  }
}

const wrapped = (text: string) => Math.ceil(text.length / USUAL_WIDTH);

function linesOfTable({ matrix, columnMargins, blocked, view }: MatrixTable) {
  const rows = fitRows(matrix.rows, view.full).rows.length + (matrix.rows > 16 ? 2 : 0);
  const blocks = Math.ceil((matrix.cols * USUAL_COLUMN) / (USUAL_WIDTH - USUAL_COLUMN));
  const feet = columnMargins.length > 0 ? 1 + columnMargins.length : 0;
  const one = 2 + rows + feet + (blocked ? 1 : 0);
  return blocks > MOST_BLOCKS ? one + 1 : blocks * one + (blocks > 1 ? 2 * blocks - 1 : 0);
}

const linesOfMap = ({ matrix, blocked }: Picture, mostRows = MOST_MAP_ROWS) =>
  2 + Math.min(matrix.rows, mostRows) + (blocked ? 1 : 0) + (matrix.rows > mostRows ? 1 : 0);

/** Four maps fit in a row, and as many tables as fit the width. */
function linesOfGallery([first, ...others]: readonly Gallery["pictures"][number][]) {
  const { block } = first;
  const count = 1 + others.length;
  if (block.kind === "heatmap")
    return Math.ceil(count / 4) * (linesOfMap(block, Number(block.mostRows)) + 2) - 1;
  const columns = block.matrix.cols + block.rowMargins.length;
  const beside = Math.max(1, Math.floor(USUAL_WIDTH / ((columns + 1) * USUAL_COLUMN + 1)));
  return Math.ceil(count / beside) * (linesOfTable(block) + 2) - 1;
}
