import type { ComparedParts } from "../check/compared-parts.js";
import type { MachineCheck, MachineDiagnosis, MachineStep } from "../check/machine/check-dump.js";
import type { NotShown } from "../check/machine/critique.js";
import { type Overview, type OverviewWhere, overviewOf, type Place } from "../check/machine/overview.js";
import type { Precision } from "../check/machine/precision.js";
import { MOST_OF_CELL } from "../check/machine/rule.js";
import type { WorstCell } from "../check/machine/target-report.js";
import type { Plain } from "./json-value.js";

/** What a machine computed, judged, as it stands in JSON. */
export type MachineReport = {
  readonly verdict: MachineCheck["verdict"];
  readonly judgedAs: "machine";
  readonly precision: Plain<Pick<Precision, "compute" | "stored" | "from">>;
  /** Of an answer that is less precise: the coarser types that it is right for. */
  readonly rightFor?: NonNullable<MachineCheck["rightFor"]>;
  /** Where a part of a problem was looked at. */
  readonly answered?: AnsweredParts;
  /** Settings under which everything is right. */
  readonly rightWith?: NonNullable<MachineCheck["rightWith"]>;
  /** All heads and batches of each step together. */
  readonly answers?: readonly AnswersReport[];
  readonly steps: readonly MachineStepReport[];
  readonly diagnosis: readonly KernelMistakeReport[];
  /** Of right answers: mistakes that they would not show. */
  readonly notShown?: readonly NotShownReport[];
  /** Names of a dump that nothing here is called. */
  readonly skipped?: readonly string[];
};

/** A mistake that right answers would not show: what hides it, where that is known, and what to change in the input. */
type NotShownReport = {
  readonly mistake: string;
  readonly title: string;
  readonly reason?: string;
  readonly change: string;
};

/** In how many heads (batches, layers) of a problem answers were compared, where it is a part of them. */
export type AnsweredParts = { readonly parts: { readonly checked: number; readonly of: number } };

/** The answers to one step in all heads and batches: how many numbers are wrong, which is nearest to it or farthest off, and where. */
type AnswersReport = {
  readonly step: string;
  readonly batches: number;
  readonly heads: number;
  readonly wrong: number;
  readonly of: number;
  /** Of answers that are less precise: numbers that are off for the precision that was expected. */
  readonly tooCoarse?: number;
  readonly nearest?: Plain<Pick<WorstCell, "cell" | "got" | "want" | "units">> &
    Plain<Place> & { readonly allowed: number };
  readonly where?: Plain<OverviewWhere>;
};

/** One answer of a machine: its wrong cells, the worst in units of the error that may be expected, and where they are. */
export type MachineStepReport = Plain<
  Pick<
    MachineStep,
    | "scope"
    | "id"
    | "verdict"
    | "answer"
    | "name"
    | "wrong"
    | "of"
    | "nonFinite"
    | "firstNonFinite"
    | "tooCoarse"
  >
> & {
  readonly worst?: Plain<Omit<WorstCell, "rowSize">>;
  readonly units: Plain<MachineStep["units"]>;
  /** Of a gradient: how far off it may be as a whole, or null where that is not asked. */
  readonly limit?: number | null;
  /** Of a gradient: the steps before it that no formula covers. */
  readonly wide?: readonly string[];
  readonly where?: {
    readonly rows: NonNullable<MachineStep["where"]>["rows"];
    readonly every: Plain<{ readonly first: number; readonly step: number }> | null;
    readonly columns: NonNullable<MachineStep["where"]>["columns"];
  };
  readonly keysUsed?: Plain<Omit<NonNullable<MachineStep["keysUsed"]>, "looked" | "keys">>;
  readonly rules?: NonNullable<MachineStep["rules"]>;
};

/** A mistake that a machine's answers show. */
export type KernelMistakeReport = {
  readonly mistake: string;
  readonly step: string;
  readonly title: string;
  readonly parameters?: NonNullable<MachineDiagnosis["parameters"]>;
  readonly explains: number;
  readonly of: number;
  readonly formula: string;
  readonly fix: string;
  readonly scopes?: readonly string[];
};

