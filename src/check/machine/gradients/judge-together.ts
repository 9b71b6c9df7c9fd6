import { FLOAT_TYPES, fitsType } from "../float-types.js";
import type { Precision } from "../precision.js";
import type { SearchTime } from "../search-time.js";
import type { Target } from "../target.js";
import type { MachineStep, NamedMistake, TargetReport } from "../target-report.js";
import { diagnoseGradients } from "./diagnose-gradients.js";
import type { Prepared } from "./search-context.js";

// Judges the gradients of a dump together, after each was judged by itself. A mistake has to explain all of them, and
// if one is found, no gradient is called less precise ("Causes" in docs/precision.md).

/** A gradient with its own verdict, and its place among the answers. */
export interface JudgedGradient {
  readonly target: Target;
  /** Its batch and head. */
  readonly scope: string;
  readonly at: number;
  readonly precision: Precision;
  readonly slack?: Float64Array | undefined;
  readonly report: TargetReport;
}

/**
 * Returns the reports that need the coarsest type. An answer that is right for a finer type is right for that one, too.
 */
function coarsest(reports: readonly TargetReport[]): readonly TargetReport[] {
  const unitOf = ({ step }: TargetReport) => FLOAT_TYPES[step.rounding.compute].unit;
  const most = Math.max(...reports.map(unitOf));
  return reports.filter((report) => unitOf(report) === most);
}

/**
 * Whether a gradient is right for a coarser type. A kernel that works in a coarser type does so in all gradients. If some
 * gradients are finer, something else may be wrong.
 */
const isLess = ({ report }: JudgedGradient): boolean => report.step.verdict === "less-precise";

/** Whether the numbers of a gradient themselves are short. Then it was rounded, whatever the other gradients are. */
const isCut = (gradient: JudgedGradient): boolean =>
  isLess(gradient) &&
  fitsType(FLOAT_TYPES[gradient.report.step.rounding.compute], gradient.target.got.data).all;

/** The verdict on all gradients of a dump together. */
export interface JudgedTogether {
  readonly named: readonly NamedMistake[];
  /** What changes in the verdicts of single answers, by their places. */
  readonly steps: ReadonlyMap<number, Partial<MachineStep>>;
  /** The ids of the mistakes that were found. The next batch tries them first. */
  readonly likely: readonly string[];
}

/**
 * Looks for mistakes that explain all gradients of a dump at once. If there is one, gradients that would be right for a
 * coarser type are wrong, not less precise.
 */
export function judgeTogether(
  prepared: Prepared,
  judged: readonly JudgedGradient[],
  batches: readonly Prepared[],
  { likely, time }: { readonly likely: readonly string[]; readonly time?: SearchTime | undefined },
): JudgedTogether {
  const wrong = judged.filter(({ report }) => !report.step.verdict.startsWith("agrees"));
  const [first] = wrong;
  if (!first) return { named: [], steps: new Map(), likely };
  const found = diagnoseGradients(prepared, judged, first.precision, { likely, batches, time });
  if (found.length === 0) {
    const reports =
      judged.every(isLess) || wrong.every(isCut) ? coarsest(wrong.map(({ report }) => report)) : [];
    const named = judged.flatMap(({ scope, report }) =>
      reports.includes(report) ? report.named.map((one) => ({ ...one, scope })) : [],
    );
    return { named, steps: new Map(), likely };
  }
  const named = found.flatMap(({ mistake, parameters, explained }) =>
    judged.flatMap((one, index): NamedMistake[] => {
      if (!wrong.includes(one)) return [];
      const { scope, target } = one;
      return [{ mistake, scope, step: target.id, ways: parameters && [parameters], ...explained[index] }];
    }),
  );
  const steps = new Map(wrong.map(({ at }) => [at, { verdict: "differs" as const }]));
  return { named, steps, likely: found.map(({ mistake }) => mistake.id) };
}
