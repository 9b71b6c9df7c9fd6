import { counted, listed, refuseAs, UserError } from "../errors.js";
import type { Matrix } from "../math/matrix.js";
import { describeNonFinite } from "../math/non-finite.js";
import type { Axes, Axis } from "../trace/trace.js";
import { INPUT_NAMES, INPUTS, type MatrixName } from "./inputs.js";
import { type Layout, recordLinear } from "./linear.js";
import type { Problem } from "./problem.js";
import { type Ref, recorder } from "./recorder.js";
import { requireShapes } from "./shapes.js";

const ROLES = ["query", "key", "value"] as const;

type Role = (typeof ROLES)[number];
export type GivenRefs = { readonly [Name in MatrixName]?: Ref | undefined };

/** The refs that are query, key and value. Each may be absent. */
export type Roles = Readonly<Partial<Record<Role, Ref>>>;

/** The inputs that can be a role: x is self-attention, memory is the encoder's output. */
const CANDIDATES: Readonly<Record<Role, readonly MatrixName[]>> = {
  query: ["query", "x"],
  key: ["key", "memory", "x"],
  value: ["value", "memory", "x"],
};

/** Whether an input was given that can be this role. */
export const isGiven = (matrices: Problem<object>["matrices"], role: Role): boolean =>
  CANDIDATES[role].some((name) => matrices[name] !== undefined);

/** What the rows and columns of inputs count, if they have a special name. */
const AXES: Readonly<Partial<Record<MatrixName, readonly [rows: keyof RowAxes, columns: string]>>> = {
  query: ["queries", "d_q"],
  key: ["keys", "d_k"],
  value: ["keys", "d_v"],
  x: ["queries", "d_model"],
  memory: ["keys", "d_model"],
  sublayer: ["queries", "d_model"],
  scores: ["queries", "keys"],
  bias: ["queries", "keys"],
  dropoutMask: ["queries", "keys"],
  backward: ["queries", "d_v"],
  target: ["queries", "d_v"],
  pastKey: ["past", "column"],
  pastValue: ["past", "column"],
};

/** Records all given matrices, in the order of INPUTS, with axes and labels. */
export function recordInputs(problem: Problem<object>): GivenRefs {
  const axes = labelledAxes(problem);
  const refs: Partial<Record<MatrixName, Ref>> = {};
  for (const name of INPUT_NAMES) {
    const matrix = name !== "mask" && problem.matrices[name];
    if (!matrix) continue;
    reportNonFinite(name, matrix);
    refs[name] = recorder.input(name, matrix, axesOf(name, axes));
  }
  return refs;
}

/** Warns about NaN and infinities, which propagate. A bias may contain −∞, but no other non-finite number. */
function reportNonFinite(name: MatrixName, matrix: Matrix) {
  if (INPUTS[name].kind !== "bias") {
    const warning = describeNonFinite(name, matrix);
    if (warning) recorder.warn(warning);
    return;
  }
  const at = matrix.data.findIndex((value) => !Number.isFinite(value) && value !== Number.NEGATIVE_INFINITY);
  if (at < 0) return;
  const cell = { row: Math.floor(at / matrix.cols), col: at % matrix.cols };
  const found = `${name} holds ${matrix.data[at]} at [${cell.row}, ${cell.col}]`;
  refuseAs("NON_FINITE", `${found}; a bias is finite or −Infinity.`, {
    subject: { name, ...cell },
    hint: "Write -Infinity in blocked cells, and finite numbers elsewhere.",
  });
}

function axesOf(name: MatrixName, axes: RowAxes): Axes {
  const [rows, columns = "column"] = AXES[name] ?? [];
  return [rows ? axes[rows] : { name: "row" }, columns === "keys" ? axes.keys : { name: columns }];
}

/** The axes of the rows of inputs. */
interface RowAxes {
  readonly queries: Axis;
  readonly keys: Axis;
  /** The axis of cached keys and values. */
  readonly past: Axis;
}

/**
 * Returns the axes of queries and keys. Tokens also label the keys if there are as many keys as queries and no other
 * labels.
 */
