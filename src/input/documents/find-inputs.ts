import { present, upTo } from "../../math/lists.js";
import { type Matrix, type Shape, transpose } from "../../math/matrix.js";
import { typedNumber } from "../../math/written.js";
import {
  blocksOf,
  type InputBlock,
  MIN_NAME_STRENGTH,
  maskedBlocks,
  placements,
  sharedBlocks,
} from "./input-blocks.js";
import { matrixOf } from "./items.js";
import type { SheetText } from "./lines.js";
import { firstPart, GIVEN_STEPS, INPUTS_ON_SHEETS, type Inputs, wholeProblems } from "./problems.js";
import { isBehind, numbersOf } from "./runs.js";
import type { TitledRun } from "./titles.js";

/**
 * Returns the problems that a sheet may give: its named inputs, also transposed. One block may be several inputs. If
 * this makes no problem, there may be a part of one, or the first three blocks are the inputs. The caller decides by the
 * whole sheet which problem is meant.
 */
export function findInputs(given: SheetText): readonly Inputs[] {
  const isOfSum = given.lines.some(({ text }) => LOSS_OF_SUM.test(text));
  const stated = statedOfNorm(given);
  const found = placements(given, INPUTS_ON_SHEETS).flatMap(
    ({ runs, candidates }): readonly (Inputs | undefined)[] => {
      const blocks = blocksOf(candidates, INPUTS_ON_SHEETS);
      const named = wholeProblems(inputsOf(blocks));
      const shared = wholeProblems(inputsOf(sharedBlocks(blocks)));
      const others = shared.filter((one) => !named.some((other) => haveSameNames(one, other)));
      if (named.length > 0) return [...withTurned(named, isOfSum, stated), ...others];
      const steps = GIVEN_STEPS.flatMap(({ name, steps: ids }) =>
        blocksOf(candidates, ids).map((block) => ({ ...block, name })),
      );
      const parts = (steps.length > 0 ? steps : [undefined]).flatMap((block) =>
        firstPart(inputsOf(present([...blocks, block]))),
      );
      const hasOutput = blocksOf(candidates, ["output"]).length > 0;
      const ofWeights =
        hasOutput && weightsGiven(blocks, blocksOf(candidates, [...BEFORE_WEIGHTS, "weights"]));
      return [
        ...others,
        ...withTurned(parts, isOfSum, stated),
        ofWeights || undefined,
        firstBlocks(runs),
        firstScores(runs, given),
      ];
    },
  );
  const fitting = found.filter((inputs) => inputs !== undefined).filter(fitTogether);
  return [...new Map(fitting.map((inputs) => [textOf(inputs), inputs])).values()];
}

/** Returns a text that is the same for the same inputs. */
const textOf = (inputs: Inputs): string =>
  Array.from(inputs, ([name, { rows, data }]) => `${name} ${rows} ${data.join()}`).join(";");

const haveSameNames = (one: Inputs, other: Inputs): boolean =>
  one.size === other.size && [...one.keys()].every((name) => other.has(name));

/** Adds the same problems with tokens in columns, and with matrices in one line. */
const withTurned = (
  problems: readonly Inputs[],
  isOfSum: boolean,
  stated: ReadonlyMap<string, number>,
): readonly Inputs[] =>
  problems
    .map((inputs) => (isOfSum ? withOnes(inputs) : inputs))
    .map((inputs) => withStated(inputs, stated))
    .flatMap((problem) => [problem, ...transposedProblems(problem), ...foldedProblems(problem)]);

/** A loss that is the sum of the output. Its gradient is 1 everywhere. */
const LOSS_OF_SUM =
  /\.sum\(\)\.backward\(\)|(?<!\p{L})loss(?:\s+L)?\s*(?:=|is)\s*(?:\w+\.sum\(\)|(?:\w+\.)?sum\(\w+\)|(?:the )?sum of (?:all |the )*outputs?)/iu;

function withOnes(inputs: Inputs): Inputs {
  const rows = (inputs.get("query") ?? inputs.get("x"))?.rows;
  const cols = (inputs.get("value") ?? inputs.get("wo") ?? inputs.get("wv"))?.cols;
  if (rows === undefined || cols === undefined || inputs.has("backward")) return inputs;
  return new Map([...inputs, ["backward", { rows, cols, data: new Float64Array(rows * cols).fill(1) }]]);
}

