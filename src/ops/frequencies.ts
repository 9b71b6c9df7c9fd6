import { cellOf, createMatrix, mapCells } from "../math/matrix.js";
import { call, constant, type Expression, negative, product, quotient, sum } from "../trace/expression.js";
import { cell, type Op, shapeOfFirst } from "../trace/op.js";

// How a RoPE scaling changes the frequencies of a longer text. 1×pairs → 1×pairs.

export interface Ramp {
  /** What the ramp runs over: the number of the pair, or the turns that the pair makes within `length` positions. */
  readonly over: "pair" | "turns";
  readonly length: number;
  /** The ramp is 0 at `zeroAt` and 1 at `oneAt`, straight between them and level beyond. */
  readonly zeroAt: number;
  readonly oneAt: number;
}

/** Which share of each frequency is kept as it is: a straight ramp from 0 to 1. */
export const ramp: Op<Ramp> = {
  name: "ramp",
  shape: shapeOfFirst,
  compute: ([frequencies], { over, length, zeroAt, oneAt }) =>
    mapCells(frequencies, (frequency, _, pair) => {
      const place = over === "pair" ? pair : (length * frequency) / (2 * Math.PI);
      return Math.min(1, Math.max(0, (place - zeroAt) / (oneAt - zeroAt)));
    }),
  explainCell(inputs, { over, length, zeroAt, oneAt }, row, col) {
    const place: Expression =
      over === "pair"
        ? constant(col)
        : quotient(product(constant(length), cell(inputs, 0, row, col)), constant(2 * Math.PI, "2π"));
    const share = quotient(
      sum([place, negative(constant(zeroAt))]),
      sum([constant(oneAt), negative(constant(zeroAt))]),
    );
    return call("min", constant(1), call("max", constant(0), share));
  },
};

export interface Division {
  /** What the frequency of each pair is divided by. */
  readonly divisors: Float64Array;
}

/**
 * Each frequency over its divisor; when a second input says which share of it to keep, that share stays undivided:
 * k·ω + (1 − k)·ω / divisor.
 */
export const divideFrequencies: Op<Division> = {
  name: "divide-frequencies",
  shape: shapeOfFirst,
  compute: ([frequencies, kept], { divisors }) =>
    mapCells(frequencies, (frequency, _, pair) => {
      const divided = frequency / divisors[pair];
      if (!kept) return divided;
      const share = cellOf(kept, 0, pair);
      return share * frequency + (1 - share) * divided;
    }),
  explainCell(inputs, { divisors }, row, col) {
    const frequency = cell(inputs, 0, row, col);
    const divided = quotient(frequency, constant(divisors[col]));
    if (inputs.length === 1) return divided;
    const kept = cell(inputs, 1, row, col);
    return sum([product(kept, frequency), product(sum([constant(1), negative(kept)]), divided)]);
  },
};

/** 2π / ω: after so many positions a pair has turned once. */
export const wavelengths: Op = {
  name: "wavelengths",
  shape: shapeOfFirst,
  compute: ([frequencies]) =>
    createMatrix(1, frequencies.cols, (_, pair) => (2 * Math.PI) / cellOf(frequencies, 0, pair)),
  explainCell: (inputs, _, row, col) => quotient(constant(2 * Math.PI, "2π"), cell(inputs, 0, row, col)),
};
