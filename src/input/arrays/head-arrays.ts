import type { InputName } from "../../attention/inputs.js";
import { setting } from "../../errors.js";
import { at, type NdArray, within } from "../../math/nd-array.js";
import { refuseAt, refuseIn } from "../source.js";
import { type Gathered, type MemberOfSource, memberOf, type SourceMatrix } from "../source-matrices.js";
import type { ArrayValue } from "../value.js";
import { arrayOf, asArray, axesOf } from "../value-axes.js";
import { type Axes, type AxesSpec, axesText, parseAxesSpec } from "./axes.js";
import {
  type FoundLayout,
  findLayout,
  type GivenArrays,
  type Layout,
  type LayoutHints,
  leading,
  ROLES,
  type Role,
  sizeOf,
} from "./layout.js";
import { nameInPath } from "./members.js";
import { misfitOf } from "./misfit.js";
import { type Unpacked, unpackings } from "./packed.js";
import type { Rotation } from "./rotary-tables.js";
import { findSequences, type Sequences } from "./sequences.js";
import { misreadingsOf } from "./stored-otherwise.js";

// Query, key and value as kernels take them: arrays with axes for heads and batches. Each head of each batch is one
// problem.

/** The options for arrays with more than two axes. */
export interface AxesRequest {
  readonly axes?: string | undefined;
  readonly batch?: number | undefined;
  readonly head?: number | undefined;
  /** Whether only one head is computed: the first, unless --head chooses another. */
  readonly oneHead?: boolean | undefined;
  /**
   * --heads and --kv-heads. They split columns into heads; for arrays with an axis for heads they must equal its
   * length.
   */
  readonly heads?: number | undefined;
  readonly kvHeads?: number | undefined;
  readonly maskTrue?: string | undefined;
  /** Whether options say where the queries stand among the keys. */
  readonly isPlaced?: boolean | undefined;
  /** One of `misreadings`: to read what is stored as a kernel may misread it. */
  readonly misread?: string | undefined;
}

/** The arrays of a problem after their layout is found. */
export interface HeadArrays {
  readonly spec?: AxesSpec | undefined;
  /** The layout of query, or of key if there is no query. */
  readonly axes: Axes;
  readonly isHeadsFirst: boolean;
  readonly batches: number;
  readonly heads: number;
  readonly kvHeads: number;
  /** The arrays with their axes in the order b, h, s, d. */
  readonly ordered: ReadonlyMap<Role, OrderedArray>;
  readonly sequences: Sequences;
  readonly maskTrue?: string | undefined;
  readonly isPlaced?: boolean | undefined;
  /** Other possible layouts: `other` is as likely as this one, those in `unlikely` are less likely. */
  readonly other?: string;
  readonly unlikely?: readonly string[];
  /** How a kernel may misread pages and scales. */
  readonly misreadings?: readonly string[];
  /** A rotation that tables in the dump show, but that may have been done before. */
  readonly rotation?: Rotation;
}

/** An array in the order b, h, s, d, and the input that it was read from. */
interface OrderedArray {
  readonly from: SourceMatrix;
  readonly value: ArrayValue;
}

/**
 * Names that flash-attention, xFormers and JAX use, whose arrays have positions before heads; then names that other
 * libraries use too.
 */
const OF_FLASH = /^(?:cache_?seqlens|block_?tables?|encoded|.*xformers.*|.*bshd|.*bnhd|.*btnh)$/i;
const LIKE_FLASH = /^(?:softmax_?(?:lse|scale)|window_?size|alibi_?slopes|.*(?:flash|fa[23]).*)$/i;

/**
 * Finds the layout of query, key and value if they have more than two axes, are packed into one array, or are sequences
 * one after another. Returns undefined if they are matrices. Throws SHAPE_MISMATCH if they do not fit each other or the
 * options, and USAGE for --axes without such arrays.
 */
