import { INPUTS, type InputName } from "../attention/inputs.js";
import type { SliceOption } from "./arrays/choose-matrix.js";
import type { MemberKind } from "./arrays/member-names.js";
import type { Parsed } from "./forms/form.js";
import { inputNamed } from "./names.js";
import { refuseAt } from "./source.js";
import type { ObjectValue, Value } from "./value.js";

/** A named matrix as it stands in its source, before it is checked, transposed and joined. */
export interface SourceMatrix {
  readonly name: InputName;
  readonly value: Value;
  readonly parsed: Parsed;
  /** A matrix for each head, which stand side by side, where this input is one matrix by itself. */
  readonly isPerHead?: true;
}

/** What a source holds of what came out: an output beside query, key and value. */
export interface AnswerOfSource {
  readonly key: string;
  /** What its source calls it, where that is more than its key. */
  readonly called?: string;
  readonly value: Value;
  readonly parsed: Parsed;
}

/** What stands beside query, key and value, and is no input by itself: lengths of keys, packed arrays. */
export interface MemberOfSource extends AnswerOfSource {
  readonly kind: MemberKind;
}

/** The first member of one of these kinds. */
export const memberOf = (
  { members }: Pick<Gathered, "members">,
  ...kinds: readonly MemberKind[]
): MemberOfSource | undefined => members.find(({ kind }) => kinds.includes(kind));

/** All that the sources gave so far; a later one overrides. */
export interface Gathered {
  readonly matrices: Map<InputName, SourceMatrix>;
  tokens?: readonly string[];
  keyTokens?: readonly string[];
  readonly settings: Record<string, unknown>;
  /** How many heads a dump says that its arrays have. */
  readonly counts: { heads?: number; kvHeads?: number };
  /** What its members are called there. */
  readonly names: string[];
  /** How the library whose tensor names were recognised stores W. */
  layout?: "in-out" | "out-in";
  /** Of how many layers, whose tensors stand in one source, one was picked. */
  layers?: number;
  readonly notices: string[];
  readonly answers: AnswerOfSource[];
  readonly members: MemberOfSource[];
  /** Arrays and numbers whose names say nothing. */
  readonly left: AnswerOfSource[];
  /** The options that chose a matrix among several. */
  readonly sliced: Set<SliceOption>;
}

export function createGathered(): Gathered {
  return {
    matrices: new Map(),
    settings: {},
    counts: {},
    names: [],
    notices: [],
    answers: [],
    members: [],
    left: [],
    sliced: new Set(),
  };
}

/** Takes a matrix in, and says so when it replaces an earlier one. */
export function addMatrix(gathered: Gathered, matrix: SourceMatrix): void {
  const earlier = gathered.matrices.get(matrix.name);
  if (earlier) {
    gathered.notices.push(
      `${matrix.name} from ${matrix.parsed.source.name} replaces the one from ${earlier.parsed.source.name}`,
    );
  }
  gathered.matrices.set(matrix.name, matrix);
}

/**
 * The matrix of an object where one matrix is expected: its key of that name, else its `output`, so that the JSON of
 * one run is the input of another. Throws MISSING_INPUT when it has neither.
 */
export function matrixInObject(object: ObjectValue, name: InputName, parsed: Parsed): Value {
  for (const [key, entry] of object.entries) {
    if (inputNamed(key) === name) return entry.value;
  }
  const output = object.entries.get("output");
  if (output) return output.value;
  const keys = [...object.entries.keys()].join(", ");
  const message = `${parsed.source.name} has no "${name}" and no "output"${keys === "" ? "" : `; its keys are ${keys}`}.`;
  return refuseAt(parsed.source, object.start, "MISSING_INPUT", message, `Expected ${INPUTS[name].help}.`);
}
