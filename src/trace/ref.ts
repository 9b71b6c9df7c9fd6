import { type Matrix, rowsOf } from "../math/matrix.js";
import { isStored } from "../math/stored-matrix.js";
import type { Made, Ref } from "./op.js";
import { passInBlocks, workInBlocks } from "./row-blocks.js";
import type { Shelf } from "./shelves.js";

/** What a ref is called, and what runs along its sides. */
type Naming = Pick<Ref, "key" | "axes">;

/** A ref to numbers that are there. */
export function inputRef({ key, axes }: Naming, matrix: Matrix): Ref {
  const { rows, cols } = matrix;
  const some: Ref["rows"] = (range) => (isStored(matrix) ? matrix.readRows(range) : rowsOf(matrix, range));
  return { key, axes, shape: { rows, cols }, output: () => matrix, rows: some };
}

/** A ref to a step, which is worked out when its numbers are first asked for: together with others, where that is quicker. */
export function stepRef<Params>({ key, axes }: Naming, own: Made<Params>): Ref {
  const made = own as Made;
  const { op, inputs, params, isKept } = made;
  const { rows, cols } = op.shape(
    inputs.map(({ shape }) => shape),
    params,
  );
  const shape = { rows, cols };
  if (!isKept) {
    return { key, axes, shape, made, output: () => workWhole(made), rows: passInBlocks(made, shape) };
  }
  // Other arithmetic is that of every step: there is no quicker way through several, and parts of a sum are none of its numbers.
  const isOther = made.compute !== undefined;
  const inBlocks = isOther && op.sumsRows ? undefined : workInBlocks(made, shape);
  const output = onShelf(
    made.shelf,
    () => (isOther ? undefined : op.fused?.(inputs, params)) ?? inBlocks?.() ?? workWhole(made),
  );
  return { key, axes, shape, made, output, rows: (range) => rowsOf(output(), range) };
}

function workWhole({ op, inputs, params, compute = op.compute }: Made): Matrix {
  return compute(
    inputs.map((input) => input.output()),
    params,
  );
}

/** Makes a matrix when it is first asked for, and keeps it; on a shelf until that is cleared. */
function onShelf(shelf: Shelf | undefined, make: () => Matrix): () => Matrix {
  if (!shelf) return once(make);
  let kept: Matrix | undefined;
  return () => {
    if (kept) return kept;
    const made = make();
    kept = made;
    shelf.hold(made.rows * made.cols, () => {
      kept = undefined;
    });
    return made;
  };
}

/** Makes a value when it is first asked for, and keeps it. */
export function once<T>(make: () => T): () => T {
  let kept: { readonly value: T } | undefined;
  return () => {
    kept ??= { value: make() };
    return kept.value;
  };
}
