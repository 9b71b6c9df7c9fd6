import type { InputName } from "../attention/inputs.js";
import { setting } from "../setting-names.js";
import { refuseAt, refuseIn } from "./source.js";
import type { Gathered, SourceMatrix } from "./source-matrices.js";
import type { NumbersValue, Value } from "./value.js";
import { axesOf, isRegular, itemsOf, listOf, rowsAt } from "./value-axes.js";

// Query, key and value as kernels are handed them: arrays with axes for heads and batches.

/** How the axes of such arrays lie: batch, head, token (n), column (d). */
export const AXES = ["bhnd", "bnhd", "hnd", "nhd"] as const;

export type AxesName = (typeof AXES)[number];

/** What a command line says of arrays with more than two axes. */
export interface AxesRequest {
  readonly axes?: AxesName | undefined;
  readonly batch?: number | undefined;
  /** The one head that is worked, by a command that has no heads. */
  readonly head?: number | undefined;
  /** --heads and --kv-heads, which have to say what the arrays say. */
  readonly heads?: number | undefined;
  readonly kvHeads?: number | undefined;
}

/** How the arrays of a problem lie, once it has been found out. */
export interface HeadArrays {
  readonly axes: AxesName;
  readonly batches: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly queries: number;
  readonly keys: number;
  /** The head and the batch that were picked, where somebody did. */
  readonly head?: number | undefined;
  readonly batch?: number | undefined;
  /** How else they may lie, in words, where that is likely. */
  readonly doubt?: string;
}

const ROLES = ["query", "key", "value"] as const;

type Role = (typeof ROLES)[number];

/** What stands beside them with a matrix for each batch or head. */
const BESIDE = ["mask", "bias", "dropoutMask"] as const;

/**
 * Finds out how query, key and value lie where they have three or four axes; undefined where they have two. Throws
 * SHAPE_MISMATCH where they do not fit each other or what was asked for, and USAGE for --axes without such arrays.
 */
export function findHeadArrays(gathered: Gathered, request: AxesRequest): HeadArrays | undefined {
  const given = ROLES.flatMap((name) => gathered.matrices.get(name) ?? []);
  const deep = given.filter(({ value }) => axesOf(value).length > 2);
  const [first] = deep;
  if (!first) {
    if (request.axes === undefined) return undefined;
    const message = `${setting("axes")} is about query, key and value with three or four axes.`;
    refuseIn(setting("axes"), "USAGE", message, "Leave it out: matrices have rows and columns.");
  }
  const rank = axesOf(first.value).length;
  const axes = request.axes ?? (rank === 4 ? "bhnd" : "hnd");
  if (rank !== axes.length) refuseAxes(first, rank, axes);
  for (const one of given) {
    if (axesOf(one.value).length !== rank) refuseUnlike(one, first);
    if (!isRegular(one.value)) refuseMatrix(one, "its parts do not have one shape");
  }
  const doubt = request.axes === undefined ? findDoubt(gathered, axes) : undefined;
  return { ...settle(gathered, axes, request), ...(doubt !== undefined && { doubt }) };
}

/** How else they may lie, where what they are taken for has more queries than keys, and the other order as many. */
function findDoubt(gathered: Gathered, axes: AxesName): string | undefined {
  const [query, key] = [gathered.matrices.get("query"), gathered.matrices.get("key")];
  if (!query || !key) return undefined;
  const other = axes === "bhnd" ? "bnhd" : "nhd";
  const as = (order: AxesName) => [query, key].map(({ value }) => sizesOf(axesOf(value), order));
  const [[q, k], [otherQ, otherK]] = [as(axes), as(other)];
  if (q.tokens <= k.tokens || otherQ.tokens !== otherK.tokens || otherQ.heads % otherK.heads !== 0)
    return undefined;
  return `as ${setting("axes")} ${other} they are ${otherQ.tokens} queries and keys in ${otherQ.heads} heads`;
}

