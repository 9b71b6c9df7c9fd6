import type { ComparedParts } from "../check/compared-parts.js";
import type { MachineCheck, MachineDiagnosis, MachineStep } from "../check/machine/check-dump.js";
import { type OverviewWhere, overviewOf, type Place } from "../check/machine/overview.js";
import type { Precision } from "../check/machine/precision.js";
import { MAX_CELL_UNITS } from "../check/machine/rule.js";
import type { WorstCell } from "../check/machine/target-report.js";
import type { Where } from "../check/machine/where.js";
import { membersOf, type Plain } from "./json-value.js";

/** The JSON report of a machine's numbers. */
export type MachineReport = {
  readonly verdict: MachineCheck["verdict"];
  readonly judgedAs: "machine";
  readonly precision: Plain<Pick<Precision, "compute" | "stored" | "from">>;
  /** For an answer that is less precise: the coarser types that it is right for. */
  readonly rightFor?: NonNullable<MachineCheck["rightFor"]>;
  /** Present if only a part of the problem was compared. */
  readonly answered?: AnsweredParts;
  /** Settings with which everything is right. */
  readonly rightWith?: NonNullable<MachineCheck["rightWith"]>;
  /** Each step with all heads and batches together. */
  readonly answers?: readonly AnswersReport[];
  readonly steps: readonly MachineStepReport[];
  readonly diagnosis: readonly KernelMistakeReport[];
  /** For right answers: mistakes that they would not show. */
  readonly notShown?: readonly NotShownReport[];
  /** After how many seconds of processor time the search for a cause was stopped, if it was. */
  readonly searchStopped?: number;
  /** Names in a dump that qkv does not know. */
  readonly skipped?: readonly string[];
};

/** A mistake that right answers would not show: what hides it, if known, and what to change in the input. */
type NotShownReport = {
  readonly mistake: string;
  readonly title: string;
  readonly reason?: string;
  readonly change: string;
};

/** In how many heads (batches, layers) of a problem answers were compared, if not in all. */
export type AnsweredParts = { readonly parts: { readonly checked: number; readonly of: number } };

/**
 * The answers to one step in all heads and batches: how many numbers are wrong, which is nearest to wrong or farthest
 * off, and where.
 */
type AnswersReport = {
  readonly step: string;
  readonly batches: number;
  readonly heads: number;
  readonly wrong: number;
  readonly of: number;
  /** For answers that are less precise: how many numbers are off for the expected precision. */
  readonly tooCoarse?: number;
  readonly nearest?: Plain<Pick<WorstCell, "cell" | "got" | "want" | "units">> &
    Plain<Place> & { readonly allowed: number };
  readonly where?: Plain<OverviewWhere>;
};

/** One answer of a machine: its wrong cells, the worst in units of the expected error, and where they are. */
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
  /** For a gradient: the limit of its error as a whole, or null if none applies. */
  readonly limit?: number | null;
  /** For a gradient: the steps before it that no error formula covers. */
  readonly wide?: readonly string[];
  readonly where?: {
    readonly rows: Where["rows"];
    readonly every: Plain<{ readonly first: number; readonly step: number }> | null;
    readonly columns: Where["columns"];
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

/** Writes the report of a machine's numbers as plain data. */
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
    ...membersOf(check, ["searchStopped", "skipped"]),
  };
}

/** Writes which part of a problem was compared, for `answered`. */
export const partsToJson = ({ checked, of }: ComparedParts): AnsweredParts => ({ parts: { checked, of } });

const titleOf = ({ title }: MachineDiagnosis["mistake"]) => title.replace(/\.$/, "");

function answersToJson({ steps }: MachineCheck) {
  const answers = overviewOf(steps)?.map(({ id, nearest, ...all }) => ({
    step: id,
    ...membersOf(all, ["answer", "batches", "heads", "wrong", "of", "tooCoarse"]),
    ...(nearest && {
      nearest: {
        ...membersOf(nearest, ["batch", "head", "cell", "got", "want", "units"]),
        allowed: MAX_CELL_UNITS,
      },
    }),
    ...membersOf(all, ["where"]),
  }));
  return answers ? { answers } : {};
}

function stepToJson({ worst, where, keysUsed, ...step }: MachineStep) {
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
