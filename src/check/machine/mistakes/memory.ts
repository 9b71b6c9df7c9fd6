import { createMatrix, type Matrix } from "../../../math/matrix.js";
import { withBias } from "./conditioning.js";
import { kvReaders } from "./heads.js";
import {
  batchesOf,
  hasHeads,
  PARTS,
  type Parameters,
  type Part,
  replacing,
  type SearchContext,
} from "./kernel-mistake.js";
import { paddedSizes, TILES } from "./online.js";
import { storageMisread } from "./other-arrays.js";
import { featuresDropped } from "./products.js";
import { WHICH } from "./value-tiles.js";

// Rows that are read at other places of memory, in which the heads lie one after the other: with another stride, or
// beyond their end.

/** What is behind a head in memory, and where the head begins if a stride is wrong. */
const HOWS = {
  "the next head": { isAlone: false, isApart: false },
  "the next head, which is as far away as the stride says": { isAlone: false, isApart: true },
  zeros: { isAlone: true, isApart: false },
} as const;

type Behind = keyof typeof HOWS;

interface Reading {
  /** The place of the first number. If left out, that of the head, or where a wrong stride puts it. */
  readonly first?: number;
  readonly stride: number;
  readonly width: number;
  readonly behind: Behind;
}

/** Reads the matrix of a head from memory: rows of `width` numbers that begin `stride` numbers apart. */
function readMemory(
  all: readonly Matrix[],
  head: number,
  { stride, width, behind, ...own }: Reading,
): Matrix {
  const { rows, cols } = all[head];
  const { isAlone, isApart } = HOWS[behind];
  const size = rows * cols;
  const first = own.first ?? head * rows * (isApart ? stride : cols);
  return createMatrix(rows, width, (row, col) => {
    const place = first + row * stride + col;
    const at = Math.floor(place / size);
    return isAlone && at !== head ? 0 : (all[at]?.data[place % size] ?? 0);
  });
}

/** Returns the strides that a kernel may take for that of an array: other sizes, usual and padded ones, one more or less. */
function stridesFor(own: number, { tasks: [{ query, key, value }] }: SearchContext): readonly number[] {
  const sizes = [query.rows, key.rows, query.cols, value.cols, own + 1, own - 1, 2 * own, own / 2];
  return [...new Set([...sizes, ...TILES, ...paddedSizes(own)])].filter((size) => size >= 1 && size !== own);
}

const NAMES: Readonly<Record<Part, string>> = { query: "queries", key: "keys", value: "values" };

/**
 * Makes a variant with matrices that are read from the memory of all heads. Keys and values have fewer heads if query
 * heads share them.
 */
function fromMemory(
  { tasks }: SearchContext,
  parts: readonly Part[],
  how: Omit<Reading, "width"> & Partial<Pick<Reading, "width">>,
  parameters: Parameters,
) {
  const readers = kvReaders(tasks);
  return replacing(
    parts,
    ({ head }, part) => {
      const all = (part === "query" ? tasks : readers).map((one) => one[part]);
      const at = Math.floor((head * all.length) / tasks.length);
      return readMemory(all, at, { width: all[at].cols, ...how });
    },
    parameters,
  );
}

const BEHIND = Object.keys(HOWS) as readonly Behind[];

function* strided(given: SearchContext) {
  const { tasks } = given;
  for (const behind of BEHIND) {
    for (const part of ["query", "key", "value"] as const)
      for (const stride of stridesFor(tasks[0][part].cols, given))
        yield fromMemory(given, [part], { stride, behind }, { which: NAMES[part], stride, behind });
    const biases = tasks.flatMap(({ bias, sink }) => (bias && sink === undefined ? [bias] : []));
    if (biases.length < tasks.length || biases[0].rows === 1) continue;
    const { cols: width } = biases[0];
    for (const stride of stridesFor(width, given))
      yield withBias((_, { head }) => readMemory(biases, head, { stride, width, behind }), {
        which: "bias",
        stride,
        behind,
      });
  }
}

/**
 * Yields keys and values whose heads are looked up at other places in the memory of all batches: as if each head had
 * another number of rows, or each batch as many heads as there are query heads.
 */
function* headsElsewhere(given: SearchContext) {
  const { tasks } = given;
  const batches = batchesOf(given);
  const readers = batches.map(kvReaders);
  const batch = batches.indexOf(tasks);
  const { query, key } = tasks[0];
  const [own, perBatch] = [key.rows, readers[batch].length];
  for (const rows of new Set([own, query.rows, ...paddedSizes(own)]))
    for (const heads of new Set([perBatch, tasks.length]))
      for (const which of rows === own && heads === perBatch ? [] : WHICH)
        yield replacing(
          PARTS[which],
          (task, part) => {
            const all = readers.flat().map((one) => one[part]);
            const head = Math.floor((task.head * perBatch) / tasks.length);
            const { cols } = task[part];
            const first = (batch * heads + head) * rows * cols;
            return readMemory(all, batch * perBatch + head, {
              first,
              stride: cols,
              width: cols,
              behind: "the next head",
            });
          },
          { which, "rows of a head": rows, ...(heads !== perBatch && { "heads of a batch": heads }) },
        );
}

/** Makes variants whose products have more columns than a row: those of the next rows follow. */
function overrun(given: SearchContext) {
  const { cols } = given.tasks[0].query;
  return paddedSizes(cols)
    .filter((width) => width < 2 * cols)
    .flatMap((width) =>
      BEHIND.map((behind) =>
        fromMemory(
          given,
          ["query", "key"],
          { stride: cols, width, behind },
          { columns: width, of: cols, behind },
        ),
      ),
    );
}

export const MEMORY = [
  { ...storageMisread, variants: strided },
  { ...storageMisread, isPossible: hasHeads, variants: headsElsewhere },
  { ...featuresDropped, variants: overrun },
];
