import { INPUTS, type InputName } from "../attention/inputs.js";
import { setting } from "../errors.js";
import type { SliceOption } from "./arrays/choose-matrix.js";
import type { MemberKind } from "./arrays/member-names.js";
import { splitPick } from "./binary/pick.js";
import type { Parsed } from "./forms/form.js";
import { shellWord } from "./lone-matrix.js";
import { inputNamed } from "./names.js";
import { isMatrix } from "./parts.js";
import { refuseAt } from "./source.js";
import type { Entry, ObjectValue, Value } from "./value.js";

/** A named matrix from its source, before it is checked, transposed and joined. */
export interface SourceMatrix {
  readonly name: InputName;
  readonly value: Value;
  readonly parsed: Parsed;
  /** Whether this input, which is otherwise one matrix, has a matrix per head, to be joined side by side. */
  readonly isPerHead?: true;
}

/** A result in a source: an output beside query, key and value. */
export interface AnswerOfSource {
  readonly key: string;
  /** Its name in the source, if that says more than its key. */
  readonly called?: string;
  readonly value: Value;
  readonly parsed: Parsed;
}

/** An entry beside query, key and value that is not itself an input: lengths of keys, packed arrays. */
export interface MemberOfSource extends AnswerOfSource {
  readonly kind: MemberKind;
}

/** Returns the first member of these kinds. */
export const memberOf = (
  { members }: Pick<Gathered, "members">,
  ...kinds: readonly MemberKind[]
): MemberOfSource | undefined => members.find(({ kind }) => kinds.includes(kind));

/** Everything that the sources gave so far. Later values override. */
export interface Gathered {
  readonly matrices: Map<InputName, SourceMatrix>;
  tokens?: readonly string[];
  keyTokens?: readonly string[];
  readonly settings: Record<string, unknown>;
  /** The number of heads that a dump states for its arrays. */
  readonly counts: { heads?: number; kvHeads?: number };
  /** The names of entries in the sources. */
  readonly names: string[];
  /** The storage of W in the library whose tensor names were recognised. */
  layout?: "in-out" | "out-in";
  /** The number of layers in a source, if one of them was picked. */
  layers?: number;
  readonly notices: string[];
  readonly answers: AnswerOfSource[];
  readonly members: MemberOfSource[];
  /** Arrays and numbers with unknown names. */
  readonly unrecognised: AnswerOfSource[];
  /** The options that chose one of several matrices. */
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
    unrecognised: [],
    sliced: new Set(),
  };
}

/** Adds a matrix, with a notice if it replaces an earlier one. */
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
 * Returns the matrix from an object if one matrix is expected: the key of that name, else `output`. So the JSON of one
 * run can be the input of another. Throws MISSING_INPUT if it has neither.
 */
export function matrixInObject(object: ObjectValue, name: InputName, parsed: Parsed): Value {
  for (const [key, entry] of object.entries) {
    if (inputNamed(key) === name) return entry.value;
  }
  const output = object.entries.get("output");
  if (output) return output.value;
  const { source } = parsed;
  const keys = [...object.entries.keys()].join(", ");
  const message = `${source.name} has no "${name}" and no "output"${keys === "" ? "" : `; its keys are ${keys}`}.`;
  const isMeant = ([key, { value }]: readonly [string, Entry]) =>
    inputNamed(key) === undefined && (isMatrix(value) || value.kind === "array");
  const [array] = Array.from(object.entries).find(isMeant) ?? [];
  const picked = `${source.name}:${array}`;
  const hint =
    array !== undefined && splitPick(picked)
      ? `Name the one that is meant: ${setting(name)} ${shellWord(picked)}.`
      : `Expected ${INPUTS[name].help}.`;
  return refuseAt(source, object.start, "MISSING_INPUT", message, hint);
}
