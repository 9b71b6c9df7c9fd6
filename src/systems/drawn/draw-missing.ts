import type { InputName } from "../../attention/inputs.js";
import type { Problem } from "../../attention/problem.js";
import { UserError } from "../../errors.js";
import { setting } from "../../setting-names.js";
import type { FactValue } from "../../trace/trace.js";
import { drawMatrix } from "./distributions.js";
import type { Draw } from "./draws.js";

/** The maximum count of numbers that are drawn: 800 MB. */
const MAX_NUMBERS = 100_000_000;

/** Draws the matrices, by name. Throws BAD_VALUE if there are too many numbers. */
export function drawMatrices(draws: readonly Draw[], seed: number): Problem<object>["matrices"] {
  refuseTooMany(draws);
  return Object.fromEntries(
    draws.map(({ input, rows, cols, distribution }) => [
      input,
      drawMatrix(distribution, rows, cols, { seed, name: input }),
    ]),
  );
}

/** Returns the draws that a command accepts, without those that were given or replaced by other given inputs. */
export function wantedDraws(
  { matrices, mask }: Problem<object>,
  draws: readonly Draw[],
  accepts: readonly InputName[],
): readonly Draw[] {
  const isGiven = (name: InputName) => (name === "mask" ? mask : matrices[name]) !== undefined;
  return draws.filter(
    ({ input, unless = [] }) => accepts.includes(input) && ![input, ...unless].some(isGiven),
  );
}

function refuseTooMany(draws: readonly Draw[]) {
  const count = draws.reduce((sum, { rows, cols }) => sum + rows * cols, 0);
  if (count <= MAX_NUMBERS) return;
  const gigabytes = (count * 8) / 1e9;
  throw new UserError(
    "BAD_VALUE",
    `This would draw ${count} numbers, ${gigabytes.toPrecision(3)} GB; at most ${MAX_NUMBERS} are drawn.`,
    `Draw fewer heads, which keep their size (${setting("heads")} 1), or fewer columns (${setting("dModel")}).`,
  );
}

/** Describes what is drawn and from which distributions: "x N(0, 1); wq, wk, wv, wo N(0, 0.02²)". */
export function describeDraws(draws: readonly Draw[]): string {
  const names = new Map<string, string[]>();
  for (const { input, distribution } of draws)
    names.set(distribution.text, [...(names.get(distribution.text) ?? []), input]);
  return Array.from(names, ([text, inputs]) => `${inputs.join(", ")} ${text}`).join("; ");
}

/** Returns the same description for programs. */
export function drawsInJson(draws: readonly Draw[]): FactValue {
  return Object.fromEntries(
    draws.map(({ input, rows, cols, distribution }) => [
      input,
      { shape: [rows, cols], distribution: distribution.text },
    ]),
  );
}