function labelledAxes({ matrices, tokens, keyTokens }: Problem<object>) {
  const numQueries = (matrices.query ?? matrices.x ?? matrices.scores)?.rows;
  const newKeys = (matrices.key ?? matrices.memory ?? matrices.x)?.rows ?? matrices.scores?.cols;
  const pastKeys = matrices.pastKey?.rows ?? 0;
  checkLabels("tokens", tokens, numQueries, ["query", "queries"]);
  checkLabels("keyTokens", keyTokens, newKeys && pastKeys + newKeys, ["key", "keys"]);
  // With a cache, the first keyTokens label the cached keys.
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
) {
  if (!labels || count === undefined || labels.length === count) return;
  refuseAs(
    "SHAPE_MISMATCH",
    `${name} has ${labels.length} names, but there ${count === 1 ? "is" : "are"} ${counted(count, one, many)}.`,
    `${name} are: ${listed(labels)}. Give one name for each row.`,
  );
}

/**
 * Decides which refs are query, key and value. With memory, key and value come from it instead of x (encoder-decoder
 * attention). Otherwise x is all three. Throws CONFLICTING_INPUTS if a role is given twice.
 */
export function assignRoles(refs: GivenRefs): Roles {
  const roles: Partial<Record<Role, Ref>> = {};
  for (const role of ROLES) {
    const isOfKeys = role !== "query";
    const [name, other] = CANDIDATES[role].filter(
      (one) => refs[one] && !(one === "x" && isOfKeys && refs.memory),
    );
    if (other)
      refuseAs(
        "CONFLICTING_INPUTS",
        `Both ${name} and ${other} are given for the ${role}.`,
        "Give query, key and value; or x alone (self-attention); or x and memory (encoder-decoder attention).",
      );

    const ref = refs[name];
    if (ref) roles[role] = name === "x" && isOfKeys ? asKeys(ref) : ref;
  }
  return roles;
}

/** Throws MISSING_INPUT if one of these roles is absent. */
export function requireRoles<Name extends Role>(
  roles: Roles,
  names: readonly Name[],
  hint: string,
): Roles & Readonly<Record<Name, Ref>> {
  const absent = names.find((name) => !roles[name]);
  if (absent) refuseAs("MISSING_INPUT", `There is no ${absent}.`, hint);
  return roles as Roles & Readonly<Record<Name, Ref>>;
}

/** Throws MISSING_INPUT if only one of two inputs is given. */
export function requirePair(refs: GivenRefs, one: MatrixName, other: MatrixName, hint: string) {
  if (!refs[one] === !refs[other]) return;
  const [given, absent] = refs[one] ? [one, other] : [other, one];
  refuseAs("MISSING_INPUT", `${given} is given, but ${absent} is not.`, hint);
}

/** Throws SHAPE_MISMATCH unless the numbers of values and keys are equal. */
export function requireValuePerKey({ key, value }: Roles) {
  if (key && value) requireShapes([key, "m", "d_k"], [value, "m", "d_v"]);
}

/** Returns x as keys: the same rows and labels, with an axis called "key". */
export function asKeys(x: Ref): Ref {
  return { ...x, axes: [{ ...x.axes[0], name: "key" }, x.axes[1]] };
}

/** The letter of each role: its W is `wq`, its b is `bq`. */
const LETTERS = { query: "q", key: "k", value: "v" } as const;

/**
 * Records Q = X W^Q + b^Q, and K and V in the same way, each if its W was given. A role without a W stays unchanged. X:
 * n×d_model, W: d_model×d_k (or d_k×d_model if `layout` is "out-in"), b: 1×d_k → n×d_k. Throws MISSING_INPUT for a W
 * without its vectors or a b without its W, and SHAPE_MISMATCH.
 */
export function recordProjections(roles: Roles, refs: GivenRefs, layout: Layout): Roles {
  const projected: Partial<Record<Role, Ref>> = { ...roles };
  for (const role of ROLES) {
    const id = LETTERS[role];
    const [vectors, w, b] = [roles[role], refs[`w${id}`], refs[`b${id}`]];
    if (!vectors && (w || b))
      throw missingInputError(`${w ? "w" : "b"}${id}`, `there is no ${role} to project`);
    if (b && !w) throw missingInputError(`b${id}`, `there is no w${id}`);
    if (!vectors || !w) continue;
    projected[role] = recordLinear(id, [vectors, w, b], layout, "d_model");
  }
  return projected;
}

function missingInputError(given: string, what: string) {
  const hint = `Leave out ${given}, or give the matrix that it needs.`;
  return new UserError("MISSING_INPUT", `${given} is given, but ${what}.`, hint);
}
