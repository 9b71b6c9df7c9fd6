import type { Matrix } from "../../math/matrix.js";
import { createRandom, type Random } from "../../math/random.js";

/** How the numbers of a drawn matrix begin. */
export interface Initialisation {
  /** "N(0, 0.02²)". */
  readonly text: string;
  /** What gives the numbers of a rows×cols matrix, one after the other. */
  numbers(random: Random, rows: number, cols: number): () => number;
}

/** Glorot and Bengio 2010, also called Xavier. */
export const GLOROT: Initialisation = {
  text: "Glorot uniform, U(±√(6/(in + out)))",
  numbers: (random, rows, cols) => uniform(Math.sqrt(6 / (rows + cols))).numbers(random, rows, cols),
};

/** W of in×out, as PaLM starts. */
export const FAN_IN: Initialisation = {
  text: "N(0, 1/in)",
  numbers: (random, rows) => normal(1 / Math.sqrt(rows)).numbers(random, rows, 1),
};

/** Embeddings of d_model columns that are multiplied by √d_model afterwards. */
export const OVER_COLUMNS: Initialisation = {
  text: "N(0, 1/d_model)",
  numbers: (random, rows, cols) => normal(1 / Math.sqrt(cols)).numbers(random, rows, cols),
};

/** Segments of n tokens: 0 in the first half, 1 in the second. */
export const HALVES: Initialisation = {
  text: "0 in the first half, 1 in the second",
  numbers: (_, rows, cols) => {
    let cell = 0;
    return () => (2 * cell++ < rows * cols ? 0 : 1);
  },
};

/** All zeros, as biases start. */
export const ZERO: Initialisation = { text: "0", numbers: () => () => 0 };

/** All ones, as the weights of norms start. */
export const ONE: Initialisation = { text: "1", numbers: () => () => 1 };

/** N(0, deviation²). */
export function normal(deviation: number): Initialisation {
  const shown = Number(deviation.toPrecision(3));
  return {
    text: shown === 1 ? "N(0, 1)" : `N(0, ${shown}²)`,
    numbers: (random) => () => deviation * random.normal(),
  };
}

/** Evenly from (−bound, bound). */
export function uniform(bound: number): Initialisation {
  return {
    text: `U(−${bound}, ${bound})`,
    numbers: (random) => () => (2 * random.uniform() - 1) * bound,
  };
}

/** A rows×cols matrix from a stream of its own: `seed` and `name` decide every number. */
export function drawMatrix(
  how: Initialisation,
  rows: number,
  cols: number,
  { seed, name }: { readonly seed: number; readonly name: string },
): Matrix {
  const next = how.numbers(createRandom(seed, name), rows, cols);
  // Tens of millions in a layer of real size: a loop of its own is worth half a second.
  const data = new Float64Array(rows * cols);
  for (let cell = 0; cell < data.length; cell++) data[cell] = next();
  return { rows, cols, data };
}
