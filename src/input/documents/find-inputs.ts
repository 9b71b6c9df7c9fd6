import { present, upTo } from "../../math/lists.js";
import { type Matrix, type Shape, transpose } from "../../math/matrix.js";
import type { Candidate } from "./evidence.js";
import { areOfMask } from "./fit.js";
import { type Item, matrixOf } from "./items.js";
import type { SheetText } from "./lines.js";
import { nameFinder } from "./names.js";
import type { Commas } from "./number-at.js";
import { type Placement, placeRuns } from "./place.js";
import { runsIn, spellingsOf, withBlocks } from "./read-document.js";
import { isBehind, numbersOf } from "./runs.js";
import { MAY_BE_OF_HEADS, sheetNames } from "./sheet-names.js";
import type { TitledRun } from "./titles.js";

/** The inputs found on a sheet, by name. */
export type Inputs = ReadonlyMap<string, Matrix>;

/** A combination of inputs that makes a problem. */
interface Problem {
  readonly needs: readonly string[];
  /** The inputs that it may also have. */
  readonly also: readonly string[];
  /** Whether it is only meant if the inputs make no other problem. */
  readonly isPart?: true;
}

const OF_SCORING = ["wa", "ua", "va"];
const OF_NORMS = ["norm1", "norm1Bias", "norm2", "norm2Bias"];
const OF_LAYER = ["w1", "b1", "w2", "b2", ...OF_NORMS];

const PROBLEMS: readonly Problem[] = [
  { needs: ["query", "key", "value"], also: ["mask", "bias", "dropoutMask", "backward", ...OF_SCORING] },
  { needs: ["query", "memory"], also: ["mask", "bias", ...OF_SCORING] },
  {
    needs: ["x", "wq", "wk", "wv"],
    also: ["memory", "mask", "bias", "wo", "bq", "bk", "bv", "bo", "backward", ...OF_LAYER],
  },
  { needs: ["query", "key", "value", "wo"], also: ["mask", "bias", "bo"] },
  // Vectors that are added to the output of their attention, as in a layer.
  { needs: ["query", "key", "value", "x"], also: ["mask", "bias", ...OF_LAYER] },
  { needs: ["x", "wq", "wk"], also: ["memory", "mask", "bias", "bq", "bk"], isPart: true },
  { needs: ["query", "key"], also: ["mask", "bias", ...OF_SCORING], isPart: true },
  { needs: ["x"], also: ["sublayer", "wo", "bo", ...OF_LAYER], isPart: true },
  { needs: ["scores", "value"], also: [], isPart: true },
  { needs: ["scores"], also: [], isPart: true },
];

/** Inputs whose names may also mean something else, so that the problem is tried without them, too. */
const DOUBTFUL = [
  ...["memory", "mask", "bias", "backward", "sublayer", ...OF_SCORING].map((name) => [name]),
  OF_NORMS,
];

/** Steps that are given if nothing gives what they are computed from, as inputs. The scores may be raw or scaled. */
const GIVEN_STEPS = [
  { name: "scores", steps: ["scaled-scores", "scores"] },
  { name: "sublayer", steps: ["attention-output", "output", "weights"] },
];

/** The names of inputs that qkv looks for on a sheet. */
export const INPUTS_ON_SHEETS = [
  ...new Set(PROBLEMS.flatMap(({ needs, also }) => [...needs, ...also])),
].filter((name) => GIVEN_STEPS.every((given) => given.name !== name));

/** Names weaker than this are ignored. */
const MIN_NAME_STRENGTH = 0.4;
/** How much higher a block further down must score to replace one further up. */
const BETTER = 0.5;

/** The steps that blocks of a sheet may be, other than inputs. */
export const STEPS_ON_SHEETS: readonly string[] = [
  "encoding",
  "embedded",
  "query-features",
  "key-features",
  "added-features",
  "tanh",
  "row-max",
  "shifted-scores",
  "scores",
  "scaled-scores",
  "exponentials",
  "row-sums",
  "weights",
  "dropped-weights",
  "output",
  "concat",
  "attention-output",
  "residual-1",
  "residual-2",
  "centred",
  "mean",
  "variance",
  "deviation",
  "normalised",
  "norm-1",
  "norm-2",
  "feed-forward-1",
  "activation",
  "feed-forward-2",
  "rotated",
  "q-rotated",
  "k-rotated",
  "d-value",
  "d-weights",
  "d-scaled-scores",
  "d-scores",
  "d-query",
  "d-key",
];

