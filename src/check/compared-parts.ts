import { sumOver } from "../math/lists.js";
import { remember } from "../math/remember.js";
/** The parts that a problem may have several of, from the largest to the smallest. */
export type PartKind = "layer" | "text" | "batch" | "head" | "row";

/** The number of parts of a problem that were compared, and the number that it has. */
export interface ComparedParts {
  readonly checked: number;
  readonly of: number;
  readonly kind: PartKind;
}

/** The parts of a problem that were computed, and those that were compared. */
export interface WorkedParts {
  readonly batches: number;
  /** The scopes of the heads of a batch. Empty if a run has no heads. */
  readonly heads: readonly string[];
  /** A head of a batch that was compared, or a batch whose heads were all compared. */
  readonly compared: readonly { readonly batch: number; readonly head?: string | undefined }[];
  /** The number of layers, batches and heads from which the computed ones were picked. */
  readonly picked: Readonly<Partial<Record<PartKind, number>>>;
}

/** Returns the smallest parts that were not all compared, or undefined if the whole problem was compared. */
export function findComparedParts(parts: WorkedParts): ComparedParts | undefined {
  const { heads, picked } = parts;
  const { layer = 1, batch = 1, head = 1 } = picked;
  const [ofBatches, perBatch] = [parts.batches * batch * layer, Math.max(1, heads.length)];
  const covered = coveredHeads(parts);
  const counts = [...covered.values()].map(({ size }) => size);
  if (head > 1 || counts.some((count) => count < perBatch)) {
    const checked = sumOver(counts);
    return { checked, of: ofBatches * perBatch * head, kind: "head" };
  }
  if (batch > 1 || covered.size < parts.batches)
    return { checked: covered.size, of: ofBatches, kind: "batch" };
  return layer > 1 ? { checked: 1, of: layer, kind: "layer" } : undefined;
}

/** Returns the compared heads of each batch. A run without heads has one entry for the whole. */
function coveredHeads({ heads, compared }: WorkedParts): ReadonlyMap<number, ReadonlySet<string>> {
  const all = heads.length > 0 ? heads : [""];
  const covered = new Map<number, Set<string>>();
  for (const { batch, head } of compared) {
    const headsOfBatch = remember(covered, batch, () => new Set<string>());
    for (const one of head === undefined ? all : [head]) headsOfBatch.add(one);
  }
  return covered;
}
