import { tabulate } from "../../math/lists.js";
import type { Trace } from "../../trace/trace.js";
import type { Answer } from "../answers.js";
import { isMatched } from "../judgement.js";
import { changesOf } from "../person/changes.js";
import { type Numbers, numbersOfProblem } from "../person/numbers.js";
import { sourcesOf } from "../solution.js";
import { markFitted } from "./mistake.js";

/** The maximum number of cells of a sheet for which all bases are tried. For larger sheets only powers of ten are. */
const MAX_CELLS = 1000;
const POWERS_OF_TEN = tabulate(8, (power) => 10 ** (power + 1));

/** 1.1, 1.2, … 9.9 times the powers of ten up to 10^5, the rounder numbers first. */
const TWO_DIGITS = [...whole(10), ...whole(1)].flatMap((digits) =>
  [1, ...POWERS_OF_TEN.slice(0, 5)].map((power) => (digits * power) / 10),
);

function whole(step: number): number[] {
  return tabulate(90 / step, (index) => 10 + index * step).filter((digits) => digits > 10);
}

/**
 * Returns the solution with the base that gives most cells of a written step, of all bases with one or two digits. If
 * several give equally many, the rounder base is used. Returns nothing if the given base gives as many, or if
 * `withBase` has nothing to alter. Any number is a power of some base, so all bases except powers of ten count as
 * fitted.
 */
export function findBase(
  trace: Trace,
  answer: Answer,
  withBase: (base: number) => readonly Trace[],
): readonly Trace[] {
  const round = POWERS_OF_TEN.flatMap(withBase);
  if (round.length === 0) return [];
  const others =
    answer.cells.length > MAX_CELLS ? [] : TWO_DIGITS.flatMap((base) => markFitted(withBase(base)));
  const all = [...round, ...others];
  const unaltered = numbersOfProblem(sourcesOf(trace));
  /** Counts the answered cells that a solution gives without rounding. */
  const countGiven = (numbers: Numbers) => {
    const made = numbers.of(answer.key);
    return answer.cells.filter((cell, index) => cell && isMatched(answer, index, made)).length;
  };
  let [best, most]: [readonly Trace[], number] = [[], countGiven(unaltered)];
  for (const altered of all) {
    const given = countGiven(unaltered.with(changesOf(trace, altered)));
    if (given > most) [best, most] = [[altered], given];
  }
  return best;
}
