import type { Matrix } from "../../math/matrix.js";
import { type MadeRow, makeRow, over } from "../machine/rows.js";
import type { Task } from "../machine/task.js";
import { type Answers, valueFactor } from "./answers.js";
import { type Scoring, scoreOf } from "./fit.js";
import type { EmptyRow, LogSumExpBase } from "./masked-rows.js";
import { numberOfValue, PROBE, probe } from "./probe.js";
import { kvHeadFor, productsOf } from "./products.js";
import type { Hypothesis, PRECISIONS } from "./scoring.js";
import type { Pattern, Polarity } from "./seen.js";

// The problems of the probe, worked with the conventions that were identified.

const { queries, keys, kvHeads, size } = PROBE;

/** All that is needed to answer the probe as a kernel did. */
export interface Conventions {
  /** The type whose roundings the weights show. */
  readonly precision: (typeof PRECISIONS)[number]["name"];
  readonly hypothesis: Hypothesis;
  readonly scoring: Scoring;
  readonly pattern: Pattern;
  readonly polarity: Polarity | undefined;
  readonly fill: number | undefined;
  readonly emptyRow: EmptyRow | undefined;
  readonly logSumExp: LogSumExpBase | undefined;
  /** A logit a head that each row's sum has beside its scores. */
  readonly sinks?: readonly number[] | undefined;
  /** Whether the log-sum-exp has the sinks in it. */
  readonly areSinksSummed?: boolean | undefined;
}

/** A row as the conventions make it. */
export interface ReplayedRow {
  /** It may attend to no key. */
  readonly isEmpty?: true;
  readonly made?: MadeRow | undefined;
  /** The number in all cells of an empty row that mixes no values; unknown where the conventions do not say what it is. */
  readonly blank?: number;
}

/** The rows of one head. `isOpen` says which keys a query may attend to; `answers` show whose values the head reads. */
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
  return Array.from({ length: queries }, (_, i) => {
    const scores = Float64Array.from({ length: keys }, (_score, j) =>
      isOpen(i, j) ? scoreOf(scoring, products[i * keys + j]) : fill,
    );
    const made = sink === undefined ? makeRow(task, i, scores) : makeBesideSink(task, i, scores, sink);
    return made ? { made } : { isEmpty: true, ...emptyRowOf(task, i, conventions.emptyRow) };
  });
}

/** A row whose sum has e^sink, which no value follows. */
function makeBesideSink(task: Task, row: number, scores: Float64Array, sink: number): MadeRow | undefined {
  const made = makeRow(task, row, scores, (_, { powers, sum, maximum }) =>
    over(powers, sum + Math.exp(sink - maximum)),
  );
  return made && { ...made, sum: made.sum * (1 + Math.exp(sink - made.logSumExp)) };
}

function emptyRowOf(task: Task, row: number, emptyRow: EmptyRow | undefined): ReplayedRow {
  if (emptyRow === "zero") return { blank: 0 };
  if (emptyRow === "nan") return { blank: Number.NaN };
  // Equal scores weigh all keys alike.
  return emptyRow === "uniform" ? { made: makeRow(task, row, new Float64Array(keys)) } : {};
}

function taskOf({ hypothesis, scoring }: Conventions, head: number, valueHead: number): Task {
  const { query, key, value } = probe();
  const part = (data: Float64Array, index: number, rows: number): Matrix => ({
    rows,
    cols: size,
    data: data.subarray(index * rows * size, (index + 1) * rows * size),
  });
  return {
    scope: "",
    head,
    scale: scoring.scale,
    emptyRow: "zero",
    isProjected: false,
    // Rounding hangs on the lengths of rows, which stay as they are when rows are turned by their positions.
    query: part(query.data, head, queries),
    key: part(key.data, kvHeadFor(head, hypothesis.grouping), keys),
    value: part(value.data, valueHead, keys),
  };
}

/** The kv head whose values most rows of a head show; that of its keys where no other one is shown by most. */
function valueHeadOf(answers: Answers, head: number, grouping: Hypothesis["grouping"]): number {
  const shown = Array.from({ length: queries }, (_, i) => valueFactor(answers, head, i));
  const isShown = (kvHead: number) =>
    shown.filter((factor) => factor === numberOfValue(kvHead)).length > queries / 2;
  return Array.from({ length: kvHeads }, (_, kvHead) => kvHead).find(isShown) ?? kvHeadFor(head, grouping);
}
