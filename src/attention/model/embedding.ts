import { refuseAs } from "../../errors.js";
import { present } from "../../math/lists.js";
import { lookUpRows } from "../../ops/distances.js";
import { add, identity } from "../../ops/elementwise.js";
import type { Axis } from "../../trace/op.js";
import { recordNorm } from "../layer/norm.js";
import { recordScaled } from "../positions/kind.js";
import { ENCODING_SETTINGS } from "../positions/kind-settings.js";
import { sinusoidal } from "../positions/sinusoidal.js";
import { type Ref, record, recorder } from "../recorder.js";
import type { Architecture, ModelRun, OuterWeight, Weight } from "./architecture.js";
import { positionsOf } from "./tokens.js";

/** The input of an embedding: ids, and the number of cached tokens before them. */
export interface EmbeddingInput extends Pick<ModelRun, "architecture" | "ids" | "segments"> {
  readonly past: number;
  readonly axis: Axis;
  /** Puts the rows that are not tokens between the rows of tokens. */
  readonly insert?: ((tokens: Ref) => Ref) | undefined;
}

/**
 * Records the input of the first layer: `token-embedding` (times √d_model if scaled), `position-embedding` or the
 * sinusoid `encoding`, `segment-embedding`, their sum if there are several, the norm if there is one, and `embedding`.
 * → n×d_model. Throws BAD_VALUE for an id or a position without a row.
 */
export function recordModelEmbedding(refs: OuterRefs, embedded: EmbeddingInput): Ref {
  const parts = recordParts(refs, embedded);
  const sum = (name: "embedding" | "embedding-sum") => record(name, parts.length > 1 ? add : identity, parts);
  if (!embedded.architecture.embedding.hasNorm) return sum("embedding");
  const { embeddingNorm, embeddingNormBias } = refs;
  const summed = sum("embedding-sum");
  const { layer } = embedded.architecture;
  const normed = recordNorm(summed, "embedding-norm", layer, embeddingNorm, embeddingNormBias);
  return record("embedding", identity, [normed]);
}

function recordParts(
  { tokenEmbedding, positionEmbedding, segmentEmbedding }: OuterRefs,
  { architecture, ids, segments, past, axis, insert }: EmbeddingInput,
) {
  const { firstPosition, hasSegments, isScaled, hasSinusoid } = architecture.embedding;
  const lookUp = (
    kind: "token" | "position" | "segment",
    table: Ref | undefined,
    rows: readonly number[],
  ) => {
    if (!table) return undefined;
    requireRows(table, rows, kind, architecture);
    const formula = `row ${kind} of ${table.key}`;
    return record(`${kind}-embedding`, lookUpRows, [table], { rows }, { formula, rows: axis });
  };
  const positions = positionsOf(ids, past, architecture.embedding);
  const tokenRows = lookUp("token", tokenEmbedding, ids);
  const tokens = insert && tokenRows ? insert(tokenRows) : tokenRows;
  if (isScaled) recorder.convention("embeddingScale", "sqrt", "token embeddings times √d_model");
  return present([
    isScaled && tokens ? recordScaled(tokens) : tokens,
    hasSinusoid && tokens && recordSinusoid(tokens, positions),
    firstPosition !== undefined && lookUp("position", positionEmbedding, positions),
    hasSegments && lookUp("segment", segmentEmbedding, segments ?? ids.map(() => 0)),
  ]);
}

/** Records sines and cosines of the positions, as in the paper. x: n×d_model → n×d_model. */
function recordSinusoid(x: Ref, positions: readonly number[]) {
  const settings = { base: ENCODING_SETTINGS.base.default, embeddingScale: "none" } as const;
  return sinusoidal.encode({ settings, x, axis: x.axes[0], positions: Float64Array.from(positions) });
}

function requireRows(table: Ref, rows: readonly number[], kind: string, { context }: Architecture) {
  const outside = rows.find((row) => row < 0 || row >= table.shape.rows);
  if (outside === undefined) return;
  const most = table.shape.rows - 1;
  refuseAs(
    "BAD_VALUE",
    `There is no ${kind} ${outside}: ${table.key} has rows 0 to ${most}.`,
    kind === "position"
      ? `The model has ${context} positions: give a shorter text.`
      : `Ids of ${kind}s go from 0 to ${most}.`,
  );
}

/** The weights that a model has once, as inputs of a recording. */
export type OuterRefs = Partial<Record<OuterWeight, Ref>>;

/** Records weights as inputs, named as in their file. */
export function recordWeights<Name extends string>(
  weights: Readonly<Partial<Record<Name, Weight>>>,
): Partial<Record<Name, Ref>> {
  const refs: Partial<Record<Name, Ref>> = {};
  for (const [name, weight] of Object.entries<Weight | undefined>(weights))
    if (weight) refs[name as Name] = recorder.input(weight.name, weight.matrix);
  return refs;
}