/** What a machine computed, judged, as plain data. */
export function machineCheckToJson(check: MachineCheck): MachineReport {
  const { verdict, judgedAs, precision, rightFor, steps, diagnosis } = check;
  const { compute, stored, from } = precision;
  return {
    verdict,
    judgedAs,
    precision: { compute, stored, from },
    ...(rightFor && { rightFor }),
    ...(check.parts && { answered: partsToJson(check.parts) }),
    ...(check.rightWith && { rightWith: check.rightWith }),
    ...answersToJson(check),
    steps: steps.map(stepToJson),
    diagnosis: diagnosis.map(diagnosisToJson),
    ...(check.notShown && { notShown: check.notShown.map(notShownToJson) }),
    ...(check.skipped && { skipped: check.skipped }),
  };
}

/** Which part of a problem was looked at, as it stands in `answered`. */
export const partsToJson = ({ checked, of }: ComparedParts): AnsweredParts => ({ parts: { checked, of } });

const notShownToJson = ({ mistake, reason, change }: NotShown): NotShownReport => ({
  mistake: mistake.id,
  title: mistake.title.replace(/\.$/, ""),
  ...(reason !== undefined && { reason }),
  change,
});

function answersToJson({ steps }: MachineCheck): Pick<MachineReport, "answers"> {
  const overviews = overviewOf(steps);
  if (!overviews) return {};
  return {
    answers: overviews.map(({ id, answer, batches, heads, wrong, of, tooCoarse, nearest, where }) => ({
      step: id,
      ...(answer !== undefined && { answer }),
      batches,
      heads,
      wrong,
      of,
      ...(tooCoarse !== undefined && { tooCoarse }),
      ...(nearest && { nearest: nearestToJson(nearest) }),
      ...(where && { where: { ...where } }),
    })),
  };
}

function nearestToJson({ batch, head, cell, got, want, units }: NonNullable<Overview["nearest"]>) {
  return {
    ...(batch !== undefined && { batch }),
    ...(head !== undefined && { head }),
    cell,
    got,
    want,
    units,
    allowed: MOST_OF_CELL,
  };
}

function stepToJson(step: MachineStep): MachineStepReport {
  const { scope, id, verdict, wrong, of, nonFinite, firstNonFinite, worst, units, where, keysUsed, rules } =
    step;
  return {
    scope,
    id,
    verdict,
    ...(step.answer !== undefined && { answer: step.answer }),
    ...(step.name !== undefined && { name: step.name }),
    wrong,
    of,
    nonFinite,
    ...(step.tooCoarse !== undefined && { tooCoarse: step.tooCoarse }),
    ...(firstNonFinite && { firstNonFinite }),
    ...(worst && { worst: worstToJson(worst) }),
    units: { ...units },
    ...(step.limit !== undefined && { limit: step.limit }),
    ...(step.wide && { wide: step.wide }),
    ...(where && {
      where: { rows: where.rows, every: where.every && { ...where.every }, columns: where.columns },
    }),
    ...(keysUsed && { keysUsed: keysUsedToJson(keysUsed) }),
    ...(rules && { rules: { ...rules } }),
  };
}

const keysUsedToJson = ({ expected, seen, rows, of }: NonNullable<MachineStep["keysUsed"]>) => ({
  expected,
  seen,
  rows,
  of,
});

const worstToJson = ({ cell, got, want, unit, units }: WorstCell) => ({ cell, got, want, unit, units });

function diagnosisToJson({
  mistake,
  step,
  parameters,
  explains,
  of,
  scopes,
}: MachineDiagnosis): KernelMistakeReport {
  return {
    mistake: mistake.id,
    step,
    title: mistake.title.replace(/\.$/, ""),
    ...(parameters && { parameters }),
    explains,
    of,
    formula: mistake.formula,
    fix: mistake.fix,
    ...(scopes && { scopes }),
  };
}