function settle(gathered: Gathered, axes: AxesName, request: AxesRequest): HeadArrays {
  const sizes = (name: Role) => {
    const given = gathered.matrices.get(name);
    return given && sizesOf(axesOf(given.value), axes);
  };
  const [query, key, value] = ROLES.map(sizes);
  const batches = (query ?? key ?? value)?.batches ?? 1;
  for (const name of ROLES) {
    const own = sizes(name);
    const from = gathered.matrices.get(name);
    if (!own || !from) continue;
    if (own.batches !== batches) refuseMatrix(from, `it has ${own.batches} batches, and query ${batches}`);
    if (key && name === "value" && own.heads !== key.heads) {
      refuseMatrix(from, `it has ${own.heads} heads, and key ${key.heads}`);
    }
  }
  const heads = (query ?? key ?? value)?.heads ?? 1;
  const kvHeads = (key ?? value)?.heads ?? heads;
  const from = gathered.matrices.get("key");
  if (from && heads % kvHeads !== 0) {
    refuseMatrix(from, `${heads} query heads cannot share its ${kvHeads} heads evenly`);
  }
  refuseOther(setting("heads"), request.heads, heads, "query");
  refuseOther(setting("kvHeads"), request.kvHeads, kvHeads, "key");
  refuseBeyond(setting("batch"), request.batch, batches);
  refuseBeyond(setting("head"), request.head, heads);
  return {
    axes,
    batches,
    heads,
    kvHeads,
    queries: query?.tokens ?? 0,
    keys: (key ?? value)?.tokens ?? 0,
    head: request.head,
    batch: request.batch,
  };
}

function sizesOf(lengths: readonly number[], axes: AxesName) {
  const length = (axis: string) => (axes.includes(axis) ? lengths[axes.indexOf(axis)] : 1);
  return { batches: length("b"), heads: length("h"), tokens: length("n") };
}

/** What was gathered, of one batch: matrices of heads in place of arrays. */
export function takeBatch(gathered: Gathered, arrays: HeadArrays, batch: number): Gathered {
  const { axes, heads, kvHeads, head } = arrays;
  const matrices = new Map(gathered.matrices);
  for (const name of ROLES) {
    const given = gathered.matrices.get(name);
    if (!given) continue;
    const all = headsOf(given.value, axes, batch);
    const own =
      head === undefined ? undefined : name === "query" ? head : Math.floor((head * kvHeads) / heads);
    const value = own === undefined ? listOf(all, given.value.start) : all[own];
    matrices.set(name, { ...given, value, isPerHead: true });
  }
  const gradient = gathered.matrices.get("backward");
  if (gradient) matrices.set("backward", gradientOf(gradient, arrays, batch));
  for (const name of BESIDE) {
    const given = gathered.matrices.get(name);
    if (given) matrices.set(name, { ...given, value: besideOf(given, arrays, batch) });
  }
  const sizes = head === undefined ? { heads, ...(kvHeads !== heads && { kvHeads }) } : {};
  return { ...gathered, matrices, settings: { ...gathered.settings, ...sizes } };
}

/** The matrices of the heads of one batch. */
function headsOf(value: Value, axes: AxesName, batch: number): readonly NumbersValue[] {
  const own = axes.length === 4 ? itemsOf(value)[batch] : value;
  const matrices = itemsOf(own) as readonly NumbersValue[];
  if (axes.endsWith("hnd")) return matrices;
  const [, numHeads] = axesOf(own);
  return Array.from({ length: numHeads }, (_, head) => rowsAt(matrices, head));
}

/** The gradient of the output of one batch, and of one head where that was picked; it lies as query does. */
function gradientOf(
  given: SourceMatrix,
  { axes, batches, heads, head }: HeadArrays,
  batch: number,
): SourceMatrix {
  const lengths = axesOf(given.value);
  if (lengths.length <= 2) return given;
  if (lengths.length !== axes.length || !isRegular(given.value)) {
    refuseMatrix(given, "it has to lie as query, key and value do");
  }
  const own = sizesOf(lengths, axes);
  if (own.batches !== batches) refuseMatrix(given, `it has ${own.batches} batches, and query ${batches}`);
  if (own.heads !== heads) refuseMatrix(given, `it has ${own.heads} heads, and query ${heads}`);
  const all = headsOf(given.value, axes, batch);
  const value = head === undefined ? listOf(all, given.value.start) : all[head];
  return { ...given, value, isPerHead: true };
}

