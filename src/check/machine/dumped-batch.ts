import type { Homework } from "../mistakes/mistake.js";
import type { FloatName } from "./float-names.js";
import { findPrecision, type Precision } from "./precision.js";
import type { OtherSettings } from "./right-with/conventions.js";
import type { OtherRule } from "./rule-names.js";
import { type Attentions, attentionsOf, type DumpedAnswer } from "./target.js";
import type { Tolerance } from "./tolerance.js";

/** An answer of a machine with what is known of how it was kept. */
export interface Dumped extends DumpedAnswer {
  /** The type of the file; of text the one that it is said to be in. */
  readonly kept: FloatName;
  /** Of text: how far a cell may lie from the number that was printed, which may have had more digits. */
  readonly slack?: Float64Array;
  readonly isPrinted?: true;
}

/** What is judged together: the answers to a problem. Of several batches there is one each. */
export interface DumpedBatch {
  readonly batch?: number;
  readonly homework: Homework;
  readonly answers: readonly Dumped[];
  /** The attentions of its problem, where they were found before. */
  readonly attentions?: Attentions;
}

/** The same, once the attentions of its problem are found. */
export type PreparedBatch = DumpedBatch & Required<Pick<DumpedBatch, "attentions">>;

/** How answers are to be judged. */
export interface DumpRules {
  /** What they were worked in, where someone says so. */
  readonly dtype?: FloatName | undefined;
  /** By how much a cell may be off, in place of the rule: atol + rtol·|right|. */
  readonly tolerance?: Tolerance;
  /** The rule of a library that is asked, too. */
  readonly rule?: OtherRule | undefined;
  /** Settings that make all answers right, where they were looked for before; null where none do. */
  readonly rightWith?: OtherSettings | null | undefined;
  /** Whether every known mistake is tried on right answers, and not only the usual ones. */
  readonly critique?: boolean | undefined;
  /** Of outputs and log-sum-exps: how many rows of each are compared. */
  readonly rows?: number | undefined;
}

/** Finds the attentions of the problems that are answered. */
export const prepare = (
  batches: readonly DumpedBatch[],
  { rows }: DumpRules = {},
): readonly PreparedBatch[] =>
  batches
    .filter(({ answers }) => answers.length > 0)
    .map((batch) => ({ ...batch, attentions: batch.attentions ?? attentionsOf(batch.homework.trace, rows) }));

/** The precision that an answer is judged by. */
export function precisionOf(
  { trace, tasks }: Attentions,
  answer: Dumped,
  dtype: FloatName | undefined,
): Precision {
  const given = trace.inputs.filter(({ name }) => NUMBERS.includes(name)).map(({ matrix }) => matrix);
  const kept = answer.isPrinted ? { ...answer, isExact: true } : answer;
  const found = findPrecision(given, kept, dtype);
  if (!tasks.some(({ isProjected }) => isProjected)) return found;
  const projectedFrom = trace.inputs.find(({ name }) => name === "x" || name === "query")?.matrix.cols ?? 0;
  return { ...found, projectedFrom, roundsGiven: found.roundsInputs, roundsInputs: true };
}

/** The inputs that a machine multiplies. */
const NUMBERS = ["query", "key", "value", "x", "memory", "wq", "wk", "wv", "wo", "backward"];
