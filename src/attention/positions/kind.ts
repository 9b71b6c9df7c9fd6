import { refuseAs, setting } from "../../errors.js";
import { add, scale } from "../../ops/elementwise.js";
import type { Axes, Axis } from "../../trace/trace.js";
import { type Ref, record, recorder } from "../recorder.js";
import type { EncodingSettings, KindSettings } from "./kind-settings.js";

/** What a kind of positions records from. */
export interface PositionContext<Settings = KindSettings> {
  readonly settings: Readonly<Settings>;
  /** Vectors at the positions, and the table of learned encodings. */
  readonly x?: Ref | undefined;
  readonly table?: Ref | undefined;
  /** The positions, row by row. If they are a matrix of relative positions, `givenPositions` has its shape. */
  readonly positions: Float64Array;
  readonly givenPositions?: Ref | undefined;
  readonly axis: Axis;
}

/** What encodings that are added to vectors depend on, in any command. */
export type EncodingContext = PositionContext<EncodingSettings & Pick<KindSettings, "dModel" | "shift">>;

/** A kind of positional encoding. One file per kind, registered in registry.ts. */
export interface PositionKind {
  /** Its name in words, and its source. */
  readonly title: string;
  readonly source: string;
  /** Whether it rotates the vectors of a head. Other kinds are added to whole rows. */
  readonly rotatesHeads?: true;
  /** Whether its encodings are the rows of a table. */
  readonly isLearned?: true;
  /** Returns the default position of the first row. */
  firstPosition?(settings: EncodingSettings): number;
  /** The settings that this kind uses in addition to the common ones. Other settings are errors. */
  readonly settings: readonly (keyof KindSettings)[];
  record(context: PositionContext): void;
}

/** A kind that is added to vectors. */
export interface AddedKind extends PositionKind {
  /** Records the step `encoding`, n×d, which is added to the vectors at the positions. */
  encode(context: EncodingContext): Ref;
}

/**
 * Returns d: `--d-model`, or else the number of columns of x. Throws MISSING_INPUT, and SHAPE_MISMATCH if both are
 * given and differ.
 */
export function columnsOf({ settings, x }: EncodingContext): number {
  const { dModel } = settings;
  const cols = x?.shape.cols;
  if (dModel !== undefined && cols !== undefined && dModel !== cols)
    refuseAs(
      "SHAPE_MISMATCH",
      `x has ${cols} columns, but ${setting("dModel")} is ${dModel}.`,
      `Leave out ${setting("dModel")}: it is the columns of x.`,
      "x",
    );

  const columns = dModel ?? cols;
  if (columns !== undefined) return columns;
  refuseAs(
    "MISSING_INPUT",
    "The number of columns of the encoding is missing.",
    `Give ${setting("dModel")}, for example ${setting("dModel")} 8, or x.`,
  );
}

/**
 * Names the results: the encoding and, if there is an x, x + encoding as the step `output`. x, encoding: n×d. Throws
 * SHAPE_MISMATCH if their sizes differ.
 */
export function recordSum({ settings, x }: PositionContext, encoding: Ref) {
  recorder.result("encoding", encoding);
  if (!x) return recorder.result("output", encoding);
  const { cols } = encoding.shape;
  if (x.shape.cols !== cols)
    refuseAs(
      "SHAPE_MISMATCH",
      `x has ${x.shape.cols} columns and the encoding ${cols}.`,
      "They are added cell by cell, so they must be as wide.",
      "x",
    );

  const scaled = settings.embeddingScale === "sqrt" ? recordScaled(x) : x;
  const output = record("encoded-output", add, [scaled, encoding], undefined, {
    formula: scaled === x ? "X + PE" : "√d_model·X + PE",
    axes: encoding.axes,
  });
  recorder.result("output", output);
}

/** Records √d_model·X as the step `scaled-embeddings`. n×d_model. */
export function recordScaled(x: Ref): Ref {
  const { cols } = x.shape;
  return record("scaled-embeddings", scale, [x], { factor: Math.sqrt(cols), text: `√${cols}` });
}

/** Returns the axes of pairs of a query and a key that have these positions. */
export const pairAxes = (axis: Axis): Axes => [
  { ...axis, name: "query" },
  { ...axis, name: "key" },
];

/** Returns the positions offset, offset + 1, … */
export function countPositions(count: number, offset = 0): Float64Array {
  return Float64Array.from({ length: count }, (_, row) => offset + row);
}

/**
 * Returns the axis of positions. Rows are labelled by their tokens, or else by their positions; positions 0, 1, 2, …
 * need no labels. Throws SHAPE_MISMATCH if the number of tokens differs.
 */
export function positionAxis(positions: Float64Array, tokens: readonly string[] | undefined): Axis {
  if (tokens && tokens.length !== positions.length)
    refuseAs(
      "SHAPE_MISMATCH",
      `tokens has ${tokens.length} names, but there are ${positions.length} positions.`,
      "Give one name for each position.",
    );

  const isCounted = positions.every((position, row) => position === row);
  return { name: "position", labels: tokens ?? (isCounted ? undefined : Array.from(positions, String)) };
}