export function findHeadArrays(gathered: Gathered, request: AxesRequest): HeadArrays | undefined {
  const spec = request.axes === undefined ? undefined : parseAxesSpec(request.axes);
  const given = ROLES.flatMap((name) => gathered.matrices.get(name) ?? []);
  const packed = memberOf(gathered, "qkv", "kv");
  const isVarlen = memberOf(gathered, "queryStarts", "keyStarts") !== undefined;
  const isDeep = given.some(({ value }) => axesOf(value).length > 2);
  if (!isDeep && !packed && !(isVarlen && given.length > 0)) {
    if (!spec) return undefined;
    const message = `${setting("axes")} is about query, key and value with more than two axes.`;
    refuseIn(setting("axes"), "USAGE", message, "Leave it out: matrices have rows and columns.");
  }
  const { counts } = gathered;
  const hints: LayoutHints = {
    spec,
    heads: request.heads ?? counts.heads,
    kvHeads: request.kvHeads ?? counts.kvHeads,
    isVarlen,
    isFlash: isOfFlash(gathered, given, packed),
    misfit: (found) => misfitOf(found, gathered),
  };
  const found = layOut(given, packed, hints);
  const ordered = new Map<Role, OrderedArray>();
  for (const [role, array] of found.arrays) {
    const from = gathered.matrices.get(role) ?? (packed && { ...packed, name: role });
    const value = from && asArray(from.value);
    if (from && value) ordered.set(role, { from, value: { ...value, array } });
  }
  const query = found.arrays.get("query");
  const keys = found.arrays.get("key") ?? found.arrays.get("value");
  const first = query ?? keys;
  const sequences = findSequences(gathered, {
    batches: first ? sizeOf(first, "b") : 1,
    queries: lengthOf(query),
    keys: lengthOf(keys),
  });
  const heads = first ? sizeOf(first, "h") : 1;
  refuseBeyond(setting("batch"), request.batch, sequences.batches);
  refuseBeyond(setting("head"), request.head, heads);
  return {
    spec,
    axes: leading(found.axes) ?? [],
    isHeadsFirst: found.isHeadsFirst,
    batches: sequences.batches,
    heads,
    kvHeads: keys ? sizeOf(keys, "h") : heads,
    ordered,
    sequences,
    maskTrue: request.maskTrue,
    isPlaced: request.isPlaced,
    ...(found.other && { other: textOf(found.other) }),
    unlikely: found.unlikely.map(textOf),
    misreadings: misreadingsOf(gathered),
  };
}

const textOf = ({ axes }: Layout) => axesText(leading(axes) ?? []);

/** Whether names of arrays or files imply that positions come before heads. */
function isOfFlash(
  gathered: Gathered,
  given: readonly SourceMatrix[],
  packed: MemberOfSource | undefined,
): boolean {
  const names = gathered.names.map(nameInPath);
  const sources = [given, packed ?? []].flat().map(({ parsed }) => parsed.source.name);
  const isLike = [...sources, ...names].some((name) => LIKE_FLASH.test(name));
  return names.some((name) => OF_FLASH.test(name)) || (isLike && given.every(mayHavePositionsFirst));
}

/**
 * A file named after flash may still have torch's layout. It does if the axis of positions would be shorter than that
 * of heads.
 */
function mayHavePositionsFirst({ value }: SourceMatrix): boolean {
  const [positions, heads] = axesOf(value).slice(-3);
  return axesOf(value).length < 4 || positions === 1 || positions >= heads;
}

const lengthOf = (array: NdArray | undefined) => (array ? sizeOf(array, "s") : 0);

/** Returns the number of queries and keys of a batch. */
export const sizesOfBatch = ({ sequences }: HeadArrays, batch: number) => ({
  queries: sequences.queries(batch).count,
  keys: sequences.keys(batch).count,
});

/**
 * Treats matrices as arrays of one batch, whose heads are side by side in the columns, because masks, lengths and
 * slopes may accompany them too.
 */
export function matricesAsArrays(gathered: Gathered, { heads, maskTrue, isPlaced }: AxesRequest): HeadArrays {
  const rowsOf = (...names: readonly InputName[]) => {
    const found = names.map((name) => gathered.matrices.get(name)).find(Boolean);
    return found ? (axesOf(found.value).at(-2) ?? 1) : 0;
  };
  const [queries, keys] = [rowsOf("query", "x"), rowsOf("key", "value", "memory", "x")];
  const counted = heads ?? gathered.counts.heads ?? 1;
  return {
    axes: ["s", "d"],
    isHeadsFirst: true,
    batches: 1,
    heads: counted,
    kvHeads: counted,
    ordered: new Map(),
    sequences: findSequences(gathered, { batches: 1, queries, keys }),
    maskTrue,
    isPlaced,
  };
}

