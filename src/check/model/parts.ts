import { refuseIn, setting } from "../../errors.js";
import { sumOver } from "../../math/lists.js";
import type { Matrix, Shape } from "../../math/matrix.js";
import { at, countOf, type NdArray, ndArray, numbersOf, within } from "../../math/nd-array.js";
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
  const { shape, numbers } = cutting.tensor;
  return cut(
    site,
    ndArray(shape, { read: (first, count) => numbers().subarray(first, first + count) }),
    cutting,
  );
}

function cut(site: Site, array: NdArray, cutting: Cutting): readonly Part[] {
  if (site.kind === "either") return cut(site.sites[0], array, cutting);
  if (site.kind === "stack") {
    const { sites } = site;
    if (array.shape[0] !== sites.length) refuseShape(cutting, `${sites.length} on the first axis`);
    return sites.flatMap((one, index) => cut(one, at(array, 0, index), cutting));
  }
  const { tensor, shapeOf } = cutting;
  const keys = site.kind === "step" ? [site.key] : site.keys;
  const shapes = keys.map(shapeOf);
  const axes = axesOf(site, shapes);
  const { offset, texts } = findText(array, axes, cutting);
  const whole = { ...ndArray(axes, array.cells), offset };
  return keys.map((key, index) => ({
    tensor,
    texts,
    key,
    ...(site.kind === "step" && site.measure && { measure: site.measure }),
    got: { ...shapes[index], data: numbersOf(partOf(whole, site, shapes, index)) },
  }));
}

type Cut = Extract<Site, { kind: "step" | "columns" | "heads" }>;

/** Returns the axes of an array that has the steps of a site with these shapes. */
function axesOf(site: Cut, shapes: readonly Shape[]): readonly number[] {
  const [{ rows, cols }] = shapes;
  if (site.kind === "heads")
    return site.rowsFirst ? [rows, shapes.length, cols] : [shapes.length, rows, cols];
  const width = sumOver(shapes, (shape) => shape.cols);
  const heads = site.kind === "step" ? site.heads : undefined;
  return heads === undefined ? [rows, width] : [rows, heads, width / heads];
}

/** Returns the part of an array that belongs to one of the steps of its site. */
function partOf(array: NdArray, site: Cut, shapes: readonly Shape[], index: number): NdArray {
  if (site.kind === "step") return array;
  if (site.kind === "heads") return at(array, site.rowsFirst ? 1 : 0, index);
  return within(
    array,
    1,
    sumOver(shapes.slice(0, index), ({ cols }) => cols),
    shapes[index].cols,
  );
}

/** Returns where the numbers of the meant text start, and the number of texts. An array of one text may have no axis of texts. */
function findText({ shape, offset }: NdArray, axes: readonly number[], cutting: Cutting) {
  const isSame = (own: readonly number[]) => own.join() === axes.join();
  // Axes of size 1 may be left out: a column may be stored as a vector, and a single row without its axis.
  if (isSame(shape) || shape.join() === axes.filter((size) => size !== 1).join()) return { offset, texts: 1 };
  const [texts, ...rest] = shape;
  if (!isSame(rest) && !isSame([...rest, 1])) refuseShape(cutting, axes.join("×"));
  const batch = cutting.batch ?? (texts === 1 ? 0 : undefined);
  const { name, source } = cutting.tensor;
  if (batch === undefined || batch >= texts) {
    const message = `${name} is of ${texts} texts, and nothing says which one was run here.`;
    const hint = `Say it: ${setting("batch")} 0 to ${setting("batch")} ${texts - 1}.`;
    refuseIn(source, "AMBIGUOUS", message, hint);
  }
  return { offset: offset + batch * countOf(rest), texts };
}

function refuseShape({ tensor: { name, shape, source } }: Cutting, wanted: string): never {
  const hint = `Was the dump made of the same model and the same tokens? Give them with ${setting("ids")}.`;
  refuseIn(source, "SHAPE_MISMATCH", `${name} is ${shape.join("×")}, and here it is ${wanted}.`, hint);
}
