import { type Matrix, rowOf } from "../../math/matrix.js";
import type { Homework, MistakeText } from "../mistakes/mistake.js";
import type { RightOutput } from "./critique.js";
import type { Working } from "./expected-error.js";
import type { Judged, MachineVerdict } from "./judge-output.js";
import type { KeysUsed } from "./keys-of-rows.js";
import type { RangeRule } from "./keys-used.js";
import type { Noise } from "./mistakes/dropout.js";
import type { KernelMistake, Parameters, Suspicion } from "./mistakes/kernel-mistake.js";
import type { Precision } from "./precision.js";
import { isOff, type Units } from "./rule.js";
import type { OtherRule } from "./rule-names.js";
import type { Attentions } from "./target.js";
import type { Tolerance } from "./tolerance.js";
import type { Where } from "./where.js";

/** One answer of a machine, judged. */
export interface MachineStep {
  readonly scope: string;
  readonly id: string;
  readonly verdict: MachineVerdict;
  /** The way of working that explains it; of a wrong answer the strictest. */
  readonly working: Working;
  readonly wrong: number;
  /** The cells that were compared. */
  readonly of: number;
  /** In how many of its rows, where that is not all. */
  readonly rows?: { readonly checked: number; readonly of: number };
  /** Cells that are no finite number where one is expected, and the first of them. */
  readonly nonFinite: number;
  readonly firstNonFinite?: readonly [row: number, col: number];
  readonly worst?: WorstCell;
  readonly units: Units;
  /** Of a gradient: how far off it may be as a whole, or null where that is not asked. */
  readonly limit?: number | null;
  /** Of a gradient: the steps before it that no formula covers, so that it is judged by a wider rule. */
  readonly wide?: readonly string[];
  /** Of an answer that is less precise: cells that are off for the precision that was expected. */
  readonly tooCoarse?: number;
  readonly where?: Where;
  readonly keysUsed?: KeysUsed;
  /** What the rule of a library says, where somebody asked. */
  readonly rules?: Readonly<Partial<Record<OtherRule, "agrees" | "differs">>>;
  /** Where a dump holds several answers to a step: what it calls this one. */
  readonly answer?: string;
  /** What a dump of a whole model calls it. */
  readonly name?: string;
}

/** The cell that is off by most. */
export interface WorstCell {
  readonly cell: readonly [row: number, col: number];
  readonly got: number;
  readonly want: number;
  /** The error that may be expected there. */
  readonly unit: number;
  readonly units: number;
  /** The root mean square of what is right in its row. */
  readonly rowSize: number;
}

/** Whether a cell is no finite number where one is expected. */
export const isLost = (got: number, want: number): boolean => !Number.isFinite(got) && Number.isFinite(want);

/** The row and column of a cell. */
export const placeOf = (at: number, { cols }: Matrix): readonly [row: number, col: number] => [
  Math.floor(at / cols),
  at % cols,
];

/** How many cells are wrong, by how much, and which one most; `rows` were compared, and each number is a multiple of something. */
export function countCells(
  got: Matrix,
  want: Matrix,
  { units, variance, summary }: Pick<Judged, "units" | "variance" | "summary">,
  {
    rows = got.rows,
    multiplesOf,
  }: { readonly rows?: number | undefined; readonly multiplesOf?: Float64Array | undefined } = {},
): Pick<MachineStep, "wrong" | "of" | "units" | "nonFinite" | "worst"> {
  const [gotten, right] = [got.data, want.data];
  let [at, wrong, nonFinite] = [0, 0, 0];
  for (let index = 0; index < units.length; index++) {
    if (units[index] > units[at]) at = index;
    if (isOff(units[index])) wrong++;
    if (isLost(gotten[index], right[index])) nonFinite++;
  }
  const unit = multiplesOf?.[at] ?? 1;
  const [row] = placeOf(at, got);
  const rightRow = rowOf(want, row).map((value, c) => value * (multiplesOf?.[row * got.cols + c] ?? 1));
  return {
    wrong,
    nonFinite,
    of: rows * got.cols,
    units: summary,
    ...(units[at] > 0 && {
      worst: {
        cell: placeOf(at, got),
        got: unit * got.data[at],
        want: unit * want.data[at],
        unit: unit * Math.sqrt(variance[at]),
        units: units[at],
        rowSize: rootMeanSquare(rightRow),
      },
    }),
  };
}

const rootMeanSquare = (numbers: Float64Array) => Math.hypot(...numbers) / Math.sqrt(numbers.length);

/** What an answer shows. */
export interface Named {
  readonly mistake: MistakeText;
  readonly scope: string;
  readonly step: string;
  readonly parameters?: Parameters | undefined;
  readonly explains: number;
  readonly of: number;
}

export interface TargetReport {
  readonly step: MachineStep;
  readonly named: readonly Named[];
  /** The mistakes that were found by replay, to be tried first elsewhere. */
  readonly replayed: readonly KernelMistake[];
  /** Which keys each row used, where a rule of the row says it. */
  readonly rule?: RangeRule | undefined;
  /** The errors of a wrong output that nothing explains, if they may be noise. */
  readonly noise?: Noise;
  /** A right output, on which mistakes can be replayed. */
  readonly right?: RightOutput;
}

/** What is known beside the answer itself. */
export interface Circumstances {
  readonly homework: Homework;
  readonly attentions: Attentions;
  readonly precision: Precision;
  /** How far a cell may lie from what was meant, because it was written with so many digits. */
  readonly slack?: Float64Array | undefined;
  readonly likely: readonly KernelMistake[];
  /** Which keys other wrong outputs of the run were made of. */
  readonly keyRules: readonly RangeRule[];
  /** Several heads were wrong in ways that nothing explains: the next ones are not searched as long. */
  readonly isLost: boolean;
  readonly tolerance?: Tolerance | undefined;
  readonly otherBatches?: Suspicion["otherBatches"];
}

/** A mistake that an answer shows; `kernel` where it was found by replay. */
export interface FoundMistake extends Pick<Named, "mistake" | "parameters" | "explains" | "of"> {
  readonly kernel?: KernelMistake;
}

/** A mistake that answers show. */
export interface MachineDiagnosis {
  readonly mistake: MistakeText;
  readonly step: string;
  readonly parameters?: Parameters;
  /** Wrong cells that it gives, of so many that were looked at. */
  readonly explains: number;
  readonly of: number;
  /** The heads and batches that it was made in, where it is not all. */
  readonly scopes?: readonly string[];
}