/** One number for the whole weight or bias of a norm, other than 1 and 0: `gamma = 2, beta = -1`. */
const STATED_OF_NORM = /(?<!\p{L})(γ|gamma|β|beta)\s?=\s?([-−]?\d{1,3}(?:[.,]\d{1,3})?)(?![\d.,]*\d|\s?;)/giu;

/** Returns the numbers that a sheet states for the weight and the bias of its norm, by input. */
const statedOfNorm = ({ lines }: SheetText): ReadonlyMap<string, number> =>
  new Map(
    lines
      .flatMap(({ text }) => [...text.matchAll(STATED_OF_NORM)])
      .map(([, name, number]) => {
        return [/γ|gamma/i.test(name) ? "norm1" : "norm1Bias", typedNumber(number).value] as const;
      })
      .filter(([name, value]) => value !== Number(name === "norm1")),
  );

/** Adds the numbers stated for a norm to x, as rows. */
function withStated(inputs: Inputs, stated: ReadonlyMap<string, number>): Inputs {
  const cols = inputs.get("x")?.cols;
  if (cols === undefined || stated.size === 0) return inputs;
  const rows = Array.from(
    stated,
    ([name, value]) => [name, { rows: 1, cols, data: new Float64Array(cols).fill(value) }] as const,
  );
  return new Map([...rows, ...inputs]);
}

function inputsOf(blocks: readonly InputBlock[]): Inputs {
  const found = maskedBlocks(blocks).flatMap(({ name, matrix }) => (matrix ? [[name, matrix] as const] : []));
  const all = new Map(found);
  const [key, past] = ["key", "pastKey"].map((name) => all.get(name));
  const isGiven = !all.has("wk");
  // More keys than in the cache are all keys.
  if (isGiven && key && past && key.rows > past.rows)
    return new Map(found.filter(([name]) => !IN_CACHE.has(name)));
  // Without new keys, those of a cache are the keys.
  return isGiven && !key ? new Map(found.map(([name, matrix]) => [IN_CACHE.get(name) ?? name, matrix])) : all;
}

/** The keys and values of a cache, and what they are if they are all. */
const IN_CACHE: ReadonlyMap<string, string> = new Map([
  ["pastKey", "key"],
  ["pastValue", "value"],
]);

/** Transposes the inputs, for sheets with one token per column: `Q = W X`, and `Q = Wᵀ X` with W as it is. */
function transposedProblems(inputs: Inputs): readonly Inputs[] {
  const [query, key, value] = ["query", "key", "value"].map((name) => inputs.get(name));
  // A number for each key as its value, in one row.
  if (query && key && value?.rows === 1 && value.cols === key.rows && key.rows > 1)
    return [new Map([...inputs, ["value", transpose(value)]])];
  // One query as a column, beside keys as rows.
  if (query && key && query.cols === 1 && query.rows === key.cols && query.rows > 1)
    return [new Map([...inputs, ["query", transpose(query)]])];
  const isOfProjection = (name: string) => name.length === 2;
  const transposed = (isMeant: (name: string) => boolean) =>
    new Map(Array.from(inputs, ([name, matrix]) => [name, isMeant(name) ? transpose(matrix) : matrix]));
  const ofTokens = transposed((name) => !isOfProjection(name));
  return [...inputs.keys()].some(isOfProjection)
    ? [ofTokens, transposed(() => true), ...(inputs.has("wa") ? [transposed(isOfProjection)] : [])]
    : [ofTokens];
}

/** Splits inputs that are one line each into several rows of equal length. */
function foldedProblems(inputs: Inputs): readonly Inputs[] {
  const [query, key, value] = ["query", "key", "value"].map((name) => inputs.get(name));
  if (!query || !key || !value || [query, key, value].some(({ rows }) => rows > 1)) return [];
  const folded = ({ data }: Matrix, rows: number): Matrix => ({ rows, cols: data.length / rows, data });
  return upTo(query.cols + 2, 2).flatMap((rows) =>
    [query, key, value].every(({ cols }) => cols % rows === 0 && cols > rows)
      ? [new Map(Array.from(inputs, ([name, matrix]) => [name, folded(matrix, rows)] as const))]
      : [],
  );
}

/** The steps that weights are computed from. */
const BEFORE_WEIGHTS = ["scores", "scaled-scores", "shifted-scores", "exponentials"];

/** A score that gives a weight of 0. */
const OF_NO_WEIGHT = -1e4;

