import { type Matrix, rowOf } from "../../math/matrix.js";
import type { Homework, MistakeText } from "../mistakes/mistake.js";
import type { JudgedOutput } from "./critique.js";
import type { RoundingModel } from "./expected-error.js";
import type { FloatName } from "./float-names.js";
import type { Expected, Judged, MachineVerdict } from "./judge-output.js";
import type { KeysUsed } from "./keys-of-rows.js";
import type { RangeRule } from "./keys-used.js";
import type { Noise } from "./mistakes/dropout.js";
import type { KernelMistake, Parameters, SearchContext, Variant } from "./mistakes/kernel-mistake.js";
import type { Precision } from "./precision.js";
import { isOff, type Units } from "./rule.js";
import type { KernelTestRule } from "./rule-names.js";
import type { SearchTime } from "./search-time.js";
import type { Worst } from "./statistics.js";
import type { Attentions } from "./target.js";
import type { Tolerance } from "./tolerance.js";
import { indicesWhere, type Where } from "./where.js";

/** The verdict on one answer of a machine. */
export interface MachineStep {
  readonly scope: string;
  readonly id: string;
  readonly verdict: MachineVerdict;
  /** The way of rounding that explains the answer. For a wrong answer: the strictest way. */
  readonly rounding: RoundingModel;
  readonly wrong: number;
  /** The number of cells that were compared. */
  readonly of: number;
  /** The number of rows that were compared, if not all were. */
  readonly rows?: { readonly checked: number; readonly of: number };
  /**
   * The number of cells that are not finite although a finite number is expected. The next field is the first of them.
   */
  readonly nonFinite: number;
  readonly firstNonFinite?: readonly [row: number, col: number];
  readonly worst?: WorstCell;
  readonly units: Units;
  /** For gradients: the limit of the whole, in units of expected error, or null if there is none. */
  readonly limit?: number | null;
  /** For gradients: the earlier steps without an error formula, because of which a wider rule is used. */
  readonly wide?: readonly string[];
  /** For less precise answers: the number of cells that are too far off for the expected precision. */
  readonly tooCoarse?: number;
  readonly where?: Where;
  readonly keysUsed?: KeysUsed;
  /** The verdict of a library's rule, if it was asked for. */
  readonly rules?: Readonly<Partial<Record<KernelTestRule, "agrees" | "differs">>>;
  /** The dump's name of the answer, if the dump has several answers to the step. */
  readonly answer?: string;
  /** The name of the answer in the dump of a whole model. */
  readonly name?: string;
}

/** The cell that is farthest off, in units of expected error. */
export interface WorstCell {
  readonly cell: readonly [row: number, col: number];
  readonly got: number;
  readonly want: number;
  /** The expected error of the cell. */
  readonly unit: number;
  readonly units: number;
  /** The root mean square of the right numbers in its row. */
  readonly rowSize: number;
}

/** Whether a cell is not finite although a finite number is expected. */
export const isNonFiniteError = (got: number, want: number): boolean =>
  !Number.isFinite(got) && Number.isFinite(want);

/** Returns the row and column of a cell. */
export const placeOf = (at: number, { cols }: Matrix): readonly [row: number, col: number] => [
  Math.floor(at / cols),
  at % cols,
];

/**
 * Counts the wrong cells and finds the worst one. `rows` is the number of rows that were compared. Cell i stands for
 * its number times `multiplesOf[i]`.
 */
