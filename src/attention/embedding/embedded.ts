import { refuseAs, setting } from "../../errors.js";
import { present } from "../../math/lists.js";
import { shapeText } from "../../math/matrix.js";
import { lookUpRows } from "../../ops/distances.js";
import { add } from "../../ops/elementwise.js";
import type { InputName } from "../inputs.js";
import { type AddedKind, countPositions, recordScaled } from "../positions/kind.js";
import { numbersOf, type Ref, record, recorder } from "../recorder.js";
import { type GivenRefs, requirePair } from "../roles.js";
import { requireShapes } from "../shapes.js";
import {
  type EmbeddingSettings,
  ENCODINGS,
  type EncodingName,
  SINUSOID_SETTINGS,
} from "./embedding-settings.js";

/** The inputs that are added to x. */
export const EMBEDDING_INPUTS: readonly InputName[] = ["table", "segmentTable", "segments"];

type Settings = Readonly<EmbeddingSettings>;

/**
 * Records what is done to x before its projection: √d_model·x, plus the encodings of its positions, plus the embeddings
 * of its segments (Vaswani et al. 2017, section 3.4 and 3.5; Devlin et al. 2019, figure 2). The step `embedded` then
 * replaces x. x: n×d_model → n×d_model. Memory was embedded by its encoder. Throws MISSING_INPUT, CONFLICTING_INPUTS,
 * SHAPE_MISMATCH, and BAD_VALUE for a position or segment without a row.
 */
export function recordEmbedded({ settings }: { readonly settings: Settings }, refs: GivenRefs): GivenRefs {
  const kind = chooseEncoding(settings, refs);
  const { x } = refs;
  if (!kind && !refs.segments && !refs.segmentTable && settings.embeddingScale !== "sqrt") return refs;
  if (!x)
    refuseAs(
      "MISSING_INPUT",
      "Positions, segments and √d_model need x, but there is no x.",
      "Give x, with one row per position; query, key and value are not changed.",
    );

  const isScaled = settings.embeddingScale === "sqrt";
  if (isScaled) recorder.convention("embeddingScale", "sqrt", "X times √d_model");
  const scaled = isScaled ? recordScaled(x) : x;
  const encoding = kind && recordEncoding(kind, settings, { ...refs, x });
  const segments = recordSegments(x, refs);
  const added = present([encoding, segments]);
  if (added.length === 0) return { ...refs, x: scaled };
  const words = present([isScaled ? "√d_model·X" : "X", encoding && "PE", segments && "segments"]);
  const embedded = record("embedded", add, [scaled, ...added], undefined, words.join(" + "));
  return { ...refs, x: embedded };
}

/** Returns the kind of encoding. A table that is given is added by default. */
function chooseEncoding(settings: Settings, { table }: GivenRefs) {
  const kind = settings.addPositions ?? (table && "learned");
  if (table && kind !== "learned")
    refuseAs(
      "CONFLICTING_INPUTS",
      `Both a table and ${setting("addPositions")} ${kind} are given.`,
      `The rows of a table are added with ${setting("addPositions")} learned.`,
    );

  const unused = SINUSOID_SETTINGS.find((name) => settings[name] !== undefined);
  if (unused && kind !== "sinusoidal")
    refuseAs(
      "BAD_VALUE",
      `${unused} is about sinusoids, but none are added.`,
      `Give ${setting("addPositions")} sinusoidal, or leave it out.`,
    );

  return kind;
}

/** Records the encodings of the positions of x: offset, offset + 1, … n×d_model. */
function recordEncoding(
  name: EncodingName,
  settings: Settings,
  { x, table, memory, pastKey }: GivenRefs & { readonly x: Ref },
) {
  const kind: AddedKind = ENCODINGS[name];
  const cached = memory ? 0 : (pastKey?.shape.rows ?? 0);
  const first = settings.offset ?? cached + (kind.firstPosition?.(settings) ?? 0);
  if (table) requireShapes([x, "n", "d_model"], [table, "p", "d_model"]);
  const positions = countPositions(x.shape.rows, first);
  recorder.convention("addPositions", name, `${kind.title} added to X (${kind.source})`);
  recorder.convention("firstPosition", first, `first position ${first}`);
  return kind.encode({ settings, positions, axis: x.axes[0], x, table });
}

/**
 * Records the segment embedding of each row of x. n×d_model. Throws SHAPE_MISMATCH, and BAD_VALUE for a segment without
 * a row in the table.
 */
function recordSegments(x: Ref, refs: GivenRefs) {
  requirePair(
    refs,
    "segments",
    "segmentTable",
    "segmentTable has one row per segment, and segments has the segment of each row of x: 0 0 1 1.",
  );
  const { segments, segmentTable } = refs;
  if (!segments || !segmentTable) return undefined;
  const { rows } = x.shape;
  const { rows: types } = segmentTable.shape;
  const segmentIds = numbersOf(segments);
  if (Math.min(segmentIds.rows, segmentIds.cols) !== 1 || segmentIds.data.length !== rows)
    refuseAs(
      "SHAPE_MISMATCH",
      `segments is ${shapeText(segmentIds)}, but x has ${rows} rows.`,
      "Give one segment for each row of x, in one row or column.",
      "segments",
    );

  requireShapes([x, "n", "d_model"], [segmentTable, "types", "d_model"]);
  const outside = segmentIds.data.find((type) => !Number.isInteger(type) || type < 0 || type >= types);
  if (outside !== undefined)
    refuseAs(
      "BAD_VALUE",
      `segmentTable has ${types} rows: there is no segment ${outside}.`,
      `Segments are 0 to ${types - 1}.`,
      "segments",
    );

  recorder.convention("segments", true, "segment embeddings added to X (Devlin et al. 2019)");
  return record(
    "segment-embeddings",
    lookUpRows,
    [segmentTable],
    { rows: Array.from(segmentIds.data) },
    { axes: x.axes },
  );
}
