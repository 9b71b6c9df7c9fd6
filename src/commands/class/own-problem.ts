import { valuesSetBy } from "../../attention/setting.js";
import { resultOf, UserError } from "../../errors.js";
import { findInputs } from "../../input/documents/find-inputs.js";
import { fitOfWhole } from "../../input/documents/fit.js";
import { STEPS_ON_SHEETS } from "../../input/documents/input-blocks.js";
import { matrixOf } from "../../input/documents/items.js";
import type { SheetText } from "../../input/documents/lines.js";
import {
  CAUSAL,
  mentionsOnSheet,
  speaksOfPadding,
  speaksOfWindow,
  type UnusualSetting,
} from "../../input/documents/mentions-on-sheet.js";
import { nameFinder } from "../../input/documents/names.js";
import { isSheetOfObject } from "../../input/documents/object-sheet.js";
import { INPUTS_ON_SHEETS, type Inputs } from "../../input/documents/problems.js";
import type { Reading } from "../../input/documents/reading.js";
import { sheetNames } from "../../input/documents/sheet-names.js";
import { sheetText } from "../../input/documents/sheet-text.js";
import type { FormName } from "../../input/forms/form-names.js";
import { isBundle } from "../../input/forms/registry.js";
import { present, sumOver, upTo } from "../../math/lists.js";
import { toRows } from "../../math/matrix.js";
import { multiply } from "../../math/product.js";
import { extremesOf } from "../../math/rows.js";
import { readAbout } from "../../runs/check/sheet-subject.js";
import { type CommandSpec, pick, type Values } from "../../runs/command-spec.js";
import { recordProblem } from "../../runs/record-problem.js";
import { findStep, type Trace } from "../../trace/trace.js";
import { doubtOf, otherMask, refuseOtherAttention } from "./contradictions.js";
import { encodings, type Hypothesis, hypotheses, withUnusual } from "./hypotheses.js";

/** A problem that a sheet contains. */
export interface OwnProblem {
  /** The command that computes it, with the words and values that give it. */
  readonly kind: CommandSpec;
  readonly words: readonly string[];
  readonly values: Values;
  /** A sentence about what was assumed because it explains the sheet best. Absent if nothing was assumed. */
  readonly assumed?: string;
  /** Why its numbers are not right without a doubt: the sheet speaks of a mask that they do not show. */
  readonly doubt?: string;
}

/** The text of a sheet, with the name of its file. */
interface TypedSheet {
  readonly text: string;
  readonly name: string;
}

/**
 * Returns the problem that a sheet contains: its Q, K and V, or X and its projections. Of several ways to read them, it
 * takes the one that explains the rest of the sheet best. Returns undefined if there is no problem. If no way can be
 * recorded, throws the error of the first.
 */
export function problemOnSheet({ text: typed, name }: TypedSheet, values: Values): OwnProblem | undefined {
  const finder = nameFinder(sheetNames(STEPS_ON_SHEETS, INPUTS_ON_SHEETS));
  if (isBundle(typed) && !isSheetOfObject(typed, finder)) return undefined;
  const text = sheetText(typed, name, values.form as FormName | undefined);
  const onSheet = findInputs(text);
  const withInputs = onSheet.flatMap((inputs) => hypotheses(inputs, text, values));
  const best = bestExplanation(withInputs.length > 0 ? withInputs : encodings(text), text, values);
  if (!best) return undefined;
  if (!isOfSoftmax(best)) refuseOtherAttention(text, name);
  const { kind, settings, unusual } = best.found;
  const inputs = withKeysAsValues(best.found.inputs);
  const matrices = Object.fromEntries(Array.from(inputs, ([name, matrix]) => [name, toRows(matrix)]));
  const bundle = JSON.stringify({ ...matrices, settings }, (_, value) =>
    value === Number.NEGATIVE_INFINITY ? "-inf" : value,
  );
  const { said } = mentionsOnSheet(text);
  const isSaid = unusual.every(({ key, isStated }) => isStated || said.has(key));
  const reason = isSaid ? "as it says" : "which explains it best";
  const assumed = `${name} is read with ${unusual.map(({ words }) => words).join(" and ")}, ${reason}.`;
  const doubt = doubtOf(best.found, best.reading, { text, values }) ?? otherMask(best, onSheet);
  return {
    kind,
    words: [bundle],
    values: {},
    ...(unusual.length > 0 && { assumed }),
    ...(doubt !== undefined && { doubt }),
  };
}

