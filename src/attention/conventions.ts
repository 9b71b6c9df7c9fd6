import { setting } from "../errors.js";
import { countBlocked } from "../math/blocked.js";
import { add, scale as scaleOp, softcap as softcapOp } from "../ops/elementwise.js";
import type { EmptyRows } from "../ops/softmax.js";
import type { AttendSettings } from "./attend-settings.js";
import { blocksDiagonal, type CombinedMask, combineMasks } from "./masks/combine.js";
import { type MaskFill, parseFill } from "./masks/fills.js";
import type { MaskSizes } from "./masks/registry.js";
import type { Problem } from "./problem.js";
import type { Recorder, Ref } from "./recorder.js";
import type { GivenRefs } from "./roles.js";
import { type ResolvedScale, resolveScale } from "./scale.js";
import { scoringOf } from "./scoring/registry.js";
import { requireQueryRows } from "./shapes.js";

/**
 * Decides everything that papers and libraries do differently in one attention, and states it in the recording. `dK` is
 * the number of columns of one key; undefined if scores were given. Throws BAD_VALUE (scale, key length),
 * SHAPE_MISMATCH (mask) and ALIGNMENT_NEEDED.
 */
export function settleConventions(
  recorder: Recorder,
  { settings, mask: givenMask }: Pick<Problem, "settings" | "mask">,
  refs: GivenRefs,
  { dK, ...sizes }: MaskSizes & { readonly dK: number | undefined },
): Conditioning {
  const mask = combineMasks({ ...sizes, settings, givenMask });
  const conventions: Conditioning = {
    mask,
    softcap: settings.softcap,
    scale: resolveScale(settings, scoringOf(settings).defaultScale ?? "none", dK),
    fill: parseFill(settings.maskFill),
    emptyRow: settings.emptyRow,
  };
  stateConventions(recorder, conventions, settings, refs);
  if (mask && givenMask && blocksDiagonal(mask)) {
    recorder.warn(
      `The mask lets no query attend to its own position. If true means masked, pass ${setting("maskTrue")} drop.`,
    );
  }
  return conventions;
}

const EMPTY_ROW_TEXT = {
  zero: "a row that may attend to no key gives 0",
  nan: "a row that may attend to no key gives NaN",
  uniform: "a row that may attend to no key attends to all keys equally",
  error: "a row that may attend to no key is an error",
} as const;

function stateConventions(
  { convention: state }: Recorder,
  { scale, mask, fill, emptyRow }: Conditioning,
  settings: Problem["settings"],
  refs: GivenRefs,
): void {
  const { layout } = settings;
  const scoring = scoringOf(settings);
  const projects = (["wq", "wk", "wv", "wa", "ua", "wc"] as const).some((name) => refs[name]);
  if (refs.x) state("roles", refs.memory ? "encoder-decoder" : "self", rolesText(refs));
  if (refs.scores) state("scoring", "given", "scores as given");
  else state("scoring", scoring.name, `${scoring.name} scoring: ${scoring.formula} (${scoring.source})`);
  state("scale", scale?.factor ?? 1, scale ? `scale ${scale.text}` : "no scale");
  if (settings.softcap !== undefined) state("softcap", settings.softcap, `softcap ${settings.softcap}`);
  state("causal", settings.causal);
  state("maskTrue", settings.maskTrue, mask ? mask.rules.join("; ") : "no mask");
  if (mask?.isAligned) state("queryOffset", mask.offset);
  state(
    "maskFill",
    fill.text,
    mask && !fill.isExact ? `masked cells: ${fill.formula} (${fill.text})` : undefined,
  );
  state("emptyRow", emptyRow, mayBeEmpty(mask, fill, refs) ? EMPTY_ROW_TEXT[emptyRow] : undefined);
  state("layout", layout, projects ? `W is ${LAYOUT_TEXT[layout]}` : undefined);
}

/** Whether a row may have no key. A fill with finite scores leaves no row empty, but a bias of −∞ may. */
function mayBeEmpty(mask: Conditioning["mask"], fill: Conditioning["fill"], { bias }: GivenRefs): boolean {
  return bias !== undefined || (mask !== undefined && (fill.isExact || fill.on === "exponentials"));
}

const LAYOUT_TEXT = { "in-out": "in × out (x·W)", "out-in": "out × in (x·Wᵀ)" } as const;

function rolesText(refs: GivenRefs): string {
  return refs.memory ? "query from X, key and value from memory" : "query, key and value from X";
}

/** The operations between scores and weights, as resolved by `resolveScale` and `combineMasks`. */
export interface Conditioning {
  readonly scale?: ResolvedScale | undefined;
  readonly softcap?: number | undefined;
  readonly mask?: CombinedMask | undefined;
  readonly fill: MaskFill;
  readonly emptyRow: AttendSettings["emptyRow"];
}

/**
 * Returns the policy that ops use for rows that may attend to no key. The policy "error" throws elsewhere, so ops use
 * "zero" for it.
 */
export function emptyRowsOf(emptyRow: Conditioning["emptyRow"]): EmptyRows {
  return { emptyRow: emptyRow === "error" ? "zero" : emptyRow };
}

/**
 * Records scores → scaled → capped → biased → masked. A step is recorded only if it is needed. n×m → n×m. The order is
 * that of ONNX since 1.22. Throws SHAPE_MISMATCH for a bias that is neither n×m nor 1×m.
 */
export function recordConditioning(
  recorder: Recorder,
  scores: Ref,
  { scale, softcap, ...masking }: Conditioning,
  biases: readonly Ref[],
): Ref {
  const scaled = scale
    ? recorder.record("scaled-scores", scaleOp, [scores], scale, {
        formula: scale.formula,
        notes:
          scale.text === String(scale.factor)
            ? []
            : [`${scale.text} = ${Number(scale.factor.toPrecision(6))}`],
      })
    : scores;
  const capped =
    softcap === undefined
      ? scaled
      : recorder.record(
          "capped-scores",
          softcapOp,
          [scaled],
          { cap: softcap },
          { formula: `${softcap}·tanh(s / ${softcap})` },
        );
  for (const bias of biases) requireQueryRows(scores.shape, bias);
  const biased = biases.length === 0 ? capped : recorder.record("biased-scores", add, [capped, ...biases]);
  return recordMasked(recorder, biased, "scores", masking);
}

/** Records the masking of `from`, if this fill applies to `on`: to the scores, or to their exponentials. n×m → n×m. */
export function recordMasked(
  recorder: Recorder,
  from: Ref,
  on: MaskFill["on"],
  { mask, fill }: Pick<Conditioning, "mask" | "fill">,
): Ref {
  if (!mask || fill.on !== on) return from;
  const { rows, cols } = mask.blocked;
  return fill.record(
    recorder,
    from,
    { blocked: mask.blocked, reason: mask.reason },
    {
      formula: `${fill.formula} if a query may not attend to a key`,
      blocked: mask.cells,
      notes: [`masked: ${countBlocked(mask.blocked)} of ${rows * cols} cells`],
    },
  );
}
