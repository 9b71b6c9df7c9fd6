import type { Weight } from "../../attention/model/architecture.js";
import type { Matrix, Shape } from "../../math/matrix.js";
import { createRandom, type Random } from "../../math/random.js";
import { storedMatrix } from "../../math/stored-matrix.js";

/** The distribution of the numbers of a drawn matrix. */
export interface Distribution {
  /** "N(0, 0.02²)". */
  readonly text: string;
  /** Returns a function that gives the numbers of a rows×cols matrix one after the other. */
  numbers(random: Random, rows: number, cols: number): () => number;
}

/** Glorot and Bengio 2010, also called Xavier. */
export const GLOROT: Distribution = {
  text: "Glorot uniform, U(±√(6/(in + out)))",
  numbers: (random, rows, cols) => uniform(Math.sqrt(6 / (rows + cols))).numbers(random, rows, cols),
};

/** For W stored in×out, as PaLM starts. */
export const FAN_IN: Distribution = {
  text: "N(0, 1/in)",
  numbers: (random, rows) => normal(1 / Math.sqrt(rows)).numbers(random, rows, 1),
};

/** For embeddings of d_model columns that are multiplied by √d_model later. */
export const OVER_COLUMNS: Distribution = {
  text: "N(0, 1/d_model)",
  numbers: (random, rows, cols) => normal(1 / Math.sqrt(cols)).numbers(random, rows, cols),
};

/** Segments of n tokens: 0 in the first half, 1 in the second. */
export const HALVES: Distribution = {
  text: "0 in the first half, 1 in the second",
  numbers: (_, rows, cols) => {
    let cell = 0;
    return () => (2 * cell++ < rows * cols ? 0 : 1);
  },
};

/** All zeros, as biases start. */
export const ZERO: Distribution = { text: "0", numbers: () => () => 0 };

/** All ones, as norm weights start. */
export const ONE: Distribution = { text: "1", numbers: () => () => 1 };

/** Returns the normal distribution N(0, deviation²). */
export function normal(deviation: number): Distribution {
  const shown = Number(deviation.toPrecision(3));
  return {
    text: shown === 1 ? "N(0, 1)" : `N(0, ${shown}²)`,
    numbers: (random) => () => deviation * random.normal(),
  };
}

/** Returns the uniform distribution in (−bound, bound). */
export function uniform(bound: number): Distribution {
  return {
    text: `U(−${bound}, ${bound})`,
    numbers: (random) => () => (2 * random.uniform() - 1) * bound,
  };
}

/** Draws a rows×cols matrix from its own random stream. `seed` and `name` determine every number. */
export function drawMatrix(
  distribution: Distribution,
  rows: number,
  cols: number,
  { seed, name }: { readonly seed: number; readonly name: string },
): Matrix {
  const next = distribution.numbers(createRandom(seed, name), rows, cols);
  // A plain loop saves half a second, because a layer of real size has tens of millions of numbers.
  const data = new Float64Array(rows * cols);
  for (let cell = 0; cell < data.length; cell++) data[cell] = next();
  return { rows, cols, data };
}

/** Returns a weight whose rows each have their own random stream, so that one row can be drawn without the others. */
export function drawWeight(
  name: string,
  shape: Shape,
  into: number,
  distribution: Distribution,
  seed: number,
): Weight {
  const { rows, cols } = shape;
  const out = (rows * cols) / into;
  const draw = (first: number, count: number) => {
    const data = new Float64Array(count * cols);
    for (let row = 0; row < count; row++) {
      const next = distribution.numbers(createRandom(seed, `${name}/${first + row}`), into, out);
      for (let col = 0; col < cols; col++) data[row * cols + col] = next();
    }
    return data;
  };
  let cached: WeakRef<Float64Array> | undefined;
  const read = () => {
    const data = cached?.deref() ?? draw(0, rows);
    cached = new WeakRef(data);
    return data;
  };
  const readRows = ({ first, count }: { readonly first: number; readonly count: number }) => {
    const matrix = cached?.deref();
    const data = matrix ? matrix.slice(first * cols, (first + count) * cols) : draw(first, count);
    return { rows: count, cols, data };
  };
  return { name, matrix: storedMatrix(shape, read, readRows) };
}
