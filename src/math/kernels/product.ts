import type { Matrix, Shape } from "../matrix.js";
import { isStored } from "../stored-matrix.js";
import { countThreads, workTogether } from "./helper.js";
import { type Kernels, reserve } from "./instance.js";
import { LANES, packRows, panelsOf } from "./panels.js";

/** Rows of A that are multiplied at a time, so that the memory does not grow with the result. */
const ROWS = 512;

/** How much of B one thread packs and multiplies at once. It stays in the cache while all rows of A pass. */
const GROUP_BYTES = 2 ** 18;

/**
 * How many numbers of B are in the kernel's memory at a time, if B can be read in parts. That is enough groups for all
 * threads.
 */
const PART_NUMBERS = 2 ** 20;

/** For fewer numbers, making a view takes longer than copying. */
const WORTH_A_VIEW = 256;

/** Room for a Product (assembly/product.ts). */
const PRODUCT_BYTES = 64;

/** The layout of the second factor: its rows are dotted with the rows of A, or its columns are. */
type SecondFactor = "rows" | "columns";

/** The number type of the sums. */
export type SumType = "float64" | "float32";

/** Bytes of a panel of B per index of the sum: four float64, or eight float32. */
const PANEL_BYTES = 32;

/** How B gets into the kernel's memory: as float64, or as float32 in the layout of its file. */
interface Source {
  /** Columns of the result that one part of B gives. */
  readonly colsAtOnce: number;
  readonly bytesOfNumber: 4 | 8;
  /** Writes the part of B for the result's columns from `first` to `end` to the address `at`. */
  fill(buffer: ArrayBufferLike, at: number, first: number, end: number): void;
}

/**
 * Computes A·Bᵀ, or A·B if the columns of B are dotted, in the kernel. The bits are those of `multiplyPlainly`, since
 * the sums have the same order and type. Returns undefined if a part does not fit into the kernel's memory.
 */
export function multiplyByKernel(
  kernels: Kernels,
  a: Matrix,
  b: Matrix,
  dotted: SecondFactor,
  sums: SumType = "float64",
): Matrix | undefined {
  const size = a.cols;
  const cols = dotted === "rows" ? b.rows : b.cols;
  const isSingle = sums === "float32";
  const colsOfPanel = isSingle ? 2 * LANES : LANES;
  const panelsOfB = (count: number) => Math.ceil(count / colsOfPanel);
  const panelsAtOnce = Math.max(1, Math.floor(GROUP_BYTES / (PANEL_BYTES * size)));
  const { colsAtOnce, bytesOfNumber, fill } = sourceOf(b, dotted, size, panelsAtOnce * colsOfPanel);
  const rowsAtOnce = Math.min(ROWS, panelsOf(a.rows) * LANES);
  const groupBytes = Math.min(panelsAtOnce, panelsOfB(colsAtOnce)) * PANEL_BYTES * size;
  const resultBytes = 8 * rowsAtOnce * panelsOfB(colsAtOnce) * colsOfPanel;
  const areas = reserve(kernels, [
    PRODUCT_BYTES,
    8 * rowsAtOnce * size,
    bytesOfNumber * size * colsAtOnce,
    resultBytes,
    ...Array.from({ length: countThreads() }, () => groupBytes),
  ]);
  if (!areas) return undefined;
  const [task, atA, atB, to, ...panels] = areas;
  const { buffer } = kernels.memory;
  const product = new Float64Array(buffer, to, resultBytes / 8);
  const result = new Float64Array(a.rows * cols);
  for (let first = 0; first < cols; first += colsAtOnce) {
    const end = Math.min(first + colsAtOnce, cols);
    fill(buffer, atB, first, end);
    const [count, width] = [end - first, panelsOfB(end - first) * colsOfPanel];
    const far = bytesOfNumber * (dotted === "rows" ? size : count);
    const [columnStep, dottedStep] = dotted === "rows" ? [far, bytesOfNumber] : [bytesOfNumber, far];
    const groups = Math.ceil(panelsOfB(count) / panelsAtOnce);
    for (let firstRow = 0; firstRow < a.rows; firstRow += ROWS) {
      const endRow = Math.min(firstRow + ROWS, a.rows);
      packRows(kernels, a, [atA, panels[0]], { firstRow, endRow, isSingle });
      new Int32Array(buffer, task, PRODUCT_BYTES / 4).set([
        groups,
        panelsOf(endRow - firstRow),
        size,
        count,
        panelsAtOnce,
        bytesOfNumber === 4 ? 1 : 0,
        columnStep,
        dottedStep,
        atA,
        atB,
        to,
      ]);
      const kind = isSingle ? "multiplySingles" : "multiply";
      workTogether(kernels, kind, task, groups > 1 ? panels : panels.slice(0, 1));
      const there = { data: result, at: firstRow * cols + first, step: cols };
      copyRows({ rows: endRow - firstRow, cols: count }, { data: product, at: 0, step: width }, there);
    }
  }
  return { rows: a.rows, cols, data: result };
}

/**
 * Returns how B is loaded: in parts of whole column groups, or as a whole if a file stores it row by row and its
 * columns are dotted.
 */
function sourceOf(b: Matrix, dotted: SecondFactor, size: number, groupCols: number): Source {
  const cols = dotted === "rows" ? b.rows : b.cols;
  const ofPart = Math.max(1, Math.floor(PART_NUMBERS / (size * groupCols))) * groupCols;
  const colsAtOnce = Math.min(cols, ofPart);
  const readSingles = isStored(b) ? b.readSingles : undefined;
  if (readSingles) {
    return {
      colsAtOnce: dotted === "rows" ? colsAtOnce : cols,
      bytesOfNumber: 4,
      fill(buffer, at, first, end) {
        const range = dotted === "rows" ? { first, count: end - first } : { first: 0, count: b.rows };
        readSingles(range, new Uint8Array(buffer, at, 4 * range.count * b.cols));
      },
    };
  }
  if (dotted === "rows" && isStored(b) && colsAtOnce < cols) {
    return {
      colsAtOnce,
      bytesOfNumber: 8,
      fill: (buffer, at, first, end) =>
        new Float64Array(buffer, at).set(b.readRows({ first, count: end - first }).data),
    };
  }
  const { data } = b;
  return {
    colsAtOnce,
    bytesOfNumber: 8,
    fill(buffer, at, first, end) {
      const count = end - first;
      const into = { data: new Float64Array(buffer, at, size * count), at: 0 };
      if (dotted === "rows") into.data.set(data.subarray(first * size, end * size));
      else copyRows({ rows: size, cols: count }, { data, at: first, step: b.cols }, { ...into, step: count });
    },
  };
}

/** Rows in an array: where the first begins, and the distance from each to the next. */
interface StridedRows {
  readonly data: Float64Array;
  readonly at: number;
  readonly step: number;
}

/** Copies rows from one array to another. It copies all at once if neither array has gaps between rows. */
function copyRows({ rows, cols }: Shape, from: StridedRows, to: StridedRows): void {
  if (from.step === cols && to.step === cols) {
    to.data.set(from.data.subarray(from.at, from.at + rows * cols), to.at);
    return;
  }
  const [{ data: source }, { data: into }] = [from, to];
  for (let row = 0; row < rows; row++) {
    const [first, at] = [from.at + row * from.step, to.at + row * to.step];
    if (cols >= WORTH_A_VIEW) into.set(source.subarray(first, first + cols), at);
    else for (let col = 0; col < cols; col++) into[at + col] = source[first + col];
  }
}
