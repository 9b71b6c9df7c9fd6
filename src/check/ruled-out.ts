import { once, remember } from "../math/remember.js";
import type { Trace } from "../trace/trace.js";
import type { Answer } from "./answers.js";
import { areMissed, type Case, matricesFor, USUAL_WAYS } from "./candidate-fit.js";
import type { Judgement, Ways } from "./judge-step.js";
import { type RoundedSolutions, workForAll } from "./rounding-schedules.js";
import { isSame, type Solution, sourcesOf, stepsLeadingTo } from "./solution.js";

// Sheet after sheet is compared with the same solutions with mistakes. Most of them can be ruled out by what does not hang
// on the sheet and is kept, before anything is worked through from the person's own numbers.

/** Rules solutions out that cannot give the first wrong step of a sheet. */
export interface Sieve {
  /** Whether nothing is done otherwise between the person's own numbers and the first wrong step. */
  leavesAlone(altered: Trace): boolean;
  /** Whether no answer leads to the first wrong step, and this solution makes something else of it. */
  misses(altered: Trace): boolean;
}

/** What an altered solution comes to at one step, whoever wrote the sheet. */
interface Outlook {
  /** The inputs and steps of the right solution that it has not, or has otherwise. */
  readonly altered: readonly string[];
  /** The step and all that leads to it. */
  readonly leading: ReadonlySet<string>;
  /** What it gives there in the usual ways to round, when no answer leads to it. */
  readonly matrices: () => Ways;
}

export function createSieve({ sheet, first, solutions }: Case): Sieve {
  const { key } = first.answer;
  const before = [...sheet.keys()].filter((answered) => answered !== key);
  const isSettled = (answered: string) => sheet.get(answered)?.isSettled ?? false;
  const open = stepsLeadingTo(solutions.worked[0].sources, key, isSettled);
  const outlookOn = outlooksAt(first, solutions);
  return {
    leavesAlone: (trace) => !outlookOn(trace).altered.some((other) => open.has(other)),
    misses: (trace) => {
      const { leading, matrices } = outlookOn(trace);
      return !before.some((answered) => leading.has(answered)) && areMissed(first, matrices());
    },
  };
}

type Outlooks = WeakMap<Trace, Outlook>;
const outlooksBy = new WeakMap<readonly Solution[], Map<string, Outlooks>>();

function outlooksAt({ answer }: Judgement, solutions: RoundedSolutions): (trace: Trace) => Outlook {
  const bySteps = remember(outlooksBy, solutions.worked, () => new Map<string, Outlooks>());
  const known: Outlooks = remember(bySteps, answer.key, () => new WeakMap());
  return (trace) => remember(known, trace, () => lookAhead(trace, answer, solutions));
}

function lookAhead(trace: Trace, answer: Answer, solutions: RoundedSolutions): Outlook {
  const right = solutions.worked[0].sources;
  const sources = sourcesOf(trace);
  return {
    altered: right.keys().filter((key) => !isSame(sources, right, key)),
    leading: stepsLeadingTo(sources, answer.key),
    matrices: once(() => {
      const { worked } = workForAll(trace, solutions);
      const made = matricesFor({ worked, own: worked }, answer, USUAL_WAYS).map((make) => make());
      return [...new Set(made)].map((matrix) => () => matrix);
    }),
  };
}
