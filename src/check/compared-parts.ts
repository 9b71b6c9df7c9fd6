/** What a problem may have several of, from the largest part to the smallest. */
export type PartKind = "layer" | "text" | "batch" | "head" | "row";

/** In how many parts of a problem answers were compared, of how many it has. */
export interface ComparedParts {
  readonly checked: number;
  readonly of: number;
  readonly kind: PartKind;
}

/** The parts of a problem that were worked, and those of which something was compared. */
export interface WorkedParts {
  readonly batches: number;
  /** The scopes of the heads of a batch; none where a run has no heads of its own. */
  readonly heads: readonly string[];
  /** Each with the head that was compared in a batch; without one it was all of its heads. */
  readonly compared: readonly { readonly batch: number; readonly head?: string | undefined }[];
  /** Of how many batches, heads and layers those that were worked were picked. */
  readonly picked: Readonly<Partial<Record<PartKind, number>>>;
}

/** The smallest parts that were not all compared; undefined where a check looked at the whole problem. */
export function findComparedParts(parts: WorkedParts): ComparedParts | undefined {
  const { heads, picked } = parts;
  const { layer = 1, batch = 1, head = 1 } = picked;
  const [ofBatches, perBatch] = [parts.batches * batch * layer, Math.max(1, heads.length)];
  const covered = coveredHeads(parts);
  const counts = [...covered.values()].map(({ size }) => size);
  if (head > 1 || counts.some((count) => count < perBatch)) {
    const checked = counts.reduce((sum, count) => sum + count, 0);
    return { checked, of: ofBatches * perBatch * head, kind: "head" };
  }
  if (batch > 1 || covered.size < parts.batches)
    return { checked: covered.size, of: ofBatches, kind: "batch" };
  return layer > 1 ? { checked: 1, of: layer, kind: "layer" } : undefined;
}

/** The heads of each batch of which something was compared; of a run without heads one that stands for the whole. */
function coveredHeads({ heads, compared }: WorkedParts): ReadonlyMap<number, ReadonlySet<string>> {
  const all = heads.length > 0 ? heads : [""];
  const covered = new Map<number, Set<string>>();
  for (const { batch, head } of compared) {
    const own = covered.get(batch) ?? new Set();
    for (const one of head === undefined ? all : [head]) own.add(one);
    covered.set(batch, own);
  }
  return covered;
}
