import {
  add,
  atLeast,
  atMost,
  columnNumbers,
  divide,
  multiply,
  row,
  subtract,
  symbolic,
} from "../trace/arrays.js";
import { constant, negative, sum } from "../trace/expression.js";
import { define } from "./define.js";

// How a RoPE scaling changes the frequencies for longer texts. 1×pairs → 1×pairs.

export interface Ramp {
  /** The variable of the ramp: the index of the pair, or the turns that the pair makes within `length` positions. */
  readonly over: "pair" | "turns";
  readonly length: number;
  /** The ramp is 0 at `zeroAt` and 1 at `oneAt`: linear between them and constant outside. */
  readonly zeroAt: number;
  readonly oneAt: number;
}

/** The share of each frequency that is kept unchanged: a linear ramp from 0 to 1. */
export const ramp = define<Ramp>({
  name: "ramp",
  definition([frequencies], { over, length, zeroAt, oneAt }) {
    const variable =
      over === "pair"
        ? columnNumbers(frequencies.cols)
        : divide(multiply(length, frequencies), symbolic(TWO_PI));
    const width = symbolic(sum([constant(oneAt), negative(constant(zeroAt))]));
    return atMost(atLeast(divide(subtract(variable, zeroAt), width), 0), 1);
  },
});

const TWO_PI = constant(2 * Math.PI, "2π");

interface Division {
  /** The divisor of each pair's frequency. */
  readonly divisors: Float64Array;
}

/**
 * Each frequency divided by its divisor. A second input, if given, is the share k of it that stays undivided: k·ω + (1
 * − k)·ω / divisor.
 */
export const divideFrequencies = define<Division>({
  name: "divide-frequencies",
  definition([frequencies, kept], { divisors }) {
    const isOne = divisors.every((divisor) => divisor === divisors[0]);
    const divided = divide(frequencies, isOne ? divisors[0] : row("divisors", divisors));
    return kept ? add(multiply(kept, frequencies), multiply(subtract(1, kept), divided)) : divided;
  },
});

/** 2π / ω: the number of positions in which a pair makes one turn. */
export const wavelengths = define({
  name: "wavelengths",
  definition: ([frequencies]) => divide(symbolic(TWO_PI), frequencies),
});
