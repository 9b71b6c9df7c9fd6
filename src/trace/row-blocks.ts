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
  /** Members of a later round need results of earlier ones. */
  readonly round: number;
  result?: Matrix | undefined;
}

/** How many rounds of sweeps must have been worked out before a step is there; none when it is not in here. */
const rounds = new WeakMap<Made, number>();

/** The sweep in which a step that is not kept is worked out. */
const sweeps = new WeakMap<Made, Sweep>();

/** The rows of a step that is not kept. Those that were made last are remembered: several steps ask for them. */
export function passInBlocks(made: Made, shape: Shape): (range: RowRange) => Matrix {
  const sweep = sweepBefore(made, shape) ?? { rows: shape.rows, widest: 0, members: [] };
  rounds.set(made, roundOf(made));
  sweep.widest = Math.max(sweep.widest, shape.cols);
  sweeps.set(made, sweep);
  let last: { readonly range: RowRange; readonly matrix: Matrix } | undefined;
  const forget = () => {
    last = undefined;
  };
  return (range) => {
    if (!last) made.shelf?.hold(range.count * shape.cols, forget);
    if (last?.range.first !== range.first || last.range.count !== range.count) {
      last = { range, matrix: workRows(made, shape, range) };
    }
    return last.matrix;
  };
}

/** What works out a kept step from the rows of steps that are not; undefined where all that it needs is kept. */
export function workInBlocks(made: Made, shape: Shape): (() => Matrix) | undefined {
  const sweep = sweepBefore(made, shape);
  const round = roundOf(made);
  rounds.set(made, sweep ? round + 1 : round);
  if (!sweep) return undefined;
  const member: Member = { made, shape, round };
  sweep.members.push(member);
  return () => {
    if (!member.result) workMembers(sweep, member);
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

const roundOf = ({ inputs }: Made): number =>
  inputs.reduce((most, { made }) => Math.max(most, (made && rounds.get(made)) ?? 0), 0);

function sweepBefore({ op, inputs }: Made, shape: Shape): Sweep | undefined {
  for (const [index, { made, shape: of }] of inputs.entries()) {
    const sweep = made && takesRows(op, index, of, shape) ? sweeps.get(made) : undefined;
    if (sweep) return sweep;
  }
  return undefined;
}

/** Works out all members that can be worked out together with one of them. */
function workMembers(sweep: Sweep, asked: Member): void {
  // Members with a quicker way of their own are here only where that way failed, and then it fails for all of them.
  const hasOther = ({ made }: Member) => made.op.fused !== undefined;
  const open = sweep.members.filter(
    (member) => !member.result && member.round === asked.round && hasOther(member) === hasOther(asked),
  );
  // They are handed over at the end: on the way shelves may be cleared, this one too.
  const results = open.map(({ shape }) => createMatrix(shape.rows, shape.cols));
  const size = rowsOfBlock(sweep.widest);
  for (let first = 0; first < sweep.rows; first += size) {
    const range = { first, count: Math.min(size, sweep.rows - first) };
    for (const [index, { made, shape }] of open.entries()) {
      const block = workRows(made, shape, range);
      if (made.op.sumsRows) addCells(results[index], block);
      else results[index].data.set(block.data, first * shape.cols);
    }
    tellProgress(first + range.count, sweep.rows, "working out");
  }
  for (const [index, member] of open.entries()) {
    member.result = results[index];
    member.made.shelf?.hold(results[index].data.length, () => {
      member.result = undefined;
    });
  }
}

function addCells({ data }: Matrix, block: Matrix): void {
  for (let at = 0; at < data.length; at++) data[at] += block.data[at];
}

/** Some rows of what a step makes, from as few rows of its inputs as it needs. */
function workRows({ op, inputs, params, compute = op.compute }: Made, shape: Shape, range: RowRange): Matrix {
  return compute(
    inputs.map((input, index) =>
      takesRows(op, index, input.shape, shape) ? input.rows(range) : input.output(),
    ),
    op.rowsOfParams?.(params, range) ?? params,
  );
}

/** Whether the input number `index` is gone through in blocks of rows: for those rows of the result, or for its sum. */
function takesRows(op: Op<unknown>, index: number, input: Shape, result: Shape): boolean {
  return op.sumsRows?.includes(index) ?? needsOwnRows(op, index, input, result);
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
