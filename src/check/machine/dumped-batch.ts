import type { Homework } from "../mistakes/mistake.js";
import type { FloatName } from "./float-names.js";
import { findPrecision, type Precision } from "./precision.js";
import type { SettingChanges } from "./right-with/setting-changes.js";
import type { KernelTestRule } from "./rule-names.js";
import type { SearchTime } from "./search-time.js";
import { type Attentions, attentionsOf, type DumpedAnswer } from "./target.js";
import type { Tolerance } from "./tolerance.js";

/** An answer of a machine, with the type and the form that it was stored in. */
export interface Dumped extends DumpedAnswer {
  /** The type of the file. For text: the type that the user states. */
  readonly kept: FloatName;
  /** For text: how far each cell may be from the printed number, which may have lost digits. */
  readonly slack?: Float64Array;
  readonly isPrinted?: true;
}

/** The answers to one problem, judged together. A run with several batches has one object per batch. */
export interface DumpedBatch {
  readonly batch?: number;
  readonly homework: Homework;
  readonly answers: readonly Dumped[];
  /** The attentions of the problem, if they are already known. */
  readonly attentions?: Attentions;
}

/** A batch whose attentions are known. */
export type PreparedBatch = DumpedBatch & Required<Pick<DumpedBatch, "attentions">>;

/** Options for judging the answers. */
export interface DumpRules {
  /** The type that the machine computed in, if the user states it. */
  readonly dtype?: FloatName | undefined;
  /** The tolerance atol + rtol·|right| per cell, which replaces the rule. */
  readonly tolerance?: Tolerance;
  /** The rule of a library, whose verdict is also reported. */
  readonly rule?: KernelTestRule | undefined;
  /** Settings that make all answers right, if they were searched for before. Null if the search found none. */
  readonly rightWith?: SettingChanges | null | undefined;
  /** How the machine misread its inputs, if that explains its answers. */
  readonly misread?: string | undefined;
  /**
   * Whether every known mistake is tried on right answers, instead of only the common ones, and the search for the cause
   * of wrong ones is not limited.
   */
  readonly critique?: boolean | undefined;
  /** The time that the search for a cause may take. By default it is that of `SearchTime`. */
  readonly time?: SearchTime | undefined;
  /** The maximum number of rows that are compared in each output and log-sum-exp. */
  readonly rows?: number | undefined;
}

/** Finds the attentions of each batch, and returns the batches that have answers. */
export function prepare(batches: readonly DumpedBatch[], { rows }: DumpRules = {}): readonly PreparedBatch[] {
  const all: Attentions[] = [];
  const prepared = batches.map((batch) => {
    const attentions = batch.attentions ?? attentionsOf(batch.homework.trace, rows, all);
    all.push(attentions);
    return { ...batch, attentions };
  });
  return prepared.filter(({ answers }) => answers.length > 0);
}

/** Returns the precision that an answer is judged by. */
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
