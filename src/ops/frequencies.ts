import { constant, negative, sum } from "../trace/expression.js";
import { define } from "./define.js";

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
export const ramp = define<Ramp>({
  name: "ramp",
  of(arrays, [frequencies], { over, length, zeroAt, oneAt }, [{ cols }]) {
    const { multiply, subtract, divide, atLeast, atMost, columnNumbers, known } = arrays;
    const place =
      over === "pair" ? columnNumbers(cols) : divide(multiply(length, frequencies), known(TWO_PI));
    const width = known(sum([constant(oneAt), negative(constant(zeroAt))]));
    return atMost(atLeast(divide(subtract(place, zeroAt), width), 0), 1);
  },
});

const TWO_PI = constant(2 * Math.PI, "2π");

interface Division {
  /** What the frequency of each pair is divided by. */
  readonly divisors: Float64Array;
}

/**
 * Each frequency over its divisor; when a second input says which share of it to keep, that share stays undivided:
 * k·ω + (1 − k)·ω / divisor.
 */
export const divideFrequencies = define<Division>({
  name: "divide-frequencies",
  of({ add, subtract, multiply, divide, row }, [frequencies, kept], { divisors }) {
    const isOne = divisors.every((divisor) => divisor === divisors[0]);
    const divided = divide(frequencies, isOne ? divisors[0] : row("divisors", divisors));
    return kept ? add(multiply(kept, frequencies), multiply(subtract(1, kept), divided)) : divided;
  },
});

/** 2π / ω: after so many positions a pair has turned once. */
export const wavelengths = define({
  name: "wavelengths",
  of: ({ divide, known }, [frequencies]) => divide(known(TWO_PI), frequencies),
});
