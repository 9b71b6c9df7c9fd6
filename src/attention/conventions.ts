import { refuseAs, setting } from "../errors.js";
import { evaluateArithmetic } from "../math/arithmetic.js";
import { countBlocked } from "../math/blocked.js";
import type { Matrix } from "../math/matrix.js";
import { add, type Scale, scale as scaleOp, softcap as softcapOp } from "../ops/elementwise.js";
import { dropCells } from "../ops/masking.js";
import type { EmptyRows } from "../ops/softmax.js";
import type { AttendSettings } from "./attend-settings.js";
import { type MaskFill, parseFill } from "./masks/fills.js";
import { blocksDiagonal, combineMasks, type MaskSizes } from "./masks/registry.js";
import type { Problem } from "./problem.js";
import { numbersOf, type Ref, record, recorder } from "./recorder.js";
import type { GivenRefs } from "./roles.js";
import { scoringOf } from "./scoring/registry.js";
import { requireQueryRows, requireShapes } from "./shapes.js";

/**
 * Decides everything that papers and libraries do differently in one attention, and states it in the recording. `dK` is
 * the number of columns of one key; undefined if scores were given. Throws BAD_VALUE (scale, key length),
 * SHAPE_MISMATCH (mask) and ALIGNMENT_NEEDED.
 */
export function settleConventions(
  { settings, mask: givenMask }: Problem,
  refs: GivenRefs,
  { dK, ...sizes }: MaskSizes & { readonly dK: number | undefined },
) {
  const { softcap, maskFill, emptyRow } = settings;
  const mask = combineMasks({ ...sizes, settings, givenMask });
  const scale = resolveScale(settings, scoringOf(settings).defaultScale, dK);
  const conventions = { mask, softcap, scale, fill: parseFill(maskFill), emptyRow };
  stateConventions(conventions, settings, refs);
  if (mask && givenMask && blocksDiagonal(mask.blocked)) {
    recorder.warn(
      `The mask lets no query attend to its own position. If true means masked, pass ${setting("maskTrue")} drop.`,
    );
  }
  return conventions;
}

/** The result of a row that may attend to no key. */
const EMPTY_ROW_TEXT = {
  zero: "gives 0",
  nan: "gives NaN",
  uniform: "attends to all keys equally",
  error: "is an error",
} as const;

function stateConventions(
  { scale, mask, fill, emptyRow }: Conditioning,
  settings: Problem["settings"],
  refs: GivenRefs,
) {
  const { convention: state } = recorder;
  const { layout, softcap, causal, maskTrue } = settings;
  const { name, formula, source } = scoringOf(settings);
  const projects = (["wq", "wk", "wv", "wa", "ua", "wc"] as const).some((name) => refs[name]);
  if (refs.x)
    state(
      "roles",
      refs.memory ? "encoder-decoder" : "self",
      refs.memory ? "query from X, key and value from memory" : "query, key and value from X",
    );
  if (refs.scores) state("scoring", "given", "scores as given");
  else state("scoring", name, `${name} scoring: ${formula} (${source})`);
  state("scale", scale?.factor ?? 1, scale ? `scale ${scale.text}` : "no scale");
  if (softcap !== undefined) state("softcap", softcap, `softcap ${softcap}`);
  state("causal", causal);
  state("maskTrue", maskTrue, mask ? mask.rules.join("; ") : "no mask");
  if (mask?.alignment !== undefined) state("queryOffset", mask.alignment);
  state(
    "maskFill",
    fill.text,
    mask && !fill.isExact ? `masked cells: ${fill.formula} (${fill.text})` : undefined,
  );
  // A fill with finite scores leaves no row without a key, but a bias of −∞ may.
  const mayBeEmpty = refs.bias ?? (mask && (fill.isExact || fill.on === "exponentials"));
  state(
    "emptyRow",
    emptyRow,
    mayBeEmpty ? `a row that may attend to no key ${EMPTY_ROW_TEXT[emptyRow]}` : undefined,
  );
  state("layout", layout, projects ? `W is ${LAYOUT_TEXT[layout]}` : undefined);
}

