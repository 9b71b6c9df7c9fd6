import { shapesOfRows } from "../../input/documents/find-inputs.js";
import type { SheetText } from "../../input/documents/lines.js";
import {
  CAUSAL,
  IN_PLACE_OF_ROOT,
  mentionsOnSheet,
  NO_NORM,
  scalesStated,
  speaksOfNorm,
  statedSlope,
  type UnusualSetting,
} from "../../input/documents/mentions-on-sheet.js";
import {
  firstPositions,
  NAMED_CELL,
  POSITIONS,
  statedBase,
} from "../../input/documents/positions-on-sheet.js";
import type { Inputs } from "../../input/documents/problems.js";
import { present, upTo } from "../../math/lists.js";
import { extremesOf } from "../../math/rows.js";
import type { CommandSpec, Values } from "../../runs/command-spec.js";
import { posenc } from "../posenc.js";
import { KINDS } from "./command-of-problem.js";

// The problems that a sheet may be about, by what it gives and says. Its numbers decide which one it is.

/** One way to read a sheet as a problem. */
export interface Hypothesis {
  readonly kind: CommandSpec;
  readonly inputs: Inputs;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly unusual: readonly UnusualSetting[];
}

/**
 * Returns the problems that these inputs may belong to. An option decides; otherwise each unusual setting that the
 * sheet mentions is tried with and without.
 */
export function hypotheses(onSheet: Inputs, text: SheetText, values: Values): readonly Hypothesis[] {
  const slope = onSheet.has("bias") ? undefined : statedSlope(text);
  const inputs = slope === undefined ? onSheet : withAlibi(onSheet, slope);
  const told =
    inputs === onSheet
      ? []
      : [{ key: "bias", value: true, words: `ALiBi of slope ${slope}`, isStated: true }];
  const isRotated = text.lines.some((line) => ROTATION.test(line.text));
  if (inputs.size === 1 && isRotated) return rotations(inputs, text);
  const { heads, unusual } = mentionsOnSheet(text);
  const isGiven = (name: string) => values[name] !== undefined;
  const hasHeads = isGiven("heads") || (heads !== undefined && heads > 1);
  const mentions = (pattern: RegExp) => inputs.has("x") && text.lines.some((line) => pattern.test(line.text));
  const ofAttention =
    hasHeads || inputs.has("wo") || inputs.has("pastKey") || isRotated ? "multihead" : "attend";
  const isLayer = inputs.has("sublayer") || inputs.has("w1") || inputs.has("norm1") || mentions(ADD_AND_NORM);
  // Beside its queries, x is only added to the output of an attention.
  if (inputs.has("x") && inputs.has("query") && !isLayer) return [];
  const named = isLayer ? ["layer"] : mentions(LAYER) ? [ofAttention, "layer"] : [ofAttention];
  const given = KINDS.find((one) => values[one.name] === true);
  const kinds = given ? [given] : named.flatMap((name) => KINDS.find((one) => one.name === name) ?? []);
  // A mask that is on the sheet is what the sheet mentions.
  const hasMask = onSheet.has("mask") || onSheet.has("bias");
  return kinds.flatMap((kind) => {
    const ofHeads =
      hasHeads && !isGiven("heads") && "heads" in kind.settings
        ? { heads, ...sharedHeads(inputs, heads) }
        : {};
    const settings = { ...ofHeads, ...scoringOf(inputs) };
    const variants: Hypothesis[] = [{ kind, inputs, settings, unusual: told }];
    const scales = inputs.has("scores") ? scalesStated(text) : [];
    for (const setting of [...unusual, ...scales, ...(speaksOfNorm(text) ? [] : [NO_NORM])]) {
      const { key, isStated = false } = setting;
      const isGivenOtherwise = isGiven(key) || (hasMask && key === CAUSAL.key);
      // Without its mask, dropout changes nothing, and without Q and K nothing is divided by √d_k.
      const isIdle =
        (key === "dropoutP" && !inputs.has("dropoutMask")) ||
        (setting === IN_PLACE_OF_ROOT && inputs.has("scores"));
      if (isGivenOtherwise || isIdle || !(key in kind.settings)) continue;
      const ways = variants
        .filter(
          ({ settings }) =>
            setting !== IN_PLACE_OF_ROOT || ("temperature" in settings && !("scale" in settings)),
        )
        .map((way) => withUnusual(way, setting));
      // Of two ways that explain the sheet equally well, the first is taken.
      if (isStated) variants.unshift(...ways);
      else variants.push(...ways);
    }
    const parts = "part" in kind.settings ? partsAlone(inputs, kind) : [];
    return isRotated && "rope" in kind.settings
      ? [...rotary(variants, text), ...variants]
      : [...parts, ...variants];
  });
}

