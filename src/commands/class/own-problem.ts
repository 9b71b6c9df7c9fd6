import { valuesSetBy } from "../../attention/setting.js";
import { refuseAs, resultOf, UserError } from "../../errors.js";
import {
  findInputs,
  INPUTS_ON_SHEETS,
  type Inputs,
  STEPS_ON_SHEETS,
  shapesOfRows,
} from "../../input/documents/find-inputs.js";
import { fitOfWhole } from "../../input/documents/fit.js";
import type { SheetText } from "../../input/documents/lines.js";
import {
  CAUSAL,
  mentionsOnSheet,
  speaksOfPadding,
  type UnusualSetting,
} from "../../input/documents/mentions-on-sheet.js";
import { nameFinder } from "../../input/documents/names.js";
import { isSheetOfObject } from "../../input/documents/object-sheet.js";
import type { Reading } from "../../input/documents/reading.js";
import { isNegated } from "../../input/documents/settings-in-text.js";
import { sheetNames } from "../../input/documents/sheet-names.js";
import { sheetText } from "../../input/documents/sheet-text.js";
import type { FormName } from "../../input/forms/form-names.js";
import { isBundle } from "../../input/forms/registry.js";
import { present, sumOver, upTo } from "../../math/lists.js";
import { toRows } from "../../math/matrix.js";
import { extremesOf } from "../../math/rows.js";
import { halfUnit, typedDecimals } from "../../math/written.js";
import { readAbout } from "../../runs/check/sheet-subject.js";
import { type CommandSpec, pick, type Values } from "../../runs/command-spec.js";
import { recordProblem } from "../../runs/record-problem.js";
import { findStep, type Trace } from "../../trace/trace.js";
import { posenc } from "../posenc.js";
import { KINDS } from "./command-of-problem.js";

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

/** One way to read a sheet as a problem. */
interface Hypothesis {
  readonly kind: CommandSpec;
  readonly inputs: Inputs;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly unusual: readonly UnusualSetting[];
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
  const withInputs = findInputs(text).flatMap((inputs) => hypotheses(inputs, text, values));
  const best = bestExplanation(withInputs.length > 0 ? withInputs : encodings(text), text, values);
  if (!best) return undefined;
  refuseOtherAttention(text, name);
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
  const doubt = doubtOf(best, text, values);
  return {
    kind,
    words: [bundle],
    values: {},
    ...(unusual.length > 0 && { assumed }),
    ...(doubt !== undefined && { doubt }),
  };
}

/** Attention without a softmax. */
const OTHER_ATTENTION =
  /(?<!\p{L})(?:linear(?:e|i[sz]ed)? attention|attention lin[eé]a(?:ire|l)|sparsemax|entmax|sigmoid attention)/iu;

/** Refuses a sheet about an attention that qkv does not compute: all of its weights would be called wrong. */
function refuseOtherAttention({ lines }: SheetText, name: string): void {
  for (const { number, text } of lines) {
    const match = OTHER_ATTENTION.exec(text);
    if (match && !isNegated(text.slice(0, match.index)))
      refuseAs("USAGE", `${name}, line ${number}: qkv does not compute ${match[0].toLowerCase()}.`, {
        hint: "qkv help scoring lists the attentions that it computes.",
      });
  }
}

/** Returns a doubt if a sheet speaks of a mask or a temperature without which its weights are explained best. */
function doubtOf({ found, reading }: Explanation, text: SheetText, values: Values) {
  const { kind, inputs, settings } = found;
  const areShown = reading.matrices.some(({ item }) => item.id === "weights" || item.id === "output");
  const hasMask = inputs.has("mask") || inputs.has("bias");
  const isLeftOut = (key: string) => key in kind.settings && !(key in settings) && values[key] === undefined;
  const [[, words] = []] = Array.from(mentionsOnSheet(text).said).filter(([key]) => isLeftOut(key));
  return words === undefined || !areShown || hasMask
    ? (otherWidth(found, text, values) ?? otherSlope(found, text))
    : `it speaks of ${words}, but its numbers are computed without`;
}

