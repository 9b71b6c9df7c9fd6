import type { ComparedParts } from "../check/compared-parts.js";
import type { MachineCheck, MachineDiagnosis, MachineStep } from "../check/machine/check-dump.js";
import { type OverviewWhere, overviewOf, type Place } from "../check/machine/overview.js";
import type { Precision } from "../check/machine/precision.js";
import { MOST_OF_CELL } from "../check/machine/rule.js";
import type { WorstCell } from "../check/machine/target-report.js";
import { membersOf, type Plain } from "./json-value.js";

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
  const { precision, parts, steps, diagnosis, notShown } = check;
  return {
    ...membersOf(check, ["verdict", "judgedAs"]),
    precision: membersOf(precision, ["compute", "stored", "from"]),
    ...membersOf(check, ["rightFor"]),
    ...(parts && { answered: partsToJson(parts) }),
    ...membersOf(check, ["rightWith"]),
    ...answersToJson(check),
    steps: steps.map(stepToJson),
    diagnosis: diagnosis.map(({ mistake, step, ...found }) => ({
      mistake: mistake.id,
      step,
      title: titleOf(mistake),
      ...membersOf(found, ["parameters", "explains", "of"]),
      ...membersOf(mistake, ["formula", "fix"]),
      ...membersOf(found, ["scopes"]),
    })),
    ...(notShown && {
      notShown: notShown.map(({ mistake, ...one }) => ({
        mistake: mistake.id,
        title: titleOf(mistake),
        ...membersOf(one, ["reason", "change"]),
      })),
    }),
    ...membersOf(check, ["skipped"]),
  };
}

/** Which part of a problem was looked at, as it stands in `answered`. */
export const partsToJson = ({ checked, of }: ComparedParts): AnsweredParts => ({ parts: { checked, of } });

const titleOf = ({ title }: MachineDiagnosis["mistake"]) => title.replace(/\.$/, "");

function answersToJson({ steps }: MachineCheck): Pick<MachineReport, "answers"> {
  const answers = overviewOf(steps)?.map(({ id, nearest, ...all }) => ({
    step: id,
    ...membersOf(all, ["answer", "batches", "heads", "wrong", "of", "tooCoarse"]),
    ...(nearest && {
      nearest: {
        ...membersOf(nearest, ["batch", "head", "cell", "got", "want", "units"]),
        allowed: MOST_OF_CELL,
      },
    }),
    ...membersOf(all, ["where"]),
  }));
  return answers ? { answers } : {};
}

function stepToJson({ worst, where, keysUsed, ...step }: MachineStep): MachineStepReport {
  return {
    ...membersOf(step, ["scope", "id", "verdict", "answer", "name", "wrong", "of", "nonFinite"]),
    ...membersOf(step, ["tooCoarse", "firstNonFinite"]),
    ...(worst && { worst: membersOf(worst, ["cell", "got", "want", "unit", "units"]) }),
    ...membersOf(step, ["units", "limit", "wide"]),
    ...(where && { where: membersOf(where, ["rows", "every", "columns"]) }),
    ...(keysUsed && { keysUsed: membersOf(keysUsed, ["expected", "seen", "rows", "of"]) }),
    ...membersOf(step, ["rules"]),
  };
}
