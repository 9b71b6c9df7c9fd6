import { FLOAT_TYPES } from "../float-types.js";
import type { Precision } from "../precision.js";
import type { Target } from "../target.js";
import type { MachineStep, Named, TargetReport } from "../target-report.js";
import { diagnoseGradients } from "./diagnose-gradients.js";
import type { Prepared } from "./suspicion.js";

/** A gradient that was judged by itself, and where it stands among the answers. */
export interface JudgedGradient {
  readonly target: Target;
  readonly at: number;
  readonly precision: Precision;
  readonly slack?: Float64Array | undefined;
  readonly report: TargetReport;
}

/** Those that need the coarsest type: what is right for a finer one is right for it, too. */
function coarsest(reports: readonly TargetReport[]): readonly TargetReport[] {
  const unitOf = ({ step }: TargetReport) => FLOAT_TYPES[step.working.compute].unit;
  const most = Math.max(...reports.map(unitOf));
  return reports.filter((report) => unitOf(report) === most);
}

/** What the gradients of a dump say together. */
export interface JudgedTogether {
  readonly named: readonly Named[];
  /** What is to be said otherwise of single answers, by their places. */
  readonly steps: ReadonlyMap<number, Partial<MachineStep>>;
  /** The mistakes that were found, to be tried first in the next batch. */
  readonly likely: readonly string[];
}

/**
 * Looks for the mistakes that all gradients of a dump show at once. Where there is one, what would be right for a coarser type
 * is not less precise, but wrong.
 */
export function judgeTogether(
  prepared: Prepared,
  judged: readonly JudgedGradient[],
  likely: readonly string[],
): JudgedTogether {
  const wrong = judged.filter(({ report }) => !report.step.verdict.startsWith("agrees"));
  const [first] = wrong;
  if (!first) return { named: [], steps: new Map(), likely };
  const found = diagnoseGradients(prepared, judged, first.precision, likely);
  if (found.length === 0) {
    // A kernel that works in a coarser type does so in all gradients: where some are finer, something else may be wrong.
    const isLess = judged.every(({ report }) => report.step.verdict === "less-precise");
    const reports = isLess ? coarsest(wrong.map(({ report }) => report)) : [];
    return { named: reports.flatMap((report) => report.named), steps: new Map(), likely };
  }
  const named = found.flatMap(({ mistake, parameters, explained }) =>
    judged.flatMap(({ target: { scope, id }, report }, index): Named[] => {
      const isWrong = !report.step.verdict.startsWith("agrees");
      return isWrong ? [{ mistake, scope, step: id, parameters, ...explained[index] }] : [];
    }),
  );
  const steps = new Map(wrong.map(({ at }) => [at, { verdict: "differs" as const }]));
  return { named, steps, likely: found.map(({ mistake }) => mistake.id) };
}
