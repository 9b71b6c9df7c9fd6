import type { Matrix } from "../../math/matrix.js";
import { joinColumns } from "../../ops/parts.js";
import type { Evaluation } from "../../trace/evaluate/evaluation.js";
import type { HeadRefs } from "../heads/record-heads.js";

/** Keys and values of the tokens before, of one layer: p×(kv heads · head size) each, keys after rotation. */
export interface LayerCache {
  readonly pastKey: Matrix;
  readonly pastValue: Matrix;
}

/** What a layer leaves for the tokens that follow: those of the cache that it was given, and its own. */
export function cacheOf(numbers: Evaluation, heads: readonly HeadRefs[], numKvHeads: number): LayerCache {
  const perKvHead = heads.length / numKvHeads;
  const own = Array.from({ length: numKvHeads }, (_, kvHead) => heads[kvHead * perKvHead]);
  const join = (part: "keys" | "values") =>
    joinColumns.compute(
      own.map((head) => numbers.of(head[part])),
      undefined,
    );
  return { pastKey: join("keys"), pastValue: join("values") };
}