/** The best hypothesis, and how the sheet is read with it. */
interface Explanation {
  readonly total: number;
  readonly found: Hypothesis;
  readonly reading: Reading;
  readonly trace: Trace;
}

/** Whether most of the weights on a sheet, or of their sums, are those of a softmax. */
const isOfSoftmax = ({ reading, trace }: Explanation) =>
  reading.matrices.every(
    (answer) => !["weights", "row-sums"].includes(answer.item.id) || rightLessWrong(answer, trace) >= 0,
  );

/**
 * Returns the hypothesis that explains a sheet best, or undefined if none explains anything. Throws the first error if
 * no hypothesis can be recorded.
 */
function bestExplanation(
  hypotheses: readonly Hypothesis[],
  text: SheetText,
  values: Values,
): Explanation | undefined {
  let [best, ofWeights]: readonly (Explanation | undefined)[] = [];
  const tried = [...hypotheses];
  const errors: UserError[] = [];
  for (const found of tried) {
    const trace = recorded(found, values);
    if (trace instanceof UserError) {
      errors.push(trace);
      tried.push(...inAlignments(found, trace, values));
      continue;
    }
    const reading = readAbout(text, trace);
    const total = reading && explained(reading, trace);
    if (!reading || total === undefined) continue;
    const output = outputOfKeys(found, reading, trace);
    if (output === "other") continue;
    if (output === "of weights") {
      if (!ofWeights || total > ofWeights.total) ofWeights = { total, found, reading, trace };
      continue;
    }
    if (!best || total > best.total + (found.unusual.length > 0 ? MIN_GAIN_IF_UNUSUAL : MIN_GAIN))
      best = { total, found, reading, trace };
    tried.push(...masksShown(found, { reading, trace, text, values }).map((one) => withUnusual(found, one)));
  }
  if (errors.length > 0 && errors.length === tried.length) throw errors[0];
  return best ?? ofWeights;
}

/** The keys and the values of a problem, and what projects them. */
const VALUES_BY_KEYS = { key: "value", wk: "wv" } as const;

/**
 * Adds values to a problem that has none: the weights are then the last step that a sheet can have, or the keys are the
 * values, as in the oldest papers. Scores alone weigh the rows of the identity, so that the output is the weights.
 */
function withKeysAsValues(inputs: Inputs) {
  const values = Object.entries(VALUES_BY_KEYS).flatMap(([key, value]) => {
    const matrix = inputs.get(key);
    return matrix && !inputs.has(value) ? [[value, matrix] as const] : [];
  });
  const scores = inputs.get("scores");
  const ofScores = scores && !inputs.has("value") ? [["value", identityOf(scores.cols)] as const] : [];
  return new Map([...inputs, ...values, ...ofScores]);
}

const identityOf = (size: number) => ({
  rows: size,
  cols: size,
  data: Float64Array.from(upTo(size * size), (at) => Number(at % (size + 1) === 0)),
});

/**
 * Returns what an output is, if the keys would be the values: the right one, the product of the keys and the weights on
 * the sheet, or computed from other values. Without an output, nothing is other.
 */
