import { type KernelMistake, type Variant, withWeighting } from "./kernel-mistake.js";

// Weights in 8 bits. What is rounded there can be worked again.

/** A type of 8 bits: bits of the fraction, the exponent of the least normal number, the largest number. */
const TYPES = {
  e4m3: { fraction: 3, least: -6, largest: 448 },
  e5m2: { fraction: 2, least: -14, largest: 57344 },
} as const;

type Type = keyof typeof TYPES;

/** The nearest number of a type, halfway the even one; beyond the largest that one. */
function roundTo(type: Type, value: number): number {
  const { fraction, least, largest } = TYPES[type];
  if (value === 0) return 0;
  const exponent = Math.max(least, Math.floor(Math.log2(value)));
  const step = 2 ** (exponent - fraction);
  const count = value / step;
  const floor = Math.floor(count);
  const rest = count - floor;
  const isUp = rest > 0.5 || (rest === 0.5 && floor % 2 === 1);
  return Math.min(largest, (isUp ? floor + 1 : floor) * step);
}

/** By what the exponentials, at most 1, are multiplied before they are rounded. */
const FACTORS = [1, 448, 256] as const;

function* rounded(): Generator<Variant> {
  for (const type of ["e4m3", "e5m2"] as const)
    for (const factor of FACTORS)
      for (const sums of ["as they were", "rounded"] as const) {
        const round = (power: number) => roundTo(type, power * factor) / factor;
        yield withWeighting(
          (_, { powers, sum }) => {
            const made = powers.map(round);
            const total = sums === "rounded" ? made.reduce((so, power) => so + power, 0) : sum;
            return made.map((power) => power / total);
          },
          { type, ...(factor > 1 && { factor }), "summed up": sums },
        );
      }
}

export const weightsInFp8: KernelMistake = {
  id: "weights-fp8",
  step: "exponentials",
  title: "The exponentials were rounded to 8 bits: those below the smallest number of the type are lost.",
  formula: "e4m3 holds 4 bits of a number, from 2⁻⁹ to 448",
  fix: "Keep the exponentials in a wider type, or scale them to use the whole range of the short type.",
  variants: rounded,
};
