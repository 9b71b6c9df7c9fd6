import { listed, UserError } from "../errors.js";
import type { Matrix } from "../math/matrix.js";
import type { Axes, Axis } from "../trace/trace.js";
import { INPUTS, type InputName, type MatrixName } from "./inputs.js";
import { recordLinear } from "./linear.js";
import { describeNonFinite } from "./non-finite.js";
import type { Problem } from "./problem.js";
import type { Recorder, Ref } from "./recorder.js";
import type { Layout } from "./scoring/scoring.js";
import { requireShapes } from "./shapes.js";

type Role = "query" | "key" | "value";
export type GivenRefs = { readonly [Name in MatrixName]?: Ref | undefined };

/** Who asks, who is asked, and what they have to say; each may still be absent. */
export type Roles = Readonly<Partial<Record<Role, Ref>>>;

/** The names that can stand for a role, in words of the papers: X is self-attention, memory the encoder's output. */
const CANDIDATES: Readonly<Record<Role, readonly MatrixName[]>> = {
  query: ["query", "x"],
  key: ["key", "memory", "x"],
  value: ["value", "memory", "x"],
};

/** Whether something was given that can stand for a role. */
export const isGiven = (matrices: Problem<object>["matrices"], role: Role): boolean =>
  CANDIDATES[role].some((name) => matrices[name] !== undefined);

/** What runs along the rows and columns of inputs, where that is not just rows and columns. */
const AXES: Readonly<Partial<Record<MatrixName, readonly [rows: keyof RowAxes, columns: string]>>> = {
  query: ["queries", "d_q"],
  key: ["keys", "d_k"],
  value: ["keys", "d_v"],
  x: ["queries", "d_model"],
  memory: ["keys", "d_model"],
  scores: ["queries", "keys"],
  bias: ["queries", "keys"],
  dropoutMask: ["queries", "keys"],
  backward: ["queries", "d_v"],
  target: ["queries", "d_v"],
  pastKey: ["past", "column"],
  pastValue: ["past", "column"],
};

/** Records everything that was given, in the order of INPUTS, with its axes and labels. */
export function recordGiven(recorder: Recorder, problem: Problem<object>): GivenRefs {
  const axes = labelledAxes(problem);
  const names = (Object.keys(INPUTS) as InputName[]).filter((name) => name !== "mask");
  const refs: Partial<Record<MatrixName, Ref>> = {};
  for (const name of names) {
    const matrix = problem.matrices[name];
    if (!matrix) continue;
    reportNonFinite(recorder, name, matrix);
    refs[name] = recorder.input(name, matrix, axesOf(name, axes));
  }
  return refs;
}

/** NaN and infinities propagate, with a warning; a bias may hold −∞ and nothing else that is not finite. */
function reportNonFinite(recorder: Recorder, name: MatrixName, matrix: Matrix): void {
  if (INPUTS[name].kind !== "bias") {
    const warning = describeNonFinite(name, matrix);
    if (warning) recorder.warn(warning);
    return;
  }
  const at = matrix.data.findIndex((value) => !Number.isFinite(value) && value !== Number.NEGATIVE_INFINITY);
  if (at < 0) return;
  const cell = { row: Math.floor(at / matrix.cols), col: at % matrix.cols };
  const found = `${name} holds ${matrix.data[at]} at [${cell.row}, ${cell.col}]`;
  throw new UserError("NON_FINITE", `${found}; a bias is finite or −Infinity.`, {
    subject: { name, ...cell },
    hint: "Write -Infinity where nobody may attend, and finite numbers elsewhere.",
  });
}

function axesOf(name: MatrixName, axes: RowAxes): Axes {
  const [rows, columns = "column"] = AXES[name] ?? [];
  return [rows ? axes[rows] : { name: "row" }, columns === "keys" ? axes.keys : { name: columns }];
}

/** What runs along the rows of inputs. */
interface RowAxes {
  readonly queries: Axis;
  readonly keys: Axis;
  /** Of the cached keys and values. */
  readonly past: Axis;
}

