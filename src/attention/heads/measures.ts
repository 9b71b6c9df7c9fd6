import { tabulate } from "../../math/lists.js";
import { cellOf } from "../../math/matrix.js";
import { argmaxOfEach, type CellPerRow, meanOfRows } from "../../ops/heads.js";
import type { Axis } from "../../trace/trace.js";
import type { RowMeasures } from "../attention.js";
import { numbersOf, type Ref, record, recorder } from "../recorder.js";
import type { StepName } from "../steps.js";

/** The steps of one head that the table of heads is computed from. */
type MeasuredHead = Required<RowMeasures> & { readonly weights: Ref };

/**
 * Records the table of heads, one row per head: how spread its weights are, and its strongest key. It also shows how
 * much weight is on the first key, on the query's own position and on the position before. Returns one sentence per
 * head. `offset` is the position of query 0 among the keys.
 */
export function recordHeadMeasures(heads: readonly MeasuredHead[], offset: number): readonly string[] {
  const weights = heads.map((head) => head.weights);
  const [, keys] = weights[0].axes;
  const rows: Axis = { name: "head", labels: heads.map((_, head) => String(head)) };
  const table = { rows, of: weights[0] };
  const recordMean = (name: StepName, of: readonly Ref[], cells: CellPerRow, notes: readonly string[] = []) =>
    record(name, meanOfRows, of, cells, { ...table, notes });
  const entropies = heads.map((head) => head.entropy);
  const entropy = recordMean("head-entropy", entropies, { column: 0 });
  const columnSums = heads.map((head) => head.columnSums);
  const strongest = record("head-strongest-key", argmaxOfEach, columnSums, undefined, {
    ...table,
    valuesOn: keys,
  });
  const first = recordMean("head-first-key", weights, { column: 0 });
  const diagonal = recordMean("head-diagonal", weights, { diagonal: offset });
  const notes = describeHeads({ entropy, strongest, first, diagonal }, keys);
  recordMean("head-previous", weights, { diagonal: offset - 1 }, notes);
  return notes;
}

const MAX_SENTENCES = 16;

type Measures = Readonly<Record<"entropy" | "strongest" | "first" | "diagonal", Ref>>;

function describeHeads({ entropy, strongest, first, diagonal }: Measures, keys: Axis) {
  // Without a reader, the sentences would only force all weights to be computed.
  if (!recorder.numbers.areStepsShown) return [];
  const { rows } = entropy.shape;
  const at = (ref: Ref, head: number) => cellOf(numbersOf(ref), head, 0);
  const sentences = tabulate(Math.min(rows, MAX_SENTENCES), (head) => {
    const key = at(strongest, head);
    if (Number.isNaN(key) && !Number.isNaN(at(entropy, head))) return `Head ${head} looks at no key.`;
    const name = keys.labels?.[key] ?? `key ${key}`;
    return `Head ${head} ${describeHead(at(entropy, head), at(diagonal, head), at(first, head), name)}.`;
  });
  return rows > MAX_SENTENCES ? [...sentences, `… and ${rows - MAX_SENTENCES} more heads.`] : sentences;
}

/** Returns the first description that applies. */
function describeHead(entropy: number, diagonal: number, first: number, strongest: string) {
  const share = (value: number) => `${Math.round(100 * value)} %`;
  if (Number.isNaN(entropy)) return "has weights that are not numbers";
  if (diagonal >= 0.5) return `looks mostly at its own position (${share(diagonal)} of its weight)`;
  if (first >= 0.5) return `looks mostly at the first key (${share(first)} of its weight)`;
  if (entropy >= 0.95) return `looks at all keys nearly equally (entropy ${share(entropy)} of the maximum)`;
  if (entropy <= 0.3)
    return `is focused (entropy ${share(entropy)} of the maximum), most of all on ${strongest}`;
  return `spreads its weight (entropy ${share(entropy)} of the maximum), most of all on ${strongest}`;
}
