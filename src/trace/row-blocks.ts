import { createMatrix, type Matrix, type RowRange, type Shape } from "../math/matrix.js";
import { tellProgress } from "../math/progress.js";
import type { Made, Op, Ref } from "./op.js";

// Steps that are not kept (n×m scores and weights of a large attention) are worked out a block of rows at a time, for the
// steps that are kept and need them. All of these go through the blocks together, so that no block is made twice.

/** Cells of the widest step of a block: a megabyte. */
const CELLS_OF_BLOCK = 2 ** 17;

/** Kept steps that need rows of the same steps that are not kept. */
interface Sweep {
  readonly rows: number;
  widest: number;
  readonly members: Member[];
}

interface Member {
  readonly made: Made;
  readonly shape: Shape;
  result?: Matrix;
}

/** The sweep in which a step that is not kept is worked out. */
const sweeps = new WeakMap<Made, Sweep>();

/** The rows of a step that is not kept. Those that were made last are remembered: several steps ask for them. */
export function passInBlocks(made: Made, shape: Shape): (range: RowRange) => Matrix {
  const sweep = sweepBefore(made, shape) ?? { rows: shape.rows, widest: 0, members: [] };
  sweep.widest = Math.max(sweep.widest, shape.cols);
  sweeps.set(made, sweep);
  let last: { readonly range: RowRange; readonly matrix: Matrix } | undefined;
  return (range) => {
    if (last?.range.first !== range.first || last.range.count !== range.count) {
      last = { range, matrix: workRows(made, shape, range) };
    }
    return last.matrix;
  };
}

/** What works out a kept step from the rows of steps that are not; undefined where all that it needs is kept. */
export function workInBlocks(made: Made, shape: Shape): (() => Matrix) | undefined {
  const sweep = sweepBefore(made, shape);
  if (!sweep) return undefined;
  const member: Member = { made, shape };
  sweep.members.push(member);
  return () => {
    if (!member.result) workMembers(sweep);
    const { result } = member;
    if (!result) throw new RangeError("a step was not worked out with the others of its rows");
    return result;
  };
}

/** The numbers of a step block by block; of one that is kept there is one block. */
export function* blocksOf({
  shape,
  made,
  rows,
}: Ref): Generator<{ readonly first: number; readonly matrix: Matrix }> {
  const size = made?.isKept === false ? rowsOfBlock(shape.cols) : shape.rows;
  for (let first = 0; first < shape.rows; first += size) {
    yield { first, matrix: rows({ first, count: Math.min(size, shape.rows - first) }) };
  }
}

const rowsOfBlock = (cols: number) => Math.max(1, Math.floor(CELLS_OF_BLOCK / cols));

function sweepBefore({ op, inputs }: Made, shape: Shape): Sweep | undefined {
  for (const [index, { made, shape: of }] of inputs.entries()) {
    const sweep = made && needsOwnRows(op, index, of, shape) ? sweeps.get(made) : undefined;
    if (sweep) return sweep;
  }
  return undefined;
}

function workMembers(sweep: Sweep): void {
  const open = sweep.members.filter(({ result }) => !result);
  for (const member of open) member.result = createMatrix(member.shape.rows, member.shape.cols);
  const size = rowsOfBlock(sweep.widest);
  for (let first = 0; first < sweep.rows; first += size) {
    const range = { first, count: Math.min(size, sweep.rows - first) };
    for (const { made, shape, result } of open) {
      result?.data.set(workRows(made, shape, range).data, first * shape.cols);
    }
    tellProgress(first + range.count, sweep.rows, "working out");
  }
}

/** Some rows of what a step makes, from as few rows of its inputs as it needs. */
function workRows({ op, inputs, params }: Made, shape: Shape, range: RowRange): Matrix {
  return op.compute(
    inputs.map((input, index) =>
      needsOwnRows(op, index, input.shape, shape) ? input.rows(range) : input.output(),
    ),
    op.rowsOfParams?.(params, range) ?? params,
  );
}

/** Whether of the input number `index` only those rows are needed that are wanted of the result. */
export function needsOwnRows(
  { rows }: Pick<Op<unknown>, "rows">,
  index: number,
  input: Shape,
  result: Shape,
): boolean {
  const isOwn = rows === "all" || (rows?.includes(index) ?? false);
  return isOwn && input.rows === result.rows;
}