const LAYOUT_TEXT = { "in-out": "in × out (x·W)", "out-in": "out × in (x·Wᵀ)" } as const;

/** The operations between scores and weights. */
export type Conditioning = ReturnType<typeof settleConventions>;

/**
 * Returns the policy that ops use for rows that may attend to no key. The policy "error" throws elsewhere, so ops use
 * "zero" for it.
 */
export function emptyRowsOf({ emptyRow }: Conditioning): EmptyRows {
  return { emptyRow: emptyRow === "error" ? "zero" : emptyRow };
}

/**
 * Records scores → scaled → capped → biased → masked. A step is recorded only if it is needed. n×m → n×m. The order is
 * that of ONNX since 1.22. Throws SHAPE_MISMATCH for a bias that is neither n×m nor 1×m.
 */
export function recordConditioning(scores: Ref, conventions: Conditioning, biases: readonly Ref[]): Ref {
  const { scale, softcap } = conventions;
  const scaled = scale
    ? record("scaled-scores", scaleOp, [scores], scale, {
        formula: scale.formula,
        notes:
          scale.text === String(scale.factor)
            ? []
            : [`${scale.text} = ${Number(scale.factor.toPrecision(6))}`],
      })
    : scores;
  const ofCap = `${softcap}·tanh(s / ${softcap})`;
  const capped =
    softcap === undefined ? scaled : record("capped-scores", softcapOp, [scaled], { cap: softcap }, ofCap);
  for (const bias of biases) requireQueryRows(scores.shape, bias);
  const biased = biases.length === 0 ? capped : record("biased-scores", add, [capped, ...biases]);
  return recordMasked(biased, "scores", conventions);
}

/** Records the masking of `from`, if this fill applies to `on`: to the scores, or to their exponentials. n×m → n×m. */
export function recordMasked(from: Ref, on: MaskFill["on"], { mask, fill }: Conditioning): Ref {
  if (!mask || fill.on !== on) return from;
  const { blocked, cells, reason } = mask;
  return fill.record(
    from,
    { blocked, reason },
    {
      formula: `${fill.formula} if a query may not attend to a key`,
      blocked: cells,
      notes: [`masked: ${countBlocked(blocked)} of ${blocked.rows * blocked.cols} cells`],
    },
  );
}

/**
 * Returns the factor of the scores and the formula of its step: the scale that is set, or else `fallback` (the scoring's
 * own), divided by the temperature. Returns undefined if there is none. d_k is undefined if scores were given instead of
 * queries and keys. Throws BAD_VALUE for an expression with a d_k that does not exist, and for a scale that is not finite.
 */
export function resolveScale(
  { scale, temperature }: Pick<AttendSettings, "scale" | "temperature">,
  fallback: string | undefined,
  dK: number | undefined,
): (Scale & { readonly formula: string }) | undefined {
  const given = scale ?? (dK === undefined ? undefined : fallback) ?? "none";
  const isTempered = temperature !== 1;
  if (given === "none") {
    return isTempered
      ? finiteScale(1 / temperature, `1/${temperature}`, `S′ = S / ${temperature}`)
      : undefined;
  }
  const isRoot = typeof given === "string" && /^1\/(?:sqrt\(d_k\)|√d_k)$/.test(given.replaceAll(" ", ""));
  if (isRoot && dK !== undefined) {
    const root = Math.sqrt(dK);
    return isTempered
      ? finiteScale(1 / (temperature * root), `1/(${temperature}·√${dK})`, `S′ = S / (${temperature} √d_k)`)
      : { ...finiteScale(1 / root, `1/√${dK}`, "S′ = S / √d_k"), root: dK };
  }
  const factor = typeof given === "number" ? given : factorOf(given, dK);
  const text = isTempered
    ? `${/[-+*/]/.test(String(given)) ? `(${given})` : given}/${temperature}`
    : String(given);
  return finiteScale(factor / temperature, text, `S′ = ${text} · S`);
}