/** The width of the keys that a sheet states: `d_k = 2`, `d_k is 2`, `√d_k = √2`, `/ sqrt(2)`, `divide by √2`. */
const STATED_WIDTH =
  /(?<![\p{L}\d_]|(?:√|sqrt)\s?\(?)d_?k\s{0,3}(?:=|:|is|ist|est|es|è|vaut)\s{0,3}(\d+)(?!\d|[.,]\d)|(?:[/÷]\s*\(?|d_?k\)?\s?[=≈]\s?|divi\p{L}{1,9}\s(?:\p{L}{2,9}\s){0,3})(?:√|sqrt)\s*\(?(\d+)(?!\d|[.,]\d)/giu;

/** A divisor in a line without other numbers: `Scaled (÷1.414):`. */
const STATED_DIVISOR = /^\D*[/÷]\s?\(?(\d+[.,]\d{2,})\D*$/u;

/** A sentence about another model. */
const OF_OTHERS = /(?<!\p{L})(?:paper|original|BERT|GPT|usual|typical|üblich|large|vanish)/iu;

/** The widths of the keys that a sheet states of its own problem, with their lines. */
const statedWidths = ({ lines }: SheetText) =>
  lines
    .filter(({ text }) => !OF_OTHERS.test(text))
    .flatMap(({ number, text }) =>
      Array.from(text.matchAll(STATED_WIDTH))
        .filter(({ index }) => !isNegated(text.slice(0, index)))
        .map(([, said, root = said]) => ({ number, said: Number(root) })),
    );

/** The scales that a sheet may mean if it gives the scores, without the keys. */
const scalesStated = (text: SheetText): readonly UnusualSetting[] =>
  [...new Set(statedWidths(text).map(({ said }) => said))].map((said) => {
    return { key: "scale", value: 1 / Math.sqrt(said), words: `a scale of 1/√${said}`, isStated: true };
  });

/** Returns a doubt if a sheet states another width of the keys than they have, and so another divisor of the scores. */
function otherWidth(found: Hypothesis, text: SheetText, values: Values): string | undefined {
  const { inputs } = found;
  const settings: Values = { ...found.settings, ...values };
  const cols = ["query", "wq", "x"].map((name) => inputs.get(name)?.cols).find((one) => one !== undefined);
  if (cols === undefined || "scale" in settings || "scoring" in settings) return undefined;
  const width = cols / Number(settings.heads ?? 1);
  // A norm divides by a root, too.
  if (text.lines.some((line) => ADD_AND_NORM.test(line.text))) return undefined;
  const [other] = [
    ...statedWidths(text).flatMap(({ number, said }) =>
      said === width ? [] : [`line ${number} speaks of d_k = ${said}`],
    ),
    ...text.lines.flatMap((line) => otherDivisor(line, width) ?? []),
  ];
  return other && `${other}, but the keys have ${width} columns`;
}

/** Says which divisor of the scores a line states, if it is not the root of the width. */
function otherDivisor({ number, text }: SheetText["lines"][number], width: number): string | undefined {
  const root = STATED_DIVISOR.exec(text)?.[1].replace(",", ".");
  const isOther =
    root !== undefined && Math.abs(Number(root) - Math.sqrt(width)) > 2 * halfUnit(typedDecimals(root));
  return isOther ? `line ${number} speaks of the divisor ${root}` : undefined;
}

/** The slope of ALiBi, which a sheet states. */
const STATED_SLOPE =
  /(?:ALiBi|slope).{0,20}?(?<!\p{L})m\s?=\s?(\d*\.?\d+)|(?<!\p{L})slope (?:of |is )?(\d*\.\d+)/iu;

/** Returns a doubt if a sheet states one slope, but has a bias of another one per position. */
function otherSlope({ inputs }: Hypothesis, { lines }: SheetText): string | undefined {
  const bias = inputs.get("bias");
  const slopes = lines.flatMap(({ number, text }) => {
    const [, m, slope = m] = STATED_SLOPE.exec(text) ?? [];
    return slope === undefined ? [] : [{ number, slope: Number(slope) }];
  });
  if (!bias || slopes.length !== 1) return undefined;
  const [{ number, slope }] = slopes;
  const perPosition = Array.from(bias.data, (one, at) => {
    const distance = Math.abs(Math.floor(at / bias.cols) - (at % bias.cols));
    return distance > 0 && Number.isFinite(one) ? -one / distance : undefined;
  }).filter((one) => one !== undefined);
  const isOther = perPosition.length > 0 && perPosition.every((one) => Math.abs(one - slope) > SLOPE_MARGIN);
  return isOther ? `line ${number} speaks of a slope of ${slope}, but the bias has another one` : undefined;
}

/** How far a slope in a bias may be off because of its rounding. */
const SLOPE_MARGIN = 0.01;

/** The best hypothesis, and how the sheet is read with it. */
interface Explanation {
  readonly total: number;
  readonly found: Hypothesis;
  readonly reading: Reading;
}

/**
 * Returns the hypothesis that explains a sheet best, or undefined if none explains anything. Throws the first error if
 * no hypothesis can be recorded.
 */
function bestExplanation(
  hypotheses: readonly Hypothesis[],
  text: SheetText,
  values: Values,
): Explanation | undefined {
  let best: Explanation | undefined;
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
    if (!reading || total === undefined || isOfOtherValues(found, reading, trace)) continue;
    if (!best || total > best.total + (found.unusual.length > 0 ? MIN_GAIN_IF_UNUSUAL : MIN_GAIN))
      best = { total, found, reading };
    tried.push(...masksShown(found, { reading, trace, text, values }).map((one) => withUnusual(found, one)));
  }
  if (errors.length > 0 && errors.length === tried.length) throw errors[0];
  return best;
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

/** Whether the keys would be the values, but an output on the sheet was computed from others. */
function isOfOtherValues({ inputs }: Hypothesis, { matrices }: Reading, trace: Trace) {
  const output = matrices.find(({ item }) => item.id === "output");
  if (!output || withKeysAsValues(inputs).size === inputs.size) return false;
  const right = findStep(trace, output.item.key)?.output();
  return right !== undefined && fitOfWhole(output.cells, [right]) < ALIKE;
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
 * Returns the masks that a sheet may have: the causal one if its weights show it, and padding of any length if it speaks
 * of some. Returns none that an option or the hypothesis gives.
 */
function masksShown(
  { kind, settings }: Hypothesis,
  { reading, trace, text, values }: Read,
): readonly UnusualSetting[] {
  const isOpen = (key: string) =>
    key in kind.settings && values[key] === undefined && settings[key] === undefined;
  const weights = reading.matrices.filter(({ item, cells }) => item.id === "weights" && cells.length > 0);
  const isCausal = isOpen(CAUSAL.key) && showsCausal(weights, trace);
  const keys = trace.inputs.find(({ name }) => name === "key" || name === "x")?.matrix.rows ?? 0;
  const hasPadding = isOpen("keyLength") && speaksOfPadding(text.lines);
  const lengths = hasPadding
    ? upTo(keys, 1).filter((length) => haveZeros(weights, (_, col) => col >= length))
    : [];
  return present([
    isCausal && CAUSAL,
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

/**
 * Returns the problems that these inputs may belong to. An option decides; otherwise each unusual setting that the
 * sheet mentions is tried with and without.
 */
function hypotheses(inputs: Inputs, text: SheetText, values: Values): readonly Hypothesis[] {
  if (inputs.size === 1 && text.lines.some((line) => ROTATION.test(line.text)))
    return rotations(inputs, text);
  const { heads, unusual } = mentionsOnSheet(text);
  const isGiven = (name: string) => values[name] !== undefined;
  const hasHeads = isGiven("heads") || (heads !== undefined && heads > 1);
  const mentions = (pattern: RegExp) => inputs.has("x") && text.lines.some((line) => pattern.test(line.text));
  const isRotated = text.lines.some((line) => ROTATION.test(line.text));
  const ofAttention = hasHeads || inputs.has("wo") || isRotated ? "multihead" : "attend";
  const isLayer = inputs.has("w1") || inputs.has("norm1") || mentions(ADD_AND_NORM);
  const named = isLayer ? ["layer"] : mentions(LAYER) ? [ofAttention, "layer"] : [ofAttention];
  const given = KINDS.find((one) => values[one.name] === true);
  const kinds = given ? [given] : named.flatMap((name) => KINDS.find((one) => one.name === name) ?? []);
  // A mask that is on the sheet is what the sheet mentions.
  const hasMask = inputs.has("mask") || inputs.has("bias");
  return kinds.flatMap((kind) => {
    const ofHeads =
      hasHeads && !isGiven("heads") && "heads" in kind.settings
        ? { heads, ...sharedHeads(inputs, heads) }
        : {};
    const settings = { ...ofHeads, ...scoringOf(inputs) };
    const variants: Hypothesis[] = [{ kind, inputs, settings, unusual: [] }];
    for (const setting of [...unusual, ...(inputs.has("scores") ? scalesStated(text) : [])]) {
      const { key, isStated = false } = setting;
      if (isGiven(key) || !(key in kind.settings) || (hasMask && key === CAUSAL.key)) continue;
      const ways = variants.map((way) => withUnusual(way, setting));
      // Of two ways that explain the sheet equally well, the first is taken.
      if (isStated) variants.unshift(...ways);
      else variants.push(...ways);
    }
    const isRotated = text.lines.some((line) => ROTATION.test(line.text)) && "rope" in kind.settings;
    return isRotated ? [...rotary(variants, text), ...variants] : variants;
  });
}

/** The number of heads of the keys, if they have fewer columns than the queries: several queries share one. */
function sharedHeads(inputs: Inputs, heads = 1) {
  const [query, key] = [inputs.get("query") ?? inputs.get("wq"), inputs.get("key") ?? inputs.get("wk")];
  const kvHeads = query && key ? (heads * key.cols) / query.cols : heads;
  return kvHeads === heads ? {} : { kvHeads };
}

/** The title of a step of a layer behind its attention. */
const ADD_AND_NORM =
  /^[^\p{L}]*(?:\p{L}[).]\s+)?(?:\p{L}+\s){0,2}(?:residual|residuum|skip connection|add ?(?:&|and) ?norm|layer[- ]?norm|x \+ att)/iu;

/** A sentence about a layer, of which the sheet may have the attention alone. */
const LAYER =
  /(?:encoder|decoder|transformer)[- ](?:layer|block|schicht)|couche (?:d')?encod|capa (?:del? )?(?:codificador|encoder)|(?:pre|post)-?(?:norm|ln)(?!\p{L})/iu;

const ROTATION = /\bRoPE\b|\brotary|(?<!\p{L})(?:rotat|rotier|gedreht|tourné|girad|ruotat)|旋转/iu;

/** Returns the rotations of vectors by their positions, with the usual pairing of columns and with the other one. */
const rotations = (inputs: Inputs, text: SheetText) =>
  firstPositions(text).flatMap((offset) => {
    const settings = { kind: "rope", ...(offset > 0 && { offset }) };
    const usual: Hypothesis = {
      kind: posenc,
      inputs,
      settings: { ...settings, pairs: "interleaved" },
      unusual: [],
    };
    return [usual, withUnusual(usual, { key: "pairs", value: "half-split", words: "--pairs half-split" })];
  });

/**
 * Returns the same ways with queries and keys rotated by their positions. Of several that explain a sheet equally well,
 * the last one is taken: the pairs of the paper.
 */
const rotary = (ways: readonly Hypothesis[], text: SheetText): readonly Hypothesis[] =>
  ways.flatMap((way) =>
    firstPositions(text).flatMap((offset) =>
      ["half-split", "interleaved"].map((value) =>
        withUnusual(
          { ...way, settings: { ...way.settings, ...(offset > 0 && { offset }) } },
          { key: "rope", value, words: `--rope ${value}`, isStated: true },
        ),
      ),
    ),
  );

const withUnusual = (way: Hypothesis, setting: UnusualSetting): Hypothesis => ({
  ...way,
  settings: { ...way.settings, [setting.key]: setting.value },
  unusual: [...way.unusual, setting],
});

/** The scoring that has these parameters. */
const scoringOf = (inputs: Inputs) =>
  inputs.has("va") ? { scoring: "additive" } : inputs.has("wa") ? { scoring: "general" } : {};

/** A weight that is more cannot be rounded to 0 by anybody. */
const NOT_ZERO = 0.05;

type Matrices = Reading["matrices"];

/** Whether weights on a sheet are 0 in each of these cells. */
const haveZeros = (weights: Matrices, isMasked: (row: number, col: number) => boolean) =>
  weights.every(({ cells }) =>
    cells.every((row, at) => row.every((cell, col) => !isMasked(at, col) || cell?.value === 0)),
  );

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

const POSITIONS = /posi[tcz]i|po[sz][iy]c|позиц|sinusoid|\b(?:PE|pos)\b|\u4f4d\u7f6e/iu;

/** The number of a position before the numbers of its row: `1  0.84`, `| 1 |`, `PE(1) =`, `For position 1`. Not `1) PE =`. */
const POSITION =
  /^\W*(?:for\s)?(?!\d{1,2}[.)]\s)(pos(?:itions?)?|token|PE)?[\s_(=#]*(\d{1,3})(?!\d|\.\d|,\d+(?:[;\t]|$))(?!.*\p{L}\d).*\d/iu;

/** A position in the middle of a line, before its numbers: `the token at position 1: [0.84`. */
const POSITION_WITHIN = /\b(pos(?:ition)?)\s*[=:#]?\s*(\d{1,3})(?![\d.,]*\d).*\d/iu;

/** A list of positions: `positions 1, 2, 3`, `Positionen 0 bis 3`. */
const LISTED_POSITIONS =
  /(?<!\p{L})pos(?:i[tcz]\p{L}{2,8})?\.?\s(?:\p{L}{1,3}\s?=\s?)?(\d{1,3})\s?(?:,|–|-|and|to|und|bis|et|à|y|a|e|和|到)\s?(\d{1,3})(?![\d.])/iu;

/** A cell by its position and column: PE(1,0). */
const NAMED_CELL = /(?<!\p{L})PE\s*_?[([{]?\s*(\d{1,3})\s*,\s*(\d{1,3})/giu;

/**
 * Returns the first positions that a sheet may have: those in a list, that of counted rows, or 0 and the one that is
 * named. Numbers behind a word for positions decide, if there are any.
 */
function firstPositions({ lines }: SheetText): readonly number[] {
  const [listed] = lines.flatMap(({ text }) => {
    const [, from, to] = LISTED_POSITIONS.exec(text) ?? [];
    return Number(to) > Number(from) ? [Number(from)] : [];
  });
  if (listed !== undefined) return [listed];
  const found = lines
    .map(({ text }) => POSITION.exec(text) ?? POSITION_WITHIN.exec(text))
    .filter((match) => match !== null);
  const named = found.filter(([, word]) => word !== undefined);
  const [first, ...others] = (named.length > 0 ? named : found).map(([, , position]) => Number(position));
  if (first === undefined || others.some((position, at) => position !== first + at + 1)) return [0];
  return others.length > 0 ? [first] : [0, first];
}

/** The base of the frequencies, if a sheet gives it. */
const BASE = /(?<!\p{L})base\s*(?:n\s*)?[=:]?\s*(\d+)(?![.,]?\d)/iu;

/**
 * Returns the possible tables of positions. A table needs no inputs: its shape gives the number of positions and of
 * columns. Its first column may contain the positions. Cells with names give the shape and the first position.
 */
function encodings(text: SheetText): readonly Hypothesis[] {
  if (!text.lines.some((line) => POSITIONS.test(line.text))) return [];
  const shapes = shapesOfRows(text).flatMap(({ rows, cols }) =>
    firstPositions(text).flatMap((offset) =>
      [cols, cols - 1].map((dModel) => ({ length: rows, dModel, offset })),
    ),
  );
  const cells = text.lines.flatMap(({ text }) => [...text.matchAll(NAMED_CELL)]);
  const [positions, columns] = [1, 2].map((part) => cells.map((cell) => Number(cell[part])));
  const [first, last] = extremesOf(positions);
  const named = { length: last - first + 1, dModel: Math.max(...columns) + 1, offset: first };
  const base = Number(text.lines.flatMap((line) => BASE.exec(line.text)?.[1] ?? [])[0] ?? Number.NaN);
  return present([cells.length > 0 && named, ...shapes])
    .filter(({ dModel }) => dModel >= 2)
    .map(({ offset, ...size }) => ({
      kind: posenc,
      unusual: [],
      inputs: new Map(),
      settings: { ...size, ...(offset > 0 && { offset }), ...(base > 1 && { base }) },
    }));
}

/**
 * Returns how well a reading explains a sheet. Returns undefined if no title and no number shows an answer, or if its
 * problem fits any shape and does not explain all numbers.
 */
function explained(reading: Reading, trace: Trace) {
  const answers = reading.matrices.filter(({ item }) => !item.isInput);
  if (answers.every(({ isGuess }) => isGuess)) return undefined;
  // Beside scores that are given, nothing else may be: it would be a problem of which qkv knows no name.
  const areScoresGiven = trace.inputs.some(({ name }) => name === "scores");
  if (trace.inputs.length > 0) return areScoresGiven && reading.unused.length > 0 ? undefined : reading.total;
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
