import type { InputName } from "../attention/inputs.js";
import type { AxesRequest, HeadArrays } from "./arrays/head-arrays.js";
import type { Gathered } from "./source-matrices.js";
import type { Value } from "./value.js";

// How many batches, heads and layers a problem had, if one of them was picked.

/** The number of batches, heads and layers from which one was picked. */
export type Picked = Readonly<Partial<Record<"batch" | "head" | "layer", number>>>;

/**
 * The inputs with axes for batches and heads, and the inputs with an axis for batches only. The number of weight
 * matrices says nothing.
 */
const WITH_HEADS: readonly InputName[] = ["query", "key", "value", "scores"];
const WITH_BATCHES: readonly InputName[] = ["x", "memory", "encoding"];

/**
 * Returns the counts from which a part of a problem was picked. `arrays` is the layout of the arrays, if they were read
 * whole.
 */
export function pickedOf(
  { matrices, layers = 1 }: Gathered,
  arrays?: HeadArrays,
  { batch, head }: AxesRequest = {},
): Picked {
  const pickedFrom = (name: InputName): Picked => pickedFromOf(matrices.get(name)?.value);
  return mostOf([
    ...WITH_HEADS.map(pickedFrom),
    ...WITH_BATCHES.map(pickedFrom).map(({ batch = 1, head = 1 }) => ({ batch: batch * head })),
    {
      batch: batch === undefined ? 1 : (arrays?.batches ?? 1),
      head: head === undefined ? 1 : (arrays?.heads ?? 1),
      layer: layers,
    },
  ]);
}

const pickedFromOf = (value: Value | undefined): Picked =>
  (value?.kind === "numbers" || value?.kind === "list" ? value.pickedFrom : undefined) ?? {};

/** Returns the largest count of each kind, if it is more than one. */
export function mostOf(all: readonly Picked[]): Picked {
  const kinds = ["batch", "head", "layer"] as const;
  const counts = kinds.map((kind) => [kind, Math.max(...all.map((one) => one[kind] ?? 1))] as const);
  return Object.fromEntries(counts.filter(([, count]) => count > 1));
}
