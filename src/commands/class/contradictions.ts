import { refuseAs } from "../../errors.js";
import { fitOfWhole } from "../../input/documents/fit.js";
import type { SheetText } from "../../input/documents/lines.js";
import { mentionsOnSheet, statedWidths } from "../../input/documents/mentions-on-sheet.js";
import type { Inputs } from "../../input/documents/problems.js";
import type { Reading } from "../../input/documents/reading.js";
import { isNegated } from "../../input/documents/settings-in-text.js";
import type { Matrix } from "../../math/matrix.js";
import { halfUnit, typedDecimals } from "../../math/written.js";
import type { Values } from "../../runs/command-spec.js";
import { severalLines } from "../../sheet-lines.js";
import { findStep, type Trace } from "../../trace/trace.js";
import { ADD_AND_NORM, type Hypothesis } from "./hypotheses.js";

// What a sheet says of its problem, but its numbers contradict.

/** Attention without a softmax. */
const OTHER_ATTENTION =
  /(?<!\p{L})(?:linear(?:e|i[sz]ed)? attention|attention lin[eé]a(?:ire|l)|sparsemax|entmax|sigmoid attention)/iu;

/** Refuses a sheet about an attention that qkv does not compute: all of its weights would be called wrong. */
export function refuseOtherAttention({ lines }: SheetText, name: string): void {
  for (const { number, text } of lines) {
    const match = OTHER_ATTENTION.exec(text);
    if (match && !isNegated(text, match.index))
      refuseAs("USAGE", `${name}, line ${number}: qkv does not compute ${match[0].toLowerCase()}.`, {
        hint: "qkv help scoring lists the attentions that it computes.",
      });
  }
}

/** Returns a doubt if a sheet speaks of a mask or a temperature without which its weights are explained best. */
export function doubtOf(
  found: Hypothesis,
  reading: Reading,
  { text, values }: { readonly text: SheetText; readonly values: Values },
): string | undefined {
  const { kind, inputs, settings } = found;
  const areShown = reading.matrices.some(({ item }) => item.id === "weights" || item.id === "output");
  const hasMask = inputs.has("mask") || inputs.has("bias");
  const isLeftOut = (key: string) => key in kind.settings && !(key in settings) && values[key] === undefined;
  const [[, words] = []] = Array.from(mentionsOnSheet(text).said).filter(([key]) => isLeftOut(key));
  return words === undefined || !areShown || hasMask
    ? (otherWidth(found, text, values) ?? otherSlope(found, text) ?? otherInput(found, reading))
    : `it speaks of ${words}, but its numbers are computed without`;
}

/** Returns a doubt if numbers are read as an input that has others. */
function otherInput({ inputs }: Hypothesis, { matrices }: Reading): string | undefined {
  const other = matrices.find(({ item, cells }) => {
    const input = inputs.get(item.key);
    return input !== undefined && item.isInput && fitOfWhole(cells, [input]) < 1;
  });
  return other && `${severalLines(other.lines)} is read as ${other.item.key}, but has other numbers`;
}

/**
 * Returns a doubt if a sheet has a mask that its numbers contradict, so that it is explained by another one. A mask of
 * all keys, or in one row, leaves room for a causal one.
 */
export function otherMask(
  { found: { inputs }, trace }: { readonly found: Hypothesis; readonly trace: Trace },
  onSheet: readonly Inputs[],
): string | undefined {
  const weights = findStep(trace, "weights")?.output();
  const masks = onSheet.flatMap((other) => other.get("mask") ?? []);
  if (!weights || inputs.has("mask") || inputs.has("bias") || masks.length === 0) return undefined;
  const agrees = ({ data, rows }: Matrix) =>
    weights.data.every((weight, at) =>
      data[at % data.length] === 0 ? weight === 0 : weight > 0 || rows === 1 || data.every((one) => one > 0),
    );
  return masks.some(agrees) ? undefined : "the mask on the sheet is not the one that its numbers show";
}

/** A divisor in a line without other numbers: `Scaled (÷1.414):`. */
const STATED_DIVISOR = /^\D*[/÷]\s?\(?(\d+[.,]\d{2,})\D*$/u;

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