function outputOfKeys({ inputs }: Hypothesis, { matrices }: Reading, trace: Trace) {
  const [output, weights] = ["output", "weights"].map((id) => matrices.find(({ item }) => item.id === id));
  const right = output && findStep(trace, output.item.key)?.output();
  if (!right || withKeysAsValues(inputs).size === inputs.size) return "right";
  if (fitOfWhole(output.cells, [right]) >= ALIKE) return "right";
  const values = trace.inputs.find(({ name }) => name === "value")?.matrix;
  const used = weights && matrixOf(weights.cells);
  const isProduct =
    values?.rows === used?.cols &&
    used &&
    values &&
    fitOfWhole(output.cells, [multiply(used, values)]) >= ALIKE;
  return isProduct ? "of weights" : "other";
}

/** The share of cells of an output that must agree with the values. Set by taste. */
const ALIKE = 0.5;

/** Where the queries of a causal mask may stand if there are more keys. */
const ALIGNMENTS: readonly UnusualSetting[] = ["top-left", "bottom-right"].map((value) => {
  return { key: "align", value, words: `--align ${value}` };
});

/** Returns a hypothesis in each alignment, if it lacks one. */
const inAlignments = (found: Hypothesis, { code }: UserError, { causal }: Values) =>
  code === "ALIGNMENT_NEEDED" && causal === undefined ? ALIGNMENTS.map((one) => withUnusual(found, one)) : [];

interface Read {
  readonly reading: Reading;
  readonly trace: Trace;
  readonly text: SheetText;
  readonly values: Values;
}

/**
 * Returns the masks that a sheet may have: the causal one if its weights show it, and a window, or padding of any length,
 * if it speaks of some. Returns none that an option or the hypothesis gives.
 */
function masksShown(
  { kind, settings }: Hypothesis,
  { reading, trace, text, values }: Read,
): readonly UnusualSetting[] {
  const isOpen = (key: string) =>
    key in kind.settings && values[key] === undefined && settings[key] === undefined;
  const weights = reading.matrices.filter(({ item, cells }) => item.id === "weights" && cells.length > 0);
  const isCausal = isOpen(CAUSAL.key) && showsCausal(weights, trace);
  const hasWindow = isOpen("window") && speaksOfWindow(text.lines);
  const keys = trace.inputs.find(({ name }) => name === "key" || name === "x")?.matrix.rows ?? 0;
  const hasPadding = isOpen("keyLength") && speaksOfPadding(text.lines);
  const lengths = hasPadding
    ? upTo(keys, 1).filter((length) => haveZeros(weights, (_, col) => col >= length))
    : [];
  return present([
    isCausal && CAUSAL,
    ...(hasWindow ? windowsShown(weights) : []),
    ...lengths.map((length) => {
      return { key: "keyLength", value: length, words: `${length} keys that are no padding` };
    }),
  ]);
}

/** A hypothesis must explain more than the best one so far by this amount. Set by taste. */
const MIN_GAIN = 0.5;
/** The same amount for a hypothesis with an unusual setting. The sheet mentions or shows it, so that a tie is enough. */
const MIN_GAIN_IF_UNUSUAL = -0.1;

/** The least number of cells by which a table shows what it is. */
const MIN_CELLS = 4;

/** The evidence of each number that agrees, for a table of any shape. Set by taste. */
const SCORE_PER_NUMBER = 0.3;

/** What each number costs that is in no matrix that was read. Set by taste. */
const PER_UNUSED_NUMBER = 0.2;

const numbersIn = ({ text }: Reading["unused"][number]): number => text.split(" ").length;

/** A weight that is more cannot be rounded to 0 by anybody. */
const NOT_ZERO = 0.05;

type Matrices = Reading["matrices"];

/** Whether weights on a sheet are 0 in each of these cells. */
const haveZeros = (weights: Matrices, isMasked: (row: number, col: number) => boolean) =>
  weights.every(({ cells }) =>
    cells.every((row, at) => row.every((cell, col) => !isMasked(at, col) || cell?.value === 0)),
  );

