import { upTo } from "../../math/lists.js";
import { type MadeRow, makeRow, over } from "../machine/rows.js";
import type { Task } from "../machine/task.js";
import { type Answers, valueFactor } from "./answers.js";
import type { Pattern, Polarity } from "./attended-keys.js";
import { type Scoring, scoreOf } from "./fit.js";
import type { EmptyRow, LogSumExpBase } from "./masked-rows.js";
import { KEYS, numberOfValue, PROBE, partOfHead, probe, QUERIES } from "./probe.js";
import { kvHeadFor, productsOf } from "./products.js";
import type { Hypothesis, PRECISIONS } from "./scoring.js";

// Solves the problems of the probe with the conventions that were found.

/** Everything that is needed to answer the probe as the kernel did. */
export interface Conventions {
  /** The type that the weights are rounded to. */
  readonly precision: (typeof PRECISIONS)[number]["name"];
  readonly hypothesis: Hypothesis;
  readonly scoring: Scoring;
  readonly pattern: Pattern;
  readonly polarity: Polarity | undefined;
  readonly fill: number | undefined;
  readonly emptyRow: EmptyRow | undefined;
  readonly logSumExp: LogSumExpBase | undefined;
  /** One logit per head that joins the sum of each row. */
  readonly sinks?: readonly number[] | undefined;
  /** Whether the log-sum-exp contains the sinks. */
  readonly areSinksSummed?: boolean | undefined;
}

/** A row of the replay. */
export interface ReplayedRow {
  /** Whether it may attend to no key. */
  readonly isEmpty?: true;
  readonly made?: MadeRow | undefined;
  /** The largest score of a row that attends to keys. */
  readonly maximum?: number;
  /**
   * The number in all cells of an empty row. Undefined if the row mixes values, or if the conventions do not say what
   * it contains.
   */
  readonly blank?: number;
}

/**
 * Replays the rows of one head. `isOpen`: which keys a query may attend to. `answers`: they show whose values the head
 * reads.
 */
export function replayHead(
  conventions: Conventions,
  answers: Answers,
  head: number,
  isOpen: (i: number, j: number) => boolean,
): readonly ReplayedRow[] {
  const { hypothesis, scoring, fill = Number.NEGATIVE_INFINITY } = conventions;
  const { grouping, rotation, isNormed } = hypothesis;
  const products = productsOf(head, kvHeadFor(head, grouping), rotation, isNormed);
  const sink = conventions.sinks?.[head];
  const task = taskOf(conventions, head, valueHeadOf(answers, head, grouping));
  return QUERIES.map((i) => {
    const scores = Float64Array.from(KEYS, (j) =>
      isOpen(i, j) ? scoreOf(scoring, products[i * PROBE.keys + j]) : fill,
    );
    const made = sink === undefined ? makeRow(task, i, scores) : makeBesideSink(task, i, scores, sink);
    return made
      ? { made, maximum: Math.max(...scores) }
      : { isEmpty: true, ...emptyRowOf(task, i, conventions.emptyRow) };
  });
}

/** Computes a row with e^sink in its sum. The sink has no value. */
function makeBesideSink(task: Task, row: number, scores: Float64Array, sink: number): MadeRow | undefined {
  const made = makeRow(task, row, scores, (_, { powers, sum, maximum }) =>
    over(powers, sum + Math.exp(sink - maximum)),
  );
  return made && { ...made, sum: made.sum * (1 + Math.exp(sink - made.logSumExp)) };
}

function emptyRowOf(task: Task, row: number, emptyRow: EmptyRow | undefined): ReplayedRow {
  if (emptyRow === "zero") return { blank: 0 };
  if (emptyRow === "nan") return { blank: Number.NaN };
  // Equal scores give all keys the same weight.
  return emptyRow === "uniform" ? { made: makeRow(task, row, new Float64Array(PROBE.keys)) } : {};
}

function taskOf({ hypothesis, scoring }: Conventions, head: number, valueHead: number): Task {
  const { query, key, value } = probe();
  return {
    scope: "",
    head,
    scale: scoring.scale,
    emptyRow: "zero",
    isProjected: false,
    // The expected error depends on the lengths of rows, and rotating them does not change these.
    query: partOfHead(query, head),
    key: partOfHead(key, kvHeadFor(head, hypothesis.grouping)),
    value: partOfHead(value, valueHead),
  };
}

/** Finds the kv head whose values most rows of a head show. If there is none, returns the kv head of its keys. */
function valueHeadOf(answers: Answers, head: number, grouping: Hypothesis["grouping"]): number {
  const shown = QUERIES.map((i) => valueFactor(answers, head, i));
  const isShown = (kvHead: number) =>
    shown.filter((factor) => factor === numberOfValue(kvHead)).length > shown.length / 2;
  return upTo(PROBE.kvHeads).find(isShown) ?? kvHeadFor(head, grouping);
}
