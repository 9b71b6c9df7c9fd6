import type { NameFinder } from "./names.js";
import { isBehind } from "./runs.js";
import type { TitledRun } from "./titles.js";

/** The number of brackets before the first number of an array with three axes. */
const ARRAY = 3;

/** Gives each block of a three-axis array (`weights = [[[…]], [[…]]]`) its number and the name of the array. */
export function withBlocksOfArrays(runs: readonly TitledRun[]): readonly TitledRun[] {
  let first: TitledRun | undefined;
  let block = 0;
  return runs.map((run) => {
    // The parenthesis of `tensor([[…]])` is not an axis.
    const isCall =
      run.opens === ARRAY && run.before.some(({ kind, text }) => kind === "open" && text === "(");
    if (run.opens >= ARRAY && !isCall) [first, block] = [run, 0];
    else if (isBehind(run, "word")) first = undefined;
    else if (first && run.opens === 2) block++;
    const array = first;
    if (run.closes >= ARRAY) first = undefined;
    if (!array) return run;
    const named = run.opens >= 2 ? { clauseNames: array.clauseNames, names: array.names } : {};
    return { ...run, ...named, block };
  });
}

/** A product with V after a matrix, up to its result: `[[0.7, 0.3]] V_1 = …`. */
const TIMES_VALUES = /^[\s\])}]*[·*@]?\s*V(?:_?\d)?\s*[=≈]/u;

/** Names a matrix that is multiplied by V in its line as the weights, and the product as the output. */
export function withNamedFactors(
  runs: readonly TitledRun[],
  { find, inputs }: NameFinder,
): readonly TitledRun[] {
  const named = [...runs];
  runs.forEach((run, at) => {
    const before = runs[at - 1];
    const goesOn =
      before?.line === run.line &&
      before.closes > 0 &&
      !isBehind(run, "separator", "semicolon", "line", "blank");
    if (!goesOn || !TIMES_VALUES.test(run.clause)) return;
    let factor = at - 1;
    while (factor > 0 && runs[factor].opens < 2 && runs[factor - 1].line === run.line) factor--;
    // `Q = [[1, 0]] K = [[0, 1]] V = [[2, 3]]` is a list of matrices, not a product.
    if ([...runs[factor].clauseNames.keys()].some((id) => inputs.has(id) || /^[qkv]$/.test(id))) return;
    const [weights, output] = [find("attention weights"), find("α·V")];
    named[factor] = { ...runs[factor], clauseNames: weights, names: weights, isIntermediate: false };
    named[at] = { ...run, clauseNames: output, names: output };
  });
  return named;
}