/** Returns the window outside of which weights on a sheet are 0. The weights inside are not, and it is no causal mask. */
const windowsShown = (weights: Matrices): readonly UnusualSetting[] =>
  weights.flatMap(({ cells }) => {
    const offsets = cells.flatMap((row, at) =>
      row.flatMap((cell, col) => (cell !== null && cell.value > 0 ? col - at : [])),
    );
    const [first, last] = extremesOf(offsets);
    const isBand = cells.every((row, at) =>
      row.every((cell, col) => (cell?.value ?? 0) > 0 === (col - at >= first && col - at <= last)),
    );
    const size = cells.length - 1;
    if (!isBand || first > 0 || last < 0 || -first >= size) return [];
    const value = `${-first},${last}`;
    return [{ key: "window", value, words: `--window ${value}` }];
  });

/** Whether weights on a sheet are 0 for each later key, though without a mask some of them are not. */
const showsCausal = (weights: Matrices, trace: Trace) =>
  weights.some((matrix) => {
    const right = findStep(trace, matrix.item.key)?.output();
    if (!right || matrix.cells.length !== right.rows) return false;
    const isLater = (row: number, col: number) => col > row;
    return (
      haveZeros([matrix], isLater) &&
      right.data.some(
        (weight, at) => isLater(Math.floor(at / right.cols), at % right.cols) && weight > NOT_ZERO,
      )
    );
  });

/**
 * Returns how well a reading explains a sheet. Returns undefined if no title and no number shows an answer, or if its
 * problem fits any shape and does not explain all numbers.
 */
function explained(reading: Reading, trace: Trace) {
  const answers = reading.matrices.filter(({ item }) => !item.isInput);
  if (answers.every(({ isGuess }) => isGuess)) return undefined;
  // Beside scores that are given, nothing else may be: it would be a problem of which qkv knows no name.
  const areScoresGiven = trace.inputs.some(({ name }) => name === "scores");
  if (areScoresGiven && (reading.unused.length > 0 || answers.some(areNoWeights))) return undefined;
  if (trace.inputs.length > 0) return reading.total - PER_UNUSED_NUMBER * sumOver(reading.unused, numbersIn);
  // A problem that fits any shape must explain all numbers of the sheet without a doubt, because other numbers have a
  // shape, too.
  const isFit =
    reading.doubts.length === 0 &&
    answers.some(({ cells }) => cells.flat().length >= MIN_CELLS) &&
    answers.every(({ item, cells, doubts }) => cells.length === item.shape?.rows && doubts.length === 0);
  return isFit
    ? reading.total + SCORE_PER_NUMBER * sumOver(answers, (answer) => rightLessWrong(answer, trace))
    : undefined;
}

/** Whether numbers called weights are something else: a softmax gives none below 0 or above 1. */
const areNoWeights = ({ item, cells }: Matrices[number]) =>
  item.addsUpToOne && cells.flat().some((cell) => cell !== null && (cell.value < 0 || cell.value > 1));

/** Returns how many more cells of an answer agree with the right numbers than not. */
function rightLessWrong({ item, cells }: Reading["matrices"][number], trace: Trace) {
  const right = findStep(trace, item.key)?.output();
  return right ? (2 * fitOfWhole(cells, [right]) - 1) * cells.flat().length : 0;
}

/** Records the problem, or returns its error. */
function recorded({ kind, inputs, settings }: Hypothesis, values: Values): Trace | UserError {
  const parsed = Object.entries(settings).flatMap(([name, value]) =>
    typeof value === "string"
      ? Object.entries(valuesSetBy(name, value, {}, kind.settings)).map(([one, typed]) => [
          one,
          kind.settings[one].parse(typed),
        ])
      : [[name, value]],
  );
  const given = { ...Object.fromEntries(parsed), ...pick(kind.settings, values) };
  const { mask, ...matrices } = Object.fromEntries(withKeysAsValues(inputs));
  const problem = { matrices, mask: mask && { ...mask, data: Uint8Array.from(mask.data) }, settings: given };
  return resultOf(() => recordProblem(kind, problem, { needs: "steps" }));
}
