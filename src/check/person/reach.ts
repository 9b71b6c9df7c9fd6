import type { Matrix } from "../../math/matrix.js";
import { mask } from "../../ops/masking.js";
import { joinColumns, slice } from "../../ops/parts.js";
import { Evaluation } from "../../trace/evaluate/evaluation.js";
import type { Graph } from "../../trace/graph.js";
import type { Digits } from "./digits.js";
import { afterInGap, type Carried, evaluationFrom, type Gap, isByRow, roundedBy } from "./gap.js";

/** What a person works with at a step, as it is written, and what it was before it was rounded, where that is known. */
interface Bases {
  readonly sheet: Carried;
  readonly unrounded: Carried;
}

/** How far the numbers of a written step move when all that was rounded before it is off by as much as rounding may do, cell by cell. */
export function reachOf(graph: Graph, gap: Gap, { sheet, unrounded }: Bases, digits: Digits): Float64Array {
  const base = evaluationFrom(graph, sheet);
  const of = (key: string) => base.of({ key });
  const { data } = of(gap.key);
  const [sums, squares] = [new Float64Array(data.length), new Float64Array(data.length)];
  const written = gap.sources.map(
    (key) => [key, errorsOfWritten(of(key), unrounded.get(key), key, digits)] as const,
  );
  const unwritten = errorsOfUnwritten(graph, gap, { sheet, unrounded }, digits);
  for (const [key, errors] of [...written, ...unwritten]) {
    if (!errors.some((error) => error > 0)) continue;
    const after = afterInGap(gap, key);
    for (const moved of movedCells(of(key), errors, isByRow(graph, gap, key))) {
      const known = {
        has: (other: string) => other === key || !after.has(other),
        of: (other: string) => (other === key ? moved : of(other)),
      };
      const tried = new Evaluation(graph, { known, arithmetic: ({ op }) => op.compute });
      const other = tried.of({ key: gap.key }).data;
      for (let index = 0; index < data.length; index++) {
        const by = Math.abs(other[index] - data[index]);
        if (!(by > 0)) continue;
        sums[index] += by;
        squares[index] += by * by;
      }
    }
  }
  return sums.map((sum, index) => Math.min(sum, LIKELY * Math.sqrt(squares[index])));
}

/** A written number is off by what was rounded in it: what it would be without says how much that is. */
function errorsOfWritten(
  { data }: Matrix,
  before: Matrix | undefined,
  key: string,
  digits: Digits,
): Float64Array {
  return data.map((value, index) => {
    const half = digits.halfUnit(key, value);
    const by = Math.abs(value - (before?.data[index] ?? Number.NaN));
    // NaN, where it is not known, is no smaller.
    return Number.isNaN(by) ? half : Math.min(by, half);
  });
}

/** What nobody wrote is off by half a unit, but for copies, and cells that have no more digits than are kept: halves, whole numbers. */
function errorsOfUnwritten(
  graph: Graph,
  gap: Gap,
  { sheet, unrounded }: Bases,
  digits: Digits,
): readonly (readonly [key: string, errors: Float64Array])[] {
  const exact = evaluationFrom(graph, unrounded);
  const rounded = evaluationFrom(graph, sheet, roundedBy(digits, gap.key));
  return gap.nodes.slice(0, -1).map(({ key, op }) => {
    const [before, after] = [exact.of({ key }), rounded.of({ key })].map(({ data }) => data);
    const kept = digits.keep(exact.of({ key }), key).data;
    const isKept = (index: number) =>
      Math.abs(before[index] - kept[index]) < NOISE && Math.abs(before[index] - after[index]) < NOISE;
    const isCopy = COPIES.has(op.name);
    return [key, before.map((value, index) => (isCopy || isKept(index) ? 0 : digits.halfUnit(key, value)))];
  });
}

const NOISE = 1e-12;
/** What these make are numbers of their inputs at other places. */
const COPIES = new Set([mask.name, slice.name, joinColumns.name]);

/** Errors of many roundings add up as their root: each is spread evenly over its half unit, and three times their deviation is a limit. */
const LIKELY = 3 / Math.sqrt(3);

/** A matrix with one cell off by its error, for each of its cells; where rows do not mix, with one column. */
function* movedCells(matrix: Matrix, errors: Float64Array, areRowsApart: boolean): Generator<Matrix> {
  const { cols, data } = matrix;
  const step = areRowsApart ? cols : data.length;
  for (let first = 0; first < step; first++) {
    const moved = data.slice();
    let isMoved = false;
    for (let index = first; index < data.length; index += step) {
      moved[index] += errors[index];
      isMoved ||= errors[index] > 0;
    }
    if (isMoved) yield { ...matrix, data: moved };
  }
}

/** In a step that nobody works by hand the farthest that rounding moved a cell is seen, and no cell moves so many times as far. */
const SPREAD = 4;

/** The same of a large step: as far as rounding on the way moves any of its cells, and more. */
export function seenReach(exact: Matrix, rounded: Matrix): Float64Array {
  let most = 0;
  exact.data.forEach((value, index) => {
    const by = Math.abs(value - rounded.data[index]);
    if (by > most && Number.isFinite(by)) most = by;
  });
  return new Float64Array(exact.data.length).fill(SPREAD * most);
}
