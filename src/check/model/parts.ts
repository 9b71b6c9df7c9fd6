import { refuseIn } from "../../errors.js";
import { sumOver } from "../../math/lists.js";
import { createMatrix, type Matrix, type Shape } from "../../math/matrix.js";
import { countOf } from "../../math/nd-array.js";
import { setting } from "../../setting-names.js";
import type { DumpedTensor } from "./dumped-tensor.js";
import type { Site } from "./sites.js";

/** A part of a dumped array that is one matrix, and the step or input it belongs to. */
export interface Part {
  readonly tensor: DumpedTensor;
  readonly key: string;
  readonly measure?: "deviation";
  readonly got: Matrix;
  /** The number of texts in the array. One of them is compared. */
  readonly texts: number;
}

/** An array within an array: its axes, and the index of its first number. */
interface View {
  readonly shape: readonly number[];
  readonly first: number;
  /** The number of texts that it was taken from. */
  readonly texts?: number;
}

/** What is needed to take an array apart. */
interface Cutting {
  readonly tensor: DumpedTensor;
  /** Which text is meant, if the array has several. */
  readonly batch: number | undefined;
  shapeOf(key: string): Shape;
}

/**
 * Takes an array apart into its matrices, one per step of its site. Throws SHAPE_MISMATCH for an array of another
 * shape, and AMBIGUOUS if it has several texts and no option says which one is meant.
 */
export function partsOf(site: Site, cutting: Cutting): readonly Part[] {
  return cut(site, { shape: cutting.tensor.shape, first: 0 }, cutting);
}

function cut(site: Site, view: View, cutting: Cutting): readonly Part[] {
  const { tensor, shapeOf } = cutting;
  switch (site.kind) {
    case "either":
      return cut(site.sites[0], view, cutting);
    case "stack": {
      const [count, ...shape] = view.shape;
      if (count !== site.sites.length) refuseShape(cutting, `${site.sites.length} on the first axis`);
      return site.sites.flatMap((one, index) =>
        cut(one, { shape, first: view.first + index * countOf(shape) }, cutting),
      );
    }
    default: {
      const { axes, matrices } = layOut(site, shapeOf);
      const { first, texts = 1 } = withoutBatch(view, axes, cutting);
      return matrices.map(({ shape: { rows, cols }, start, between, ...named }) => {
        const numbers = tensor.numbers();
        const at = first + start;
        return {
          tensor,
          texts,
          ...named,
          got: createMatrix(rows, cols, (row, col) => numbers[at + row * between + col]),
        };
      });
    }
  }
}

/** The axes of an array, and for each of its matrices the first number and the distance between rows. */
function layOut(site: Extract<Site, { kind: "step" | "columns" | "heads" }>, shapeOf: Cutting["shapeOf"]) {
  if (site.kind === "step") {
    const { key, heads, measure } = site;
    const shape = shapeOf(key);
    const columns = heads === undefined ? [shape.cols] : [heads, shape.cols / heads];
    const matrix = { key, shape, start: 0, between: shape.cols, ...(measure && { measure }) };
    return { axes: [shape.rows, ...columns], matrices: [matrix] };
  }
  const shapes = site.keys.map(shapeOf);
  const [{ rows, cols }] = shapes;
  if (site.kind === "columns") {
    const between = sumOver(shapes, ({ cols }) => cols);
    let end = 0;
    const matrices = site.keys.map((key, index) => {
      end += shapes[index].cols;
      return { key, shape: shapes[index], start: end - shapes[index].cols, between };
    });
    return { axes: [rows, between], matrices };
  }
  const count = site.keys.length;
  const [each, between] = site.rowsFirst ? [cols, count * cols] : [rows * cols, cols];
  return {
    axes: site.rowsFirst ? [rows, count, cols] : [count, rows, cols],
    matrices: site.keys.map((key, head) => ({ key, shape: { rows, cols }, start: head * each, between })),
  };
}

/** Finds the view with these axes, in the right text if there is an axis of texts. */
function withoutBatch(view: View, axes: readonly number[], cutting: Cutting): View {
  const { shape, first } = view;
  const isSame = (own: readonly number[]) =>
    own.length === axes.length && own.every((size, axis) => size === axes[axis]);
  // Axes of size 1 may be left out: a column may be stored as a vector, and a single row without its axis.
  const plain = axes.filter((size) => size !== 1);
  const isPlain = shape.length === plain.length && shape.every((size, at) => size === plain[at]);
  if (isSame(shape) || isPlain) return view;
  const [texts, ...rest] = shape;
  if (!isSame(rest) && !isSame([...rest, 1])) refuseShape(cutting, axes.join("×"));
  const batch = cutting.batch ?? (texts === 1 ? 0 : undefined);
  const { name, source } = cutting.tensor;
  if (batch === undefined || batch >= texts) {
    const message = `${name} is of ${texts} texts, and nothing says which one was run here.`;
    const hint = `Say it: ${setting("batch")} 0 to ${setting("batch")} ${texts - 1}.`;
    refuseIn(source, "AMBIGUOUS", message, hint);
  }
  return { shape: rest, texts, first: first + batch * countOf(rest) };
}

function refuseShape({ tensor: { name, shape, source } }: Cutting, wanted: string): never {
  const message = `${name} is ${shape.join("×")}, and here it is ${wanted}.`;
  const hint = `Was the dump made of the same model and the same tokens? Give them with ${setting("ids")}.`;
  refuseIn(source, "SHAPE_MISMATCH", message, hint);
}
