import { matrixFromRows } from "../../src/math/matrix.js";
import { weightedSum } from "../../src/ops/fused-attention.js";
import { type Masking, mask } from "../../src/ops/masking.js";
import { matmulTransposed, rowSums } from "../../src/ops/product.js";
import { type EmptyRows, exponentials, normalizeRows } from "../../src/ops/softmax.js";
import type { Op } from "../../src/trace/op.js";
import { createRecorder, type DescriptionFor, type Recorder, type Ref } from "../../src/trace/recorder.js";
import { AXES } from "./recorded-gradients.js";

// Attention recorded step by step, with numbers whose weights are easy to see.

/** A matrix of one column. */
export const column = (...cells: number[]) => matrixFromRows(cells.map((cell) => [cell]));

/** Row 0 of scores is ln 1, ln 3: weights 1/4, 3/4. Row 1 is twice that: 1/10, 9/10. Row 2 is 0, 0: half and half. */
const GIVEN = {
  query: column(1, 2, 0),
  key: column(0, Math.log(3)),
  value: matrixFromRows([
    [4, 40],
    [8, 80],
  ]),
};

/** The steps that follow the scores. */
export type From = (recorder: Recorder, compared: Ref) => Ref;

/** What differs from plain attention. */
export interface Options {
  readonly given?: Partial<typeof GIVEN>;
  /** The step that compares queries and keys. */
  readonly compare?: (recorder: Recorder, query: Ref, key: Ref) => Ref;
  /** The steps between that and the softmax. */
  readonly become?: From;
  readonly emptyRow?: EmptyRows["emptyRow"];
  readonly isKept?: boolean;
}

let steps = 0;
/** The texts of a step that no test reads. */
export const described = (id = `step-${steps++}`) => ({ id, title: id, formula: id, axes: AXES });

const products: NonNullable<Options["compare"]> = (recorder, query, key) =>
  recorder.step(matmulTransposed, [query, key], described());

/** Ops whose steps are not kept by default. */
const PASSING: readonly string[] = [exponentials.name, normalizeRows.name];

/** Computes an op by its faster way, if it has one for these inputs. */
export function fuse<Params>(recorder: Recorder, op: Op<Params>, inputs: readonly Ref[], params: Params) {
  const { key } = recorder.step(op, inputs, { ...described(), params } as DescriptionFor<Params>);
  const node = recorder.numbers.nodes.node(key);
  return node && op.fused?.({ ...node, op, params }, recorder.numbers);
}

/** Records scores, weights and output as a recipe does. By default no n×m step is kept. */
export function recordAttention(options: Options = {}) {
  const {
    compare = products,
    become = (_, compared) => compared,
    emptyRow = "zero",
    isKept = false,
  } = options;
  const recorder = createRecorder("attention", { keeps: ({ op }) => isKept || !PASSING.includes(op.name) });
  const given = { ...GIVEN, ...options.given };
  const [query, key, value] = (["query", "key", "value"] as const).map((name) =>
    recorder.input(name, given[name], AXES),
  );
  const scores = become(recorder, compare(recorder, query, key));
  const powers = recorder.step(exponentials, [scores], {
    ...described(),
    params: { isShifted: false },
  });
  const sums = recorder.step(rowSums, [powers], described());
  const weights = recorder.step(normalizeRows, [powers, sums], {
    ...described(),
    params: { emptyRow },
  });
  const fused = () => fuse(recorder, weightedSum, [weights, value], undefined);
  return { recorder, scores, powers, sums, weights, value, fused };
}

/** Masks scores. By default with −∞, by the rules of SOME. */
export const masked =
  (params: Partial<Masking & { fill: number }> = {}): From =>
  (recorder, scores) =>
    recorder.step(mask, [scores], {
      ...described(),
      params: { blocked: SOME, reason: () => "masked", fill: Number.NEGATIVE_INFINITY, ...params },
    });

/** Query 0 may attend to key 1 alone, query 1 to both, query 2 to none. */
export const SOME = {
  ...{ rows: 3, cols: 2, numRuled: 2 },
  ...{ low: Float64Array.of(1, 0, 0), high: Float64Array.of(2, 2, 0) },
};