/** Finds the layout of separate arrays or of a packed one. Throws SHAPE_MISMATCH. */
function layOut(
  given: readonly SourceMatrix[],
  packed: MemberOfSource | undefined,
  hints: LayoutHints,
): FoundLayout {
  const arrayIn = (matrix: SourceMatrix) =>
    arrayOf(matrix.value) ?? refuseMatrix(matrix, "its parts do not have one shape");
  const alone = new Map(given.map((matrix) => [matrix.name as Role, { array: arrayIn(matrix) }]));
  const layouts = (packed ? layoutsOfPacked(packed, hints) : [[]]).flatMap((parts) => {
    const fromPacked = parts.map((one) => [one.role, one] as const);
    return findLayout(new Map([...alone, ...fromPacked]), hints) ?? [];
  });
  const misfits = layouts.map(hints.misfit);
  const found = layouts[misfits.indexOf(Math.min(...misfits))];
  if (found) return found;
  if (packed && given.length === 0) {
    const hint = `Give its layout: ${setting("axes")} bs3hd, b3hsd, 3bhsd or, with ${setting("heads")}, 'bs(3hd)'.`;
    refuseIn(
      packed.parsed.source.name,
      "SHAPE_MISMATCH",
      `${packed.key} is ${axesOf(packed.value).join("×")}: the layout of query, key and value in it is unknown.`,
      hint,
    );
  }
  return refuseUnfit(given, alone, hints);
}

function layoutsOfPacked(packed: MemberOfSource, hints: LayoutHints): readonly (readonly Unpacked[])[] {
  const array = arrayOf(packed.value);
  const roles = packed.kind === "qkv" ? ROLES : (["key", "value"] as const);
  return array ? unpackings(array, roles, hints) : [];
}

/** Returns the part of an array that belongs to one batch, and to one head if `head` is given. */
export function partOfArray(
  { value }: OrderedArray,
  batch: number,
  rows: { readonly first: number; readonly count: number },
  head?: number,
) {
  const { array } = value;
  const inBatch = at(array, 0, sizeOf(array, "b") === 1 ? 0 : batch);
  const part = within(inBatch, 1, rows.first, rows.count);
  return head === undefined ? part : at(part, 0, head);
}

const SAY_AXES = `Give the layout: ${setting("axes")} bhsd (batch, head, position, column), bshd, hsd, shd; or one per array: ${setting("axes")} q=bhsd,k=bshd.`;

const nameOf = (one: { readonly name: InputName; readonly value: SourceMatrix["value"] }) =>
  `${one.name} is ${axesOf(one.value).join("×")}`;

/** Throws SHAPE_MISMATCH that says what is wrong with an array. */
export function refuseMatrix(one: SourceMatrix, what: string, hint = SAY_AXES): never {
  refuseAt(one.parsed.source, one.value.start, "SHAPE_MISMATCH", `${nameOf(one)}: ${what}.`, hint);
}

/**
 * Throws SHAPE_MISMATCH that says why no layout fits: because of --axes, the number of heads, or the arrays themselves.
 */
function refuseUnfit(
  given: readonly SourceMatrix[],
  arrays: GivenArrays,
  { spec, heads, kvHeads }: LayoutHints,
): never {
  const [first] = given;
  const shapes = given.map(nameOf).join(", ");
  const rank = axesOf(first.value).length;
  if (spec?.all && spec.all.length !== rank && given.every(({ value }) => axesOf(value).length === rank)) {
    const message = `${setting("axes")} ${spec.text} is for ${spec.all.length} axes, but ${nameOf(first)}.`;
    refuseIn(
      setting("axes"),
      "SHAPE_MISMATCH",
      message,
      `Say ${setting("axes")} ${rank === 4 ? "bhsd or bshd" : "hsd or shd"}.`,
    );
  }
  const counted = heads ?? kvHeads;
  if (counted !== undefined && findLayout(arrays, { ...NO_HINTS, spec })) {
    const flag = setting(heads === undefined ? "kvHeads" : "heads");
    const hint = `Leave out ${flag}, because the arrays give the number of heads; or give the layout with ${setting("axes")}.`;
    refuseIn(
      flag,
      "SHAPE_MISMATCH",
      `${flag} is ${counted}, but no axis of these arrays has this length: ${shapes}.`,
      hint,
    );
  }
  const message = `${shapes}: they do not fit each other ${spec ? `as ${setting("axes")} says` : "in any order of axes"}.`;
  const hint = `Query and key need equal numbers of batches and columns, key and value equal numbers of positions and heads; query heads share key heads evenly. ${SAY_AXES}`;
  return refuseAt(first.parsed.source, first.value.start, "SHAPE_MISMATCH", message, hint);
}

const NO_HINTS: LayoutHints = { isVarlen: false, isFlash: false, misfit: () => 0 };

function refuseBeyond(flag: string, given: number | undefined, count: number): void {
  if (given === undefined || given < count) return;
  const message = `${flag} ${given}: the last one is ${count - 1}.`;
  refuseIn(flag, "SHAPE_MISMATCH", message, "Indices count from 0.");
}
