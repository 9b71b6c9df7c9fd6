import { isNameOfLogSumExp, isNameOfOutput } from "../../attention/answer-names.js";
import type { Gathered } from "../source-matrices.js";
import { axesOf } from "../value-axes.js";
import { type Layout, sizeOf } from "./layout.js";

/** How many of the arrays beside query, key and value a layout contradicts: masks are n×m, log-sum-exps b×h×s, joined outputs b×s×(h·d). */
export function misfitOf({ arrays, isHeadsFirst }: Layout, { matrices, members, answers }: Gathered): number {
  const [query, key] = [arrays.get("query"), arrays.get("key") ?? arrays.get("value")];
  if (!query || !key || members.some(({ kind }) => kind === "queryStarts")) return 0;
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
  const rowsOf = answers.filter(({ key: name, value }) => {
    const shape = axesOf(value);
    const isKnown = isNameOfLogSumExp(name) && shape.length >= 2;
    const [heads, rows] = shape.slice(shape.length === 2 ? 0 : 1);
    const [own, isLast] = [sizeOf(query, "h"), isHeadsFirst ? false : heads === n];
    // Where positions stand before heads, log-sum-exps may lie either way.
    const fits = (heads === own && rows === n) || (isLast && rows === own);
    return isKnown && !fits && heads !== rows;
  });
  const [batches, heads] = [sizeOf(query, "b"), sizeOf(query, "h")];
  const columns = sizeOf(arrays.get("value") ?? query, "d");
  const isJoined = (shape: readonly number[]) =>
    shape[0] === batches && shape[1] === n && shape[2] === heads * columns;
  // Outputs with their heads side by side, or of one batch without its axis.
  const outputs = answers.filter(({ key: name, value }) => {
    const shape = axesOf(value);
    return isNameOfOutput(name) && shape.length === 3 && batches > 1 && !isJoined(shape);
  });
  return 2 * (odd.length + rowsOf.length + outputs.length);
}