export function countCells(
  got: Matrix,
  expected: Pick<Expected, "want">,
  { units, variance, summary, worst }: Pick<Judged, "units" | "variance" | "summary" | "worst">,
  {
    rows = got.rows,
    multiplesOf,
  }: { readonly rows?: number | undefined; readonly multiplesOf?: Float64Array | undefined } = {},
): Pick<MachineStep, "wrong" | "of" | "units" | "nonFinite" | "worst"> {
  // Most answers are right, and need not be looked through again. The error of a number that is lost is ∞.
  const off = isOff(summary.cell) ? indicesWhere(units.length, (index) => isOff(units[index])) : [];
  const lost = Number.isFinite(summary.cell) ? [] : off;
  const { at, right, ...own } = worst ?? worstIn(units, variance, expected.want, summary);
  const unit = multiplesOf?.[at] ?? 1;
  const [row, col] = placeOf(at, got);
  const rightRow = right.map((value, c) => value * (multiplesOf?.[row * got.cols + c] ?? 1));
  return {
    wrong: off.length,
    nonFinite: lost.filter((index) => isNonFiniteError(got.data[index], expected.want.data[index])).length,
    of: rows * got.cols,
    units: summary,
    ...(own.units > 0 && {
      worst: {
        cell: [row, col],
        got: unit * got.data[at],
        want: unit * right[col],
        unit: unit * Math.sqrt(own.variance),
        units: own.units,
        rowSize: rootMeanSquare(rightRow),
      },
    }),
  };
}

/** Finds the worst cell among all. */
function worstIn(units: Float64Array, variance: Float64Array, want: Matrix, { cell }: Units): Worst {
  const at = Math.max(0, units.indexOf(cell));
  return { at, units: units[at], variance: variance[at], right: rowOf(want, placeOf(at, want)[0]) };
}

const rootMeanSquare = (numbers: Float64Array) => Math.hypot(...numbers) / Math.sqrt(numbers.length);

/** A mistake that explains an answer. */
export interface NamedMistake {
  readonly mistake: MistakeText;
  readonly scope: string;
  readonly step: string;
  /** The numbers of the mistake. There are several ways if they give the same numbers here. */
  readonly ways?: readonly Parameters[] | undefined;
  /** The number of wrong cells that the mistake explains, and of cells that were examined. */
  readonly explains: number;
  readonly of: number;
}

export interface TargetReport {
  readonly step: MachineStep;
  readonly named: readonly NamedMistake[];
  /** The mistakes that were found by replay. They are tried first on other answers. */
  readonly replayed: readonly KernelMistake[];
  /** The same mistakes, each with the numbers that were found here alone. */
  readonly asFound: readonly KernelMistake[];
  /** The coarser type that explains an output for which no mistake was found. */
  readonly coarser?: FloatName | undefined;
  /** The rule for the keys that each row used, if there is a rule. */
  readonly rule?: RangeRule | undefined;
  /** The errors of an unexplained output, if they may be noise. */
  readonly noise?: Noise;
  /** The output, right or wrong, if mistakes can be replayed on it. */
  readonly output?: JudgedOutput | undefined;
}

/** What is known besides the answer itself. */
export interface JudgingContext {
  readonly homework: Homework;
  readonly attentions: Attentions;
  readonly precision: Precision;
  /** How far each cell may be from the intended number, because few digits were printed. */
  readonly slack?: Float64Array | undefined;
  readonly likely: readonly KernelMistake[];
  /** Rules for the keys that other wrong outputs of the run used. */
  readonly keyRules: readonly RangeRule[];
  /** Whether several heads were wrong without an explanation. Then the search in the next ones is shorter. */
  readonly skipsLastResorts: boolean;
  /** The coarser types that explain other outputs. If they explain this one too, the search is shorter. */
  readonly coarser: ReadonlySet<FloatName>;
  readonly tolerance?: Tolerance | undefined;
  /** The time that the search for a cause may take, if it is limited. */
  readonly time?: SearchTime | undefined;
  readonly allBatches?: SearchContext["allBatches"];
}

/** A mistake that explains an answer. `kernel` and `variant` are set if it was found by replay. */
export interface FoundMistake extends Omit<NamedMistake, "scope" | "step"> {
  readonly kernel?: KernelMistake;
  readonly variant?: Variant;
}

/** A mistake that explains answers of the dump. */
export interface MachineDiagnosis extends Omit<NamedMistake, "scope" | "ways"> {
  readonly parameters?: Parameters;
  /** The heads and batches with the mistake, if not all have it. */
  readonly scopes?: readonly string[];
}