/** With nothing that they are computed from, weights beside values are given: as scores that have them as softmax. */
function weightsGiven(inputs: readonly InputBlock[], steps: readonly InputBlock[]): Inputs | undefined {
  const [value, weights] = [inputs, steps].map((blocks) => (blocks.length === 1 ? blocks[0] : undefined));
  if (value?.name !== "value" || !value.matrix || weights?.name !== "weights" || !weights.matrix)
    return undefined;
  const scores = {
    ...weights.matrix,
    data: weights.matrix.data.map((weight) => (weight === 0 ? OF_NO_WEIGHT : Math.log(weight))),
  };
  return scores.data.some(Number.isNaN)
    ? undefined
    : new Map(Object.entries({ scores, value: value.matrix }));
}

/** Without other inputs, reads the first block of a sheet about softmax as its scores. */
function firstScores(runs: readonly TitledRun[], { lines }: SheetText): Inputs | undefined {
  const first = blocksAlike(runs).find(([run]) => run.cells.length > 1);
  const scores = first && matrixOf(first.map(numbersOf));
  return scores && lines.some(({ text }) => SOFTMAX.test(text)) ? new Map([["scores", scores]]) : undefined;
}

const SOFTMAX = /softmax|e\^|(?<!\p{L})exp(?!\p{L})/iu;

/** Returns rows of equal length without words or blank lines between them. */
function blocksAlike(runs: readonly TitledRun[]): readonly TitledRun[][] {
  const blocks: TitledRun[][] = [];
  for (const run of runs.filter(({ isIntermediate }) => !isIntermediate)) {
    const block = blocks.at(-1);
    const isNext = block?.at(-1)?.cells.length === run.cells.length;
    if (block && isNext && run.clauseNames.size === 0 && !isBehind(run, "blank", "word")) block.push(run);
    else blocks.push([run]);
  }
  return blocks;
}

/** Without names: reads the first three blocks of rows as queries, keys and values. */
function firstBlocks(runs: readonly TitledRun[]): Inputs | undefined {
  const blocks = blocksAlike(runs);
  const first = blocks.filter((block) => block.length > 1).slice(0, 3);
  // A block with the name of a step is not an input.
  if (first.some(([run]) => Math.max(0, ...run.names.values()) > MIN_NAME_STRENGTH)) return undefined;
  const [query, key, value] = first.map((block) => matrixOf(block.map(numbersOf)));
  return query && key && value ? new Map(Object.entries({ query, key, value })) : undefined;
}

/**
 * Returns the shapes that the rows of a sheet may have: consecutive rows of one length, those down to the next title,
 * and all rows of that length.
 */
export function shapesOfRows(given: SheetText): readonly Shape[] {
  const shapes = new Map<string, Shape>();
  for (const { runs } of placements(given, [])) {
    const lengths = runs.map(({ cells }) => cells.length);
    const endOf = (start: number, isEnd: (at: number) => boolean) => {
      const end = lengths.findIndex((length, at) => at > start && (length !== lengths[start] || isEnd(at)));
      return (end < 0 ? lengths.length : end) - start;
    };
    for (const [at, cols] of lengths.entries()) {
      const ofLength = lengths.slice(at).filter((length) => length === cols).length;
      const untilTitle = endOf(at, (next) => isBehind(runs[next], "blank", "word"));
      for (const rows of [untilTitle, endOf(at, () => false), ofLength])
        shapes.set(`${rows}x${cols}`, { rows, cols });
    }
  }
  return [...shapes.values()];
}

/** Whether the shapes of the inputs fit together. */
function fitTogether(inputs: Inputs): boolean {
  const [query, memory, x, ...projections] = ["query", "memory", "x", "wq", "wk", "wv"].map((name) =>
    inputs.get(name),
  );
  const [key = memory, value = key] = ["key", "value"].map((name) => inputs.get(name));
  const scores = inputs.get("scores");
  if (scores) return !value || scores.cols === value.rows;
  // Several heads of queries may share one of the keys.
  if (query && key && value) {
    const isAdded = !x || (x.rows === query.rows && x.cols === value.cols);
    return isAdded && (query.cols % key.cols === 0 || inputs.has("wa")) && key.rows === value.rows;
  }
  const sublayer = inputs.get("sublayer");
  if (!x || (sublayer && (sublayer.rows !== x.rows || sublayer.cols !== x.cols))) return false;
  return projections.every((weights) => !weights || weights.rows === x.cols);
}