/** A mask or bias of one batch, and of one head where that was picked; axes of length 1 are for all. */
function besideOf(given: SourceMatrix, arrays: HeadArrays, batch: number): Value {
  const { axes, batches, heads, head } = arrays;
  const lengths = axesOf(given.value);
  if (lengths.length <= 2) return given.value;
  if (!isRegular(given.value)) refuseMatrix(given, "its parts do not have one shape");
  const isBatched = lengths.length === 4;
  if (lengths.length > 4 || (isBatched && axes.length === 3 && lengths[0] !== 1)) {
    refuseMatrix(given, "it has more axes than query, key and value");
  }
  if (isBatched && lengths[0] !== 1 && lengths[0] !== batches) {
    refuseMatrix(given, `it has ${lengths[0]} batches, and query ${batches}`);
  }
  const all = itemsOf(given.value);
  const own = isBatched ? all[all.length === 1 ? 0 : batch] : given.value;
  const parts = itemsOf(own);
  if (parts.length === 1) return parts[0];
  if (parts.length !== heads) {
    refuseMatrix(given, `it has ${parts.length} matrices for ${heads} heads`);
  }
  if (head !== undefined) return parts[head];
  const isShared = parts.every((part) => sameNumbers(part as NumbersValue, parts[0] as NumbersValue));
  if (given.name === "mask" && isShared) return parts[0];
  if (given.name === "mask") {
    refuseMatrix(given, "its heads differ, and one mask is for all heads", MASK_AS_BIAS);
  }
  return own;
}

const SAY_AXES = `Say how the axes lie: ${setting("axes")} bhnd, bnhd, hnd or nhd (batch, head, token, column).`;
const MASK_AS_BIAS = `Give it as ${setting("bias")}: 0 where a query may attend, −Infinity where it may not.`;

const sameNumbers = (a: NumbersValue, b: NumbersValue) => a.data.every((value, at) => value === b.data[at]);

const nameOf = (one: SourceMatrix) => `${one.name} is ${axesOf(one.value).join("×")}`;

function refuseMatrix(one: SourceMatrix, what: string, hint = SAY_AXES): never {
  refuseAt(one.parsed.source, one.value.start, "SHAPE_MISMATCH", `${nameOf(one)}: ${what}.`, hint);
}

function refuseAxes(one: SourceMatrix, rank: number, axes: AxesName): never {
  const message = `${setting("axes")} ${axes} is for ${axes.length} axes, and ${nameOf(one)}.`;
  const hint = `Say ${setting("axes")} ${rank === 4 ? "bhnd or bnhd" : "hnd or nhd"}.`;
  return refuseIn(setting("axes"), "SHAPE_MISMATCH", message, hint);
}

function refuseUnlike(one: SourceMatrix, first: SourceMatrix): never {
  const message = `${nameOf(one)}, and ${nameOf(first)}: query, key and value have as many axes as each other.`;
  const hint = "Give all of them as they were dumped.";
  return refuseAt(one.parsed.source, one.value.start, "SHAPE_MISMATCH", message, hint);
}

function refuseOther(flag: string, given: number | undefined, found: number, name: InputName): void {
  if (given === undefined || given === found) return;
  const hint = `Leave out ${flag}: the arrays say how many heads there are; or say how they lie with ${setting("axes")}.`;
  refuseIn(flag, "SHAPE_MISMATCH", `${flag} is ${given}, and ${name} has ${found} heads.`, hint);
}

function refuseBeyond(flag: string, given: number | undefined, count: number): void {
  if (given === undefined || given < count) return;
  const message = `${flag} ${given}: the last one is ${count - 1}.`;
  refuseIn(flag, "SHAPE_MISMATCH", message, "Indices count from 0.");
}