/** The axes of queries and keys. Tokens also name the keys when there are as many and nothing else does. */
function labelledAxes({ matrices, tokens, keyTokens }: Problem<object>): RowAxes {
  const numQueries = (matrices.query ?? matrices.x ?? matrices.scores)?.rows;
  const newKeys = (matrices.key ?? matrices.memory ?? matrices.x)?.rows ?? matrices.scores?.cols;
  const pastKeys = matrices.pastKey?.rows ?? 0;
  checkLabels("tokens", tokens, numQueries, ["query", "queries"]);
  checkLabels("keyTokens", keyTokens, newKeys === undefined ? undefined : pastKeys + newKeys, [
    "key",
    "keys",
  ]);
  // With a cache, keyTokens name its keys first.
  const keyLabels = keyTokens?.slice(pastKeys) ?? (newKeys === numQueries ? tokens : undefined);
  return {
    queries: { name: "query", labels: tokens },
    keys: { name: "key", labels: keyLabels },
    past: { name: "row", labels: keyTokens?.slice(0, pastKeys) },
  };
}

function checkLabels(
  name: string,
  labels: readonly string[] | undefined,
  count: number | undefined,
  [one, many]: readonly [string, string],
): void {
  if (!labels || count === undefined || labels.length === count) return;
  throw new UserError(
    "SHAPE_MISMATCH",
    `${name} has ${labels.length} names, but there ${count === 1 ? `is 1 ${one}` : `are ${count} ${many}`}.`,
    `${name} are: ${listed(labels)}. Give one name for each row.`,
  );
}

/**
 * Who plays query, key and value. Memory takes key and value over from X (encoder-decoder attention); apart from
 * that a role given twice throws CONFLICTING_INPUTS, since X stands for all three.
 */
export function assignRoles(refs: GivenRefs): Roles {
  const roles: Partial<Record<Role, Ref>> = {};
  for (const role of ["query", "key", "value"] as const) {
    const names = CANDIDATES[role].filter(
      (name) => refs[name] && !(name === "x" && role !== "query" && refs.memory),
    );
    if (names.length > 1) {
      throw new UserError(
        "CONFLICTING_INPUTS",
        `Both ${names[0]} and ${names[1]} stand for the ${role}.`,
        "Give query, key and value; or x alone (self-attention); or x and memory (encoder-decoder attention).",
      );
    }
    const ref = names[0] && refs[names[0]];
    if (ref) roles[role] = names[0] === "x" && role !== "query" ? asKeys(ref) : ref;
  }
  return roles;
}

/** Throws MISSING_INPUT where one of these roles is absent. */
export function requireRoles<Name extends Role>(
  roles: Roles,
  names: readonly Name[],
  hint: string,
): Roles & Readonly<Record<Name, Ref>> {
  const absent = names.find((name) => !roles[name]);
  if (absent) throw new UserError("MISSING_INPUT", `There is no ${absent}.`, hint);
  return roles as Roles & Readonly<Record<Name, Ref>>;
}

/** Throws SHAPE_MISMATCH unless there are as many values as keys. */
export function requireValuePerKey({ key, value }: Roles): void {
  if (key && value) requireShapes([key, "m", "d_k"], [value, "m", "d_v"]);
}

/** X met as keys, as the rows of an encoder are by its decoder: the same rows and labels, on the other axis. */
export function asKeys(x: Ref): Ref {
  return { ...x, axes: [{ ...x.axes[0], name: "key" }, x.axes[1]] };
}

const PROJECTIONS = {
  query: { id: "q", w: "wq", b: "bq" },
  key: { id: "k", w: "wk", b: "bk" },
  value: { id: "v", w: "wv", b: "bv" },
} as const;

/**
 * Records Q = X W^Q + b^Q and likewise K and V, each when its W was given; a role without a W stays as it is.
 * X: n×d_model, W: d_model×d_k (or d_k×d_model when `layout` is "out-in"), b: 1×d_k → n×d_k.
 * Throws MISSING_INPUT for a W without its vectors or a b without its W, and SHAPE_MISMATCH.
 */
export function recordProjections(recorder: Recorder, roles: Roles, refs: GivenRefs, layout: Layout): Roles {
  const projected: Partial<Record<Role, Ref>> = { ...roles };
  for (const role of ["query", "key", "value"] as const) {
    const rule = PROJECTIONS[role];
    const [vectors, w, b] = [roles[role], refs[rule.w], refs[rule.b]];
    if (!vectors && (w || b)) throw missing(w ? rule.w : rule.b, `there is no ${role} to project`);
    if (b && !w) throw missing(rule.b, `there is no ${rule.w}`);
    if (!vectors || !w) continue;
    projected[role] = recordLinear(recorder, rule.id, [vectors, w, b], layout, "d_model");
  }
  return projected;
}

function missing(given: string, what: string): UserError {
  const hint = `Leave out ${given}, or give what it belongs to.`;
  return new UserError("MISSING_INPUT", `${given} is given, but ${what}.`, hint);
}
