import { isBlocked } from "../../../math/blocked.js";
import { expectedRange } from "../keys-used.js";
import type { Task } from "../task.js";
import {
  type KernelMistake,
  kernelMistakes,
  onOther,
  type Parameters,
  type Suspicion,
  type Variant,
} from "./kernel-mistake.js";
import { overKeys } from "./ranges.js";

// Masks that divide a text: documents side by side, chunks, padding that differs from batch to batch.

/** The first key of each row; undefined where masks have holes. */
function firstKeys(task: Task): readonly number[] | undefined {
  const { blocked, query, key } = task;
  if (!blocked || query.rows !== key.rows) return undefined;
  const ranges = Array.from({ length: query.rows }, (_, row) => expectedRange(task, row));
  const hasHole = ranges.some(({ low, high }, row) => {
    for (let j = low; j < high; j++) if (isBlocked(blocked, row, j)) return true;
    return false;
  });
  return hasHole ? undefined : ranges.map(({ low }) => low);
}

/** Where documents begin: rows that see nothing before themselves, as all rows up to the next such one; none where a mask has no documents. */
function startsOf(task: Task): readonly number[] {
  const first = firstKeys(task);
  if (!first) return [];
  const starts = first.flatMap((low, row) => (low === row ? [row] : []));
  const isDivided = first.every((low, row) => starts.findLast((start) => start <= row) === low);
  return isDivided && starts.length > 1 && starts.length < first.length ? starts : [];
}

const areDocuments = ({ tasks }: Suspicion) => tasks.every((task) => startsOf(task).length > 0);

/** Each row with keys before those that it may attend to. */
const from = (first: (low: number, task: Task) => number, parameters: Parameters): Variant =>
  overKeys((row, task) => {
    const { low, high } = expectedRange(task, row);
    return { low: first(low, task), high };
  }, parameters);

/** Beside the keys of its own document a row sees those of the one before. */
const documentBefore = (low: number, task: Task) => startsOf(task).findLast((start) => start < low) ?? 0;

const masking = kernelMistakes("masked-scores", "a query sees only keys of its own document and batch");

export const DOCUMENTS: readonly KernelMistake[] = [
  masking({
    id: "documents-attended",
    title: "Queries attended to keys of other documents (or chunks) in the same row.",
    fix: "Mask by document: compare the document index of query and key, or pass cu_seqlens.",
    isPossible: areDocuments,
    variants: () => [
      from(() => 0, { which: "all before" }),
      from(documentBefore, { which: "the one before" }),
      from((low) => low - 1, { which: "the last key of the one before" }),
      onOther((task) => ({ ...task, blocked: undefined }), { which: "all" }),
    ],
  }),
  masking({
    id: "mask-of-another-batch",
    title: "The mask of another batch was applied: other keys are padding there.",
    fix: "Advance the pointer of the mask, or of the key lengths, from batch to batch.",
    isPossible: ({ otherBatches = [], homework: { problem } }) =>
      otherBatches.length > 1 && (problem.mask !== undefined || "keyLength" in problem.settings),
    variants: ({ otherBatches = [] }) =>
      otherBatches.map(({ batch, tasks }) =>
        onOther((task) => ({ ...task, blocked: tasks[task.head]?.blocked }), { batch }),
      ),
  }),
];