/** The runs of numbers of a text, each read as an input or a step. */
export interface Placed extends Placement {
  readonly sheet: SheetText;
  readonly commas: Commas;
  readonly runs: readonly TitledRun[];
}

/** Reads a text once for each way to write numbers, and places its runs. */
export function placements(given: SheetText, names: readonly string[]): readonly Placed[] {
  const finder = nameFinder(sheetNames(STEPS_ON_SHEETS, names));
  const sheet = withBlocks(given, finder);
  const items = [
    ...names.map((id) => freeItem(id, true)),
    ...STEPS_ON_SHEETS.map((id) => freeItem(id, false)),
  ];
  return spellingsOf(sheet).map((spelling) => {
    const runs = runsIn(sheet, finder, spelling);
    const placed = placeRuns(
      {
        runs,
        expected: new Map(),
        habits: { transposedShare: 0 },
        firstHead: 0,
        commas: spelling.commas,
      },
      items,
    );
    return { sheet, commas: spelling.commas, runs, ...placed };
  });
}

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
      return [...others, ...withTurned(parts, isOfSum, stated), firstBlocks(runs), firstScores(runs, given)];
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
        const value = Number(number.replace("−", "-").replace(",", "."));
        return [/γ|gamma/i.test(name) ? "norm1" : "norm1Bias", value] as const;
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

/** Returns an item whose shape is not known yet. */
const freeItem = (id: string, isInput: boolean): Item => ({
  key: id,
  id,
  isInput,
  isRare: false,
  addsUpToOne: false,
});

const inputsOf = (blocks: readonly InputBlock[]): Inputs =>
  new Map(maskedBlocks(blocks).flatMap(({ name, matrix }) => (matrix ? [[name, matrix] as const] : [])));

/** Adds the inputs that have no block of their own, but that the title of another block names, too: `Q = K = V`. */
export function sharedBlocks(blocks: readonly InputBlock[]): readonly InputBlock[] {
  const all = new Map(blocks.map((block) => [block.name, block]));
  for (const block of blocks)
    for (const [name, strength] of block.candidates[0].rows[0].names)
      if (strength > MIN_NAME_STRENGTH && INPUTS_ON_SHEETS.includes(name) && !all.has(name))
        all.set(name, { ...block, name });
  return [...all.values()];
}

/** Returns blocks with the input that each mask is: one with −∞ is added to the scores, so it is a bias. */
export const maskedBlocks = (blocks: readonly InputBlock[]): readonly InputBlock[] =>
  blocks.map((block) =>
    block.name === "mask" && block.matrix?.data.includes(Number.NEGATIVE_INFINITY)
      ? { ...block, name: "bias" }
      : block,
  );

/** A block with the name of an input. */
export interface InputBlock {
  readonly name: string;
  /** In the order of the sheet. */
  readonly candidates: readonly Candidate[];
  /** Undefined if rows have different lengths or cells are blank. */
  readonly matrix?: Matrix;
}

/** Returns the best block of each name. Numbered rows in separate places are joined. */
export function blocksOf(candidates: readonly Candidate[], names: readonly string[]): readonly InputBlock[] {
  return names.flatMap((name) => {
    // Other numbers under the word "mask" are masked scores, which are no input.
    const named = candidates.filter(
      ({ item, named, cells }) =>
        item.id === name && named > MIN_NAME_STRENGTH && (name !== "mask" || areOfMask(cells.flat())),
    );
    if (named.length === 0) return [];
    const best = bestBlock(named);
    const ofHeads = MAY_BE_OF_HEADS.test(name) ? blocksOfHeads(named) : undefined;
    if (ofHeads) return [{ name, ...ofHeads }];
    const used = (best.cells.length > 1 || named.length === 1) && !areCounted(named) ? [best] : named;
    const matrix = matrixOf(used.flatMap(({ cells }) => cells));
    if (!matrix) return [{ name, candidates: used }];
    // `K^T = …` gives K transposed.
    return [{ name, candidates: used, matrix: best.rows[0].isTransposed ? transpose(matrix) : matrix }];
  });
}

const bestBlock = (blocks: readonly Candidate[]): Candidate =>
  blocks.reduce((one, other) => (other.total > one.total + BETTER || extend(other, one) ? other : one));