function factorOf(given: string, dK: number | undefined) {
  if (dK === undefined && /\bd_k\b/.test(given))
    refuseAs(
      "BAD_VALUE",
      `${setting("scale")} ${given} needs d_k, but scores were given instead of a query and a key.`,
      `Give the scale as a number, for example ${setting("scale")} 1/sqrt(64).`,
    );
  return evaluateArithmetic(given, dK === undefined ? {} : { d_k: dK });
}

function finiteScale(factor: number, text: string, formula: string) {
  if (Number.isFinite(factor)) return { factor, text, formula };
  return refuseAs(
    "BAD_VALUE",
    `The scale ${text} is ${factor}; it must be a finite number.`,
    "Give a number or an expression such as 1/sqrt(8), 1/d_k, or none.",
  );
}

/** The dropout of one attention: the mask of kept weights, n×m, and the probability. */
export type GivenDropout = NonNullable<ReturnType<typeof settleDropout>>;

/** The maximum relative difference between a mask's number and 1 / (1 − p). A mask may be stored in a short type. */
const NEAR = 0.01;

/**
 * Decides how a dropout mask is meant, and states it. With a mask of 1 and 0, kept weights are divided by 1 − p. With a
 * mask of 1/(1 − p) and 0, weights are multiplied by it. Throws BAD_VALUE and MISSING_INPUT.
 */
export function settleDropout(mask: Ref | undefined, { dropoutP: given }: AttendSettings) {
  if (!mask) return undefined;
  const numbers = numbersOf(mask);
  const factor = keptFactorOf(numbers);
  const probability = factor === 1 ? given : 1 - 1 / factor;
  if (probability === undefined) {
    // The share of zeros is only an estimate of p.
    const zeros = numbers.data.filter((cell) => cell === 0).length / numbers.data.length;
    refuseAs(
      "MISSING_INPUT",
      "A dropout mask of 1 and 0 needs the probability p.",
      `Add ${setting("dropoutP")} P: kept weights are divided by 1 − P. ${Number((100 * zeros).toPrecision(2))} % of the mask is 0.`,
      "dropoutMask",
    );
  }
  if (factor !== 1 && given !== undefined && Math.abs(factor * (1 - given) - 1) > NEAR)
    refuseAs(
      "BAD_VALUE",
      `The dropout mask holds ${factor}, which is not 1/(1 − p) for the given p, ${given}.`,
      `Leave out p: the mask means ${probability}.`,
      "dropoutMask",
    );

  const p = Number(probability.toPrecision(6));
  const kept = Number(factor.toPrecision(6));
  recorder.convention("dropoutP", p, `dropout: p = ${p}, ${kept} = kept in the mask`);
  return { mask, probability: factor === 1 ? probability : 0 };
}

/** Returns the number of a mask that is not 0; 1 for a mask of zeros. Throws BAD_VALUE if there are several. */
function keptFactorOf({ data }: Matrix) {
  const factor = data.find((cell) => cell !== 0) ?? 1;
  const second = data.find((cell) => cell !== 0 && cell !== factor);
  if (second === undefined) return factor;
  refuseAs(
    "BAD_VALUE",
    `The dropout mask holds ${factor} and ${second} beside 0.`,
    "Give 1 for a weight that is kept, or 1/(1 − p); and 0 for one that is dropped.",
    "dropoutMask",
  );
}

/**
 * Records the weights after dropout, α∘M / (1 − p) (Srivastava et al. 2014, in the inverted form of libraries). n×m →
 * n×m.
 */
export function recordDropped(weights: Ref, { mask, probability }: GivenDropout): Ref {
  requireShapes([weights, "n", "m"], [mask, "n", "m"]);
  return record(
    "dropped-weights",
    dropCells,
    [weights, mask],
    { probability },
    probability === 0 ? "α̃ = α ∘ M" : `α̃ = α ∘ M / (1 − ${probability})`,
  );
}
