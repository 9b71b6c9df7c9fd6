import { matmulTransposed } from "../../ops/product.js";
import type { Axes, Op, Ref } from "../../trace/op.js";
import { type Axis, idOfKey, type View } from "../../trace/trace.js";

/** What all steps of one kind have in common. A recipe says what differs. */
export interface StepKind {
  /** The public id, if it differs from the name of the kind: several kinds of steps are called `output`. */
  readonly id?: string;
  /** The default is its id in words. */
  readonly title?: string;
  /** Its formula as papers write it, if it can be derived from the inputs. */
  readonly formula?: string | ((inputs: readonly Ref[], op: Pick<Op, "name">) => string);
  /** Its symbol in formulas: "S′". */
  readonly symbol?: string;
  /** Names that people use for it, in all supported languages, normalised by `plainName` and separated by blanks. */
  readonly names?: string;
  readonly view?: View;
  /**
   * Its role in the recipe, by which readers find it. The default is the name of the kind; several kinds may share a
   * role.
   */
  readonly role?: string;
  /** Whether it has numbers for every pair of a query and a key. If there are too many, they are not kept. */
  readonly isPairwise?: true;
  /** The axes of its rows and columns. The default are the axes of its first input. */
  readonly rows?: Axis;
  readonly columns?: Axis | string;
  readonly axes?: (inputs: readonly Ref[]) => Axes;
}

/** Returns the last part of a key, as formulas write inputs. x is written X, because it is a matrix. */
export const formulaName = ({ key }: Pick<Ref, "key">): string => (key === "x" ? "X" : idOfKey(key));

/** Returns the formula of x·W + b, or of x·Wᵀ + b if W is stored out × in. */
export const linear =
  (w: string, b: string, result?: string, of = formulaName): NonNullable<StepKind["formula"]> =>
  ([x, , bias], { name }) =>
    `${result ? `${result} = ` : ""}${of(x)} ${w}${name === matmulTransposed.name ? "ᵀ" : ""}${bias ? ` + ${b}` : ""}`;

/** Returns the axis of a single row or column. */
export const singleAxis = (name: string, label: string): Axis => ({ name, labels: [label] });

/** One number for each row of its first input, shown at the edge. */
export const ROW_SUM = { columns: singleAxis("sum", "Σ"), view: "margin" } as const;

/** One measure for each row of its first input. */
export const ROW_MEASURE = { columns: "measure", view: "row-summary" } as const;

type AxesOf = NonNullable<StepKind["axes"]>;

export const rowsWithRows: AxesOf = ([first, second]) => [first.axes[0], second.axes[0]];

export const rowsWithColumns: AxesOf = ([first, second]) => [first.axes[0], second.axes[1]];
