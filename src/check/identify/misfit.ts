import {
  isShort,
  type RoundingModel,
  varianceOfFaint,
  varianceOfLogSumExp,
  varianceOfRow,
} from "../machine/expected-error.js";
import { worstOf } from "../machine/judge-output.js";
import { isRounding, summariseUnits, unitOf } from "../machine/rule.js";
import { type Answers, shortestHolding } from "./answers.js";
import { allows, allowsMasked } from "./attended-keys.js";
import { type KnownBase, LOG_SUM_EXPS } from "./masked-rows.js";
import { HEADS, PROBE, SUM_COLUMN } from "./probe.js";
import { type Conventions, type ReplayedRow, replayHead } from "./replay.js";

// Compares a replay of the conventions with the answers, by the rule of `--check`. So nothing is called explained
// unless it is.

const { heads, queries, keys, size } = PROBE;

/** The answers, by their names in the dump. */
export type AnswerName = "out" | "out_masked" | "lse" | "lse_masked";

/** A number of an answer that the conventions do not explain. */
export interface Misfit {
  readonly answer: AnswerName;
  readonly head: number;
  readonly query: number;
  /** The column of an output. Undefined for a log-sum-exp. */
  readonly column?: number;
  /** Whether it is the column that adds up the weights of a row. */
  readonly isSumOfWeights?: true;
  readonly got: number;
  readonly expected: number;
  /** How far it is off, in units of the expected error. */
  readonly units: number;
}

/**
 * Finds the number that is farthest off, among the answers that rounding does not explain. Returns undefined if it
 * explains all.
 */
export function findMisfit(
  conventions: Conventions,
  plain: Answers,
  masked: Answers | undefined,
): Misfit | undefined {
  const { pattern, polarity } = conventions;
  const found = HEADS.flatMap((head) => {
    const open = replayHead(conventions, plain, head, (i, j) => allows(pattern, i, j));
    const misfits = misfitsOf(conventions, plain, head, open, "");
    if (!masked || polarity === undefined) return misfits;
    const blocked = replayHead(conventions, masked, head, (i, j) => allowsMasked(pattern, polarity, i, j));
    return [...misfits, ...misfitsOf(conventions, masked, head, blocked, "_masked")];
  });
  return found.toSorted((a, b) => b.units - a.units)[0];
}

/** Lists the answers that can be compared. If the polarity is not known, masked answers cannot be. */
export function comparedAnswers(
  { polarity, logSumExp }: Pick<Conventions, "polarity" | "logSumExp">,
  plain: Answers,
  masked: Answers | undefined,
): readonly AnswerName[] {
  const hasSums = logSumExp !== undefined && logSumExp !== "other";
  const known = polarity === undefined ? undefined : masked;
  return [
    "out",
    ...(known ? (["out_masked"] as const) : []),
    ...(hasSums && plain.logSumExp ? (["lse"] as const) : []),
    ...(hasSums && known?.logSumExp ? (["lse_masked"] as const) : []),
  ];
}

/** Compares the answers of one head to one problem, and returns what is not explained. */
function misfitsOf(
  conventions: Conventions,
  { output, logSumExp }: Answers,
  head: number,
  rows: readonly ReplayedRow[],
  suffix: "" | "_masked",
): readonly Misfit[] {
  const outputOfHead = output.subarray(head * queries * size, (head + 1) * queries * size);
  const rounding = workingOf(conventions, output);
  const { sinks, areSinksSummed } = conventions;
  const sinkOf = (index: number) => (areSinksSummed ? sinks?.[index] : undefined) ?? Number.NEGATIVE_INFINITY;
  const ofOutput = farthest(outputOfHead, size, (row) => expectedOutput(rows[row], rounding));
  const form = conventions.logSumExp;
  const sums = logSumExp?.subarray(head * queries, (head + 1) * queries);
  const ofSums =
    sums && form && form !== "other"
      ? farthest(sums, 1, (row) => expectedSum(rows[row], form, workingOf(conventions, sums), sinkOf(head)))
      : undefined;
  return [
    ...(ofOutput ? [{ answer: `out${suffix}`, head, ...ofOutput } as const] : []),
    ...(ofSums ? [{ answer: `lse${suffix}`, head, ...ofSums } as const] : []),
  ];
}

/**
 * Returns the arithmetic of the kernel: the type its weights are rounded to, and the type that these numbers are stored
 * in.
 */
function workingOf({ precision, hypothesis }: Conventions, data: Float64Array): RoundingModel {
  const isTurned = hypothesis.rotation.pairs !== "none" || hypothesis.isNormed === true;
  return {
    compute: precision,
    stored: shortestHolding(data) ?? "float32",
    roundsScores: isShort(precision),
    // The same as `--check` assumes for rotated heads.
    roundsInputs: isTurned,
    ...(isTurned && { projectedFrom: heads * size }),
  };
}

/** The right numbers of a row of an answer, and the expected mean square error of each. */
interface ExpectedRow {
  readonly right: ArrayLike<number>;
  readonly variance: ArrayLike<number>;
}

function expectedOutput({ made, blank }: ReplayedRow, rounding: RoundingModel): ExpectedRow | undefined {
  if (blank !== undefined) return { right: Array(size).fill(blank), variance: Array(size).fill(0) };
  if (!made) return undefined;
  const number = made.output[SUM_COLUMN];
  const meanSquares = Float64Array.from({ length: size }, (_, c) =>
    c === SUM_COLUMN ? number ** 2 : c < keys ? number ** 2 / keys : 0,
  );
  const variance = varianceOfRow(made, meanSquares, rounding, size);
  for (let c = 0; c < size; c++) variance[c] += varianceOfFaint(made.faint, meanSquares[c]);
  return { right: made.output, variance };
}

function expectedSum(
  { made, maximum = 0, isEmpty }: ReplayedRow,
  form: KnownBase,
  rounding: RoundingModel,
  sink: number,
): ExpectedRow | undefined {
  // What a kernel writes as the log-sum-exp of an empty row is another convention, which is not compared.
  if (!made || isEmpty) return undefined;
  const variance = varianceOfLogSumExp(made, rounding, size);
  const withSink = made.logSumExp + Math.log1p(Math.exp(sink - made.logSumExp));
  const right = LOG_SUM_EXPS[form](maximum, withSink - maximum);
  return { right: [right], variance: [variance * (form === "2" ? Math.LOG2E : 1) ** 2] };
}

/** Finds the number of an answer that is farthest off. Returns undefined if rounding explains its rows. */
function farthest(
  got: Float64Array,
  cols: number,
  expected: (row: number) => ExpectedRow | undefined,
): Omit<Misfit, "answer" | "head"> | undefined {
  const right = new Float64Array(got.length);
  const units = new Float64Array(got.length);
  for (let row = 0; row < queries; row++) {
    const made = expected(row);
    for (let c = 0; made && c < cols; c++) {
      const at = row * cols + c;
      right[at] = made.right[c];
      units[at] = unitOf(got[at], right[at], made.variance[c]);
    }
  }
  if (isRounding(summariseUnits(units, cols), queries, cols)) return undefined;
  const worst = worstOf(units);
  return {
    query: Math.floor(worst / cols),
    ...(cols > 1 && { column: worst % cols }),
    ...(cols > 1 && worst % cols === SUM_COLUMN && { isSumOfWeights: true }),
    got: got[worst],
    expected: right[worst],
    units: units[worst],
  };
}
