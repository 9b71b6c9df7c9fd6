import { isWrittenAs } from "../../math/written.js";
import type { Trace } from "../../trace/trace.js";
import type { Sheet } from "../answers.js";
import { changesOf, UNCHANGED } from "../person/changes.js";
import { Numbers } from "../person/numbers.js";
import { sourcesOf } from "../solution.js";

/** Larger sheets are only tried with the powers of ten. */
const MOST_CELLS = 1000;
const POWERS_OF_TEN = Array.from({ length: 8 }, (_, power) => 10 ** (power + 1));

/** 1.1, 1.2, … 9.9 times the powers of ten up to 10^5, the rounder numbers first. */
const TWO_DIGITS = [...whole(10), ...whole(1)].flatMap((digits) =>
  [1, ...POWERS_OF_TEN.slice(0, 5)].map((power) => (digits * power) / 10),
);

function whole(step: number): number[] {
  return Array.from({ length: 90 / step }, (_, index) => 10 + index * step).filter((digits) => digits > 10);
}

/**
 * The solution with the base that gives most of a sheet, of all bases of one or two digits; a rounder base when several
 * give as much. Nothing when the base in force gives as much, or `withBase` has nothing to alter.
 */
export function findBase(
  trace: Trace,
  sheet: Sheet,
  withBase: (base: number) => readonly Trace[],
): readonly Trace[] {
  const cells = [...sheet.values()].reduce((count, answer) => count + answer.cells.length, 0);
  const bases = cells > MOST_CELLS ? POWERS_OF_TEN : [...POWERS_OF_TEN, ...TWO_DIGITS];
  const unaltered = new Numbers(sourcesOf(trace), UNCHANGED);
  let [best, most]: [readonly Trace[], number] = [[], countGiven(unaltered, sheet)];
  for (const altered of bases.flatMap(withBase)) {
    const given = countGiven(unaltered.with(changesOf(trace, altered)), sheet);
    if (given > most) [best, most] = [[altered], given];
  }
  return best;
}

/** How many answered cells a solution gives, unrounded. */
function countGiven(numbers: Numbers, sheet: Sheet): number {
  return [...sheet].reduce((count, [key, { cells }]) => {
    const data = numbers.of(key).data;
    return count + cells.filter((cell, index) => cell && isWrittenAs(data[index], cell)).length;
  }, 0);
}
