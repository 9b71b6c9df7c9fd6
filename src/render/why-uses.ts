import { counted } from "../errors.js";
import { type CellReference, cellText, numberIn } from "../explain/cell-reference.js";
import { longestChain, type Use } from "../explain/uses.js";
import { sumOver } from "../math/lists.js";
import type { Range } from "../math/ranges.js";
import { axesOf, type Trace } from "../trace/trace.js";
import { nameCell } from "./cell-arithmetic.js";
import { blocksOf, describeBlocks } from "./cell-ranges.js";
import { type Document, line, outline, pairsOf, type Span } from "./document.js";
import type { JsonValue } from "./json-value.js";
import { labelsOf } from "./label.js";
import { type ShownDigits, writeNumber } from "./why.js";

/**
 * Describes where a number is used: the longest chain of steps to a result, and the cells of every step that depend on
 * it.
 */
export function describeUses(
  trace: Trace,
  cell: CellReference,
  uses: readonly Use[],
  precision: ShownDigits,
): Document {
  const { key, row, col } = cell;
  const value = writeNumber(precision)(numberIn(trace, cell));
  const name = nameCell(trace, key, row, col);
  const count = sumOver(uses, (use) => use.count);
  const reach =
    count === 0 ? "no other cell" : `${counted(count, "cell")} of ${counted(uses.length, "step")}`;
  const spans: Span[] = [
    { text: `${name} = ${value}`, tone: "strong" },
    { text: ` reaches ${reach}`, tone: "plain" },
  ];
  if (count === 0) return [{ kind: "paragraph", spans }];
  const chain = [name, ...longestChain(trace, uses).map((use) => nameCells(trace, use))].join(" → ");
  const pairs = uses.map((use) => ({ name: use.key, value: describeUse(trace, use) }));
  return [outline([{ level: 0, spans }, line(chain, "formula", 1)]), pairsOf(pairs)];
}

function describeUse(trace: Trace, { key, cells, count }: Use) {
  const where = describeBlocks(cells, blocksOf(cells), axesOf(trace, key));
  return `${count} of ${cells.data.length}: ${where}`;
}

/** Writes `scores[study,·]`, `q[0…3,1]`, or `…` if the cells are no rectangle or have gaps. */
function nameCells(trace: Trace, { key, cells }: Use) {
  const blocks = blocksOf(cells);
  if (blocks.length > 1) return `${key}[…]`;
  const axes = axesOf(trace, key);
  const side = ([[first, last], ...others]: readonly Range[], length: number, index: 0 | 1) => {
    const labels = labelsOf(axes[index]);
    if (others.length > 0) return "…";
    if (first === last) return labels.at(first);
    return first === 0 && last === length - 1 ? "·" : `${labels.at(first)}…${labels.at(last)}`;
  };
  const rows = side(blocks[0].rows, cells.rows, 0);
  return cells.cols === 1 ? `${key}[${rows}]` : `${key}[${rows},${side(blocks[0].columns, cells.cols, 1)}]`;
}

/**
 * Writes the cells that use a cell as JSON: all cells of every step, as blocks of rows and columns, each from first to
 * last.
 */
export function usesToJson(trace: Trace, cell: CellReference, uses: readonly Use[]): JsonValue {
  return {
    cell: cellText(cell),
    value: numberIn(trace, cell),
    chain: longestChain(trace, uses).map((use) => use.key),
    steps: uses.map((use) => ({
      step: use.key,
      through: use.through,
      count: use.count,
      of: use.cells.data.length,
      cells: blocksOf(use.cells).map(({ rows, columns }) => ({ rows, columns })),
    })),
  };
}