/** Whether a block has more rows, below all those of another one: the cache with a new token. */
const extend = ({ cells }: Candidate, { cells: first }: Candidate): boolean =>
  cells.length > first.length &&
  first.length > 1 &&
  first.every((row, at) => row.every((cell, col) => cell !== null && cell.value === cells[at][col]?.value));

/** Joins the best block of each head side by side. Returns undefined unless several heads have one each. */
function blocksOfHeads(named: readonly Candidate[]): Omit<InputBlock, "name"> | undefined {
  const headOf = ({ rows: [{ head, block }] }: Candidate) => block ?? head;
  const heads = [...new Set(named.flatMap((one) => headOf(one) ?? []))];
  const sizeOf = ({ cells }: Candidate) => cells.flat().length;
  // Beside the heads, there may be numbers in sentences, but no larger matrix.
  const [whole, parts] = [true, false].map((isWhole) =>
    Math.max(0, ...named.filter((one) => (headOf(one) === undefined) === isWhole).map(sizeOf)),
  );
  if (heads.length < 2 || whole >= parts) return undefined;
  const candidates = heads.map((head) => {
    const ofHead = named.filter((one) => headOf(one) === head);
    return bestBlock(ofHead.filter((one) => ofHead.every((other) => sizeOf(other) <= sizeOf(one))));
  });
  const matrix = matrixOf(
    candidates[0].cells.map((_, row) => candidates.flatMap(({ cells }) => cells[row] ?? [])),
  );
  return { candidates, ...(matrix && { matrix }) };
}

/** Whether rows are numbered one after the other: `k1 = …` in a sentence, then `k2 = …, k3 = …`. */
function areCounted(candidates: readonly Candidate[]): boolean {
  const places = candidates.flatMap(({ rows }) =>
    rows.map(({ clause }) => Number(/\p{L}_?(\d+)\s*[:=]?\s*[[(]*\s*$/u.exec(clause)?.[1])),
  );
  return places.every((place, at) => place === places[0] + at);
}

/** Returns the whole problems that inputs make: Q, K and V, or X with its projections. */
const wholeProblems = (inputs: Inputs): readonly Inputs[] =>
  PROBLEMS.filter(({ isPart }) => !isPart).flatMap((problem) => waysOfProblem(problem, inputs));

/** Returns the first part of a problem that inputs make, such as X alone. With W_Q, the queries are not given. */
const firstPart = (inputs: Inputs): readonly Inputs[] =>
  PROBLEMS.filter(({ needs, isPart }) => isPart && (needs.includes("wq") || !inputs.has("wq")))
    .map((problem) => waysOfProblem(problem, inputs))
    .find((ways) => ways.length > 0) ?? [];

function waysOfProblem({ needs, also }: Problem, inputs: Inputs): readonly Inputs[] {
  if (!needs.every((name) => inputs.has(name))) return [];
  const ofProblem = new Map([...inputs].filter(([name]) => [...needs, ...also].includes(name)));
  return waysOf(ofProblem, DOUBTFUL);
}

/** Returns the inputs with and without each group of doubtful ones. */
function waysOf(inputs: Inputs, [names, ...others]: readonly (readonly string[])[]): readonly Inputs[] {
  if (names === undefined) return [inputs];
  if (!names.some((name) => inputs.has(name))) return waysOf(inputs, others);
  const isMask = names.includes("mask");
  const ways = [inputs, ...(isMask ? [withOppositeMask(inputs)] : []), without(inputs, names)];
  return ways.flatMap((way) => waysOf(way, others));
}

/** Returns the same inputs with a mask in which 1 means masked, not kept. */
function withOppositeMask(inputs: Inputs): Inputs {
  const { data, ...shape } = inputs.get("mask") ?? { rows: 0, cols: 0, data: [] };
  return new Map([...inputs, ["mask", { ...shape, data: Float64Array.from(data, (cell) => 1 - cell) }]]);
}

const without = (inputs: Inputs, names: readonly string[]): Inputs =>
  new Map([...inputs].filter(([name]) => !names.includes(name)));

/** Transposes the inputs, for sheets with one token per column: `Q = W X`, and `Q = Wᵀ X` with W as it is. */
function transposedProblems(inputs: Inputs): readonly Inputs[] {
  const [query, key] = [inputs.get("query"), inputs.get("key")];
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
