import type { Matrix } from "../../math/matrix.js";
import type { GrowingGraph } from "./onnx-arrays.js";
import type { Value } from "./onnx-proto.js";

/** What float32 operators leave of a number. */
export const FLOAT_TOLERANCE = 1e-5;

/** The output that says whether all results are as qkv found them. */
export const VERDICT: Value = { name: "agrees", type: "bool", dims: [] };

/** Whether every result is within the tolerance of what qkv found, or as infinite or NaN as that. */
export function addVerdict(
  { arrays, node, matrix }: GrowingGraph,
  results: readonly (readonly [found: string, expected: Matrix])[],
  tolerance: number,
): void {
  const one = arrays.number(1);
  const verdicts = results.map(([found, numbers]) => {
    const expected = matrix(numbers);
    const distance = arrays.call("abs", arrays.subtract(found, expected));
    const limit = arrays.multiply(arrays.number(tolerance), arrays.add(one, arrays.call("abs", expected)));
    const areNaN = arrays.both(node("IsNaN", [found]), node("IsNaN", [expected]));
    const isNear = arrays.either(arrays.less(distance, limit), arrays.equal(found, expected));
    const isRight = arrays.where(arrays.either(isNear, areNaN), one, arrays.number(0));
    return node("ReduceMin", [isRight], { keepdims: 0 });
  });
  const all = verdicts.reduce((product, verdict) => arrays.multiply(product, verdict), one);
  node("Equal", [all, one], {}, { output: VERDICT.name });
}
