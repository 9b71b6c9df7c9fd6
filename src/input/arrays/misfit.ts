import { isNameOfLogSumExp, isNameOfOutput } from "../../attention/names.js";
import { type Gathered, memberOf } from "../source-matrices.js";
import { axesOf } from "../value-axes.js";
import { type Layout, sizeOf } from "./layout.js";

/**
 * Counts how much a layout contradicts the arrays beside query, key and value: masks are n×m, log-sum-exps b×h×s,
 * outputs in a usual order. Each contradiction counts 2; an unusual order counts 1.
 */
export function misfitOf({ arrays, axes, isHeadsFirst }: Layout, gathered: Gathered): number {
  const { matrices, members, answers } = gathered;
  const [query, key] = [arrays.get("query"), arrays.get("key") ?? arrays.get("value")];
  if (!query || !key || memberOf(gathered, "queryStarts", "keyStarts")) return 0;
  const [n, m] = [sizeOf(query, "s"), sizeOf(key, "s")];
  const beside = [
    matrices.get("mask"),
    matrices.get("bias"),
    ...members.filter(({ kind }) => kind === "attentionMask"),
  ];
  const odd = beside.filter((one) => {
    const [rows, cols] = one ? axesOf(one.value).slice(-2) : [];
    const isDeep = one && axesOf(one.value).length > 2;
    return isDeep && ((rows !== 1 && rows !== n) || (cols !== 1 && cols !== m));
  });
  // Log-sum-exps are usually b×h×s, even if positions come before heads. b×s×h counts as unusual.
  const rowsOf = answers.flatMap(({ key: name, value }): readonly number[] => {
    const shape = axesOf(value);
    const [first, second] = shape.slice(shape.length === 2 ? 0 : 1);
    if (!isNameOfLogSumExp(name) || shape.length < 2 || first === second) return [];
    const heads = sizeOf(query, "h");
    if (first === heads && second === n) return [];
    return [!isHeadsFirst && first === n && second === heads ? 1 : 2];
  });
  const [batches, heads] = [sizeOf(query, "b"), sizeOf(query, "h")];
  const columns = sizeOf(arrays.get("value") ?? query, "d");
  const isJoined = (shape: readonly number[]) =>
    shape[0] === batches && shape[1] === n && shape[2] === heads * columns;
  // Outputs have the layout of query or another usual one, or their heads side by side in the columns. Positions first
  // (s, b, h, d) count as unusual.
  const sizes: Readonly<Record<string, number>> = { b: batches, h: heads, s: n, d: columns };
  const orders = [axes.get("query") ?? [], [..."bhsd"], [..."bshd"], [..."sbhd"]];
  const outputs = answers.map(({ key: name, value }) => {
    const shape = axesOf(value);
    if (!isNameOfOutput(name)) return 0;
    if (shape.length === 3) return batches > 1 && !isJoined(shape) ? 2 : 0;
    const at = orders.findIndex((order) => order.every((letter, axis) => sizes[letter] === shape[axis]));
    return shape.length !== 4 || (at >= 0 && at < 3) ? 0 : at < 0 ? 2 : 1;
  });
  const perHead = [matrices.get("sinks"), ...members.filter(({ kind }) => kind === "slopes")];
  const notOfHeads = perHead.filter((one) => one && ![1, heads].includes(axesOf(one.value).at(-1) ?? 1));
  return [...rowsOf, ...outputs].reduce((sum, one) => sum + one, 2 * (odd.length + notOfHeads.length));
}