/** Adds the bias of ALiBi, of one head with this slope. Without queries and keys there is none. */
function withAlibi(inputs: Inputs, slope: number): Inputs {
  const [queries, keys] = [
    ["query", "x"],
    ["key", "memory", "x"],
  ].map((names) => names.flatMap((name) => inputs.get(name)?.rows ?? []).at(0));
  if (!queries || !keys) return inputs;
  const data = Float64Array.from(
    upTo(queries * keys),
    (at) => -slope * Math.abs(Math.floor(at / keys) - (at % keys)),
  );
  return new Map([...inputs, ["bias", { rows: queries, cols: keys, data }]]);
}

/** Returns a part of a layer alone, if the inputs may be those of a norm or of a feed-forward. */
function partsAlone(inputs: Inputs, kind: CommandSpec): readonly Hypothesis[] {
  const part = inputs.has("w1") ? "feed-forward" : "norm";
  const isOfOthers = ["query", "wq", "wo", "sublayer"].some((name) => inputs.has(name));
  return isOfOthers ? [] : [{ kind, inputs, settings: { part }, unusual: [] }];
}

/** The number of heads of the keys, if they have fewer columns than the queries: several queries share one. */
function sharedHeads(inputs: Inputs, heads = 1) {
  const [query, key] = [inputs.get("query") ?? inputs.get("wq"), inputs.get("key") ?? inputs.get("wk")];
  const kvHeads = query && key ? (heads * key.cols) / query.cols : heads;
  return kvHeads === heads ? {} : { kvHeads };
}

/** The title of a step of a layer behind its attention. */
export const ADD_AND_NORM =
  /^[^\p{L}]*(?:\p{L}{1,4}[).]\s+)?(?:\p{L}+\s){0,2}(?:residual|residuum|skip connection|add ?(?:&|and) ?norm|layer[- ]?norm|x \+ (?:self|att|multi|mha|heads?|context|concat))/iu;

/** A sentence about a layer, of which the sheet may have the attention alone. */
const LAYER =
  /(?:encoder|decoder|transformer)[- ](?:layer|block|schicht)|couche (?:d')?encod|capa (?:del? )?(?:codificador|encoder)|(?:pre|post)-?(?:norm|ln)(?!\p{L})/iu;

const ROTATION = /\bRoPE\b|\brotary|(?<!\p{L})(?:rotat|rotier|gedreht|tourné|girad|ruotat)|旋转/iu;

/** Returns the settings that say where the positions of a sheet begin, and from which base it computes. */
function positionsOn(text: SheetText) {
  const base = statedBase(text);
  return firstPositions(text).map((offset) => ({ ...(offset > 0 && { offset }), ...(base > 1 && { base }) }));
}

/** Returns the rotations of vectors by their positions, with the usual pairing of columns and with the other one. */
const rotations = (inputs: Inputs, text: SheetText) =>
  positionsOn(text).flatMap((positions) => {
    const settings = { kind: "rope", ...positions };
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
    positionsOn(text).flatMap((positions) =>
      ["half-split", "interleaved"].map((value) =>
        withUnusual(
          { ...way, settings: { ...way.settings, ...positions } },
          { key: "rope", value, words: `--rope ${value}`, isStated: true },
        ),
      ),
    ),
  );

export const withUnusual = (way: Hypothesis, setting: UnusualSetting): Hypothesis => ({
  ...way,
  settings: { ...way.settings, [setting.key]: setting.value },
  unusual: [...way.unusual, setting],
});

/** The scoring that has these parameters. */
const scoringOf = (inputs: Inputs) =>
  inputs.has("va") ? { scoring: "additive" } : inputs.has("wa") ? { scoring: "general" } : {};

/**
 * Returns the possible tables of positions. A table needs no inputs: its shape gives the number of positions and of
 * columns. Its first column may contain the positions. Cells with names give the shape and the first position.
 */
export function encodings(text: SheetText): readonly Hypothesis[] {
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
  const base = statedBase(text);
  return present([cells.length > 0 && named, ...shapes])
    .filter(({ dModel }) => dModel >= 2)
    .map(({ offset, ...size }) => ({
      kind: posenc,
      unusual: [],
      inputs: new Map(),
      settings: { ...size, ...(offset > 0 && { offset }), ...(base > 1 && { base }) },
    }));
}
