import { matmulTransposed } from "../../ops/product.js";
import type { Axes, Op, Ref } from "../../trace/op.js";
import { idOfKey } from "../../trace/scope.js";
import type { Axis, View } from "../../trace/trace.js";

/** All that is the same wherever a step of this kind is recorded; what differs, its recipe says. */
export interface StepKind {
  /** The public id, where the kind is not called so itself: several kinds of steps are called `output`. */
  readonly id?: string;
  /** Its id in words when nothing is said. */
  readonly title?: string;
  /** As the papers write it, where that follows from what the step is made of. */
  readonly formula?: string | ((inputs: readonly Ref[], op: Pick<Op, "name">) => string);
  /** What stands for it in formulas: "S′". */
  readonly symbol?: string;
  /** What people call it, in the languages that are read, as `plainName` leaves it, with blanks between. */
  readonly names?: string;
  readonly view?: View;
  /** The part that it plays in its recipe, by which readers find it: its kind, where several kinds do not play the same part. */
  readonly role?: string;
  /** It has numbers for every query with every key, which are not kept when there are too many. */
  readonly pairs?: true;
  /** What runs along its rows and columns; what runs along those of its first input when nothing is said. */
  readonly rows?: Axis;
  readonly columns?: Axis | string;
  readonly axes?: (inputs: readonly Ref[]) => Axes;
}

/** The last part of a key, as formulas write what a step is made of; x is written as a matrix. */
export const written = ({ key }: Pick<Ref, "key">): string => (key === "x" ? "X" : idOfKey(key));

/** The formula of x·W + b, of x·Wᵀ + b where W is stored out × in. */
export const linear =
  (w: string, b: string, result?: string, of = written): NonNullable<StepKind["formula"]> =>
  ([x, , bias], { name }) =>
    `${result ? `${result} = ` : ""}${of(x)} ${w}${name === matmulTransposed.name ? "ᵀ" : ""}${bias ? ` + ${b}` : ""}`;

/** What runs along a single row or column. */
export const alone = (name: string, label: string): Axis => ({ name, labels: [label] });

/** One number for each row of what it is made of, at its edge. */
export const ROW_SUM = { columns: alone("sum", "Σ"), view: "margin" } as const;

/** One measure of each row of what it is made of. */
export const ROW_MEASURE = { columns: "measure", view: "row-summary" } as const;

type AxesOf = NonNullable<StepKind["axes"]>;

export const rowsWithRows: AxesOf = ([first, second]) => [first.axes[0], second.axes[0]];

export const rowsWithColumns: AxesOf = ([first, second]) => [first.axes[0], second.axes[1]];
