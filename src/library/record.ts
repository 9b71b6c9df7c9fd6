import { addGradients } from "../attention/gradients/backward.js";
import type { FloatName } from "../check/machine/float-names.js";
import { type AttendCommandSettings, attend as attendCommand } from "../commands/attend.js";
import {
  type CompareScoringCommandSettings,
  compareScoring as compareScoringCommand,
} from "../commands/compare-scoring.js";
import { type LayerCommandSettings, layer as layerCommand } from "../commands/layer.js";
import { type ModelCommandSettings, model as modelCommand } from "../commands/model.js";
import { type MultiheadCommandSettings, multihead as multiheadCommand } from "../commands/multihead.js";
import { type PosencCommandSettings, posenc as posencCommand } from "../commands/posenc.js";
import { refuseAs } from "../errors.js";
import { loadedModel, type PlainModel } from "../input/model/plain-model.js";
import { recordProblem } from "../runs/record-problem.js";
import { SYSTEMS as PUBLISHED } from "../systems/registry.js";
import type { System } from "../systems/system.js";
import type { Trace } from "../trace/trace.js";
import { type GivenArray, toMatrix } from "./arrays.js";
import { asHomework, recordHomework } from "./homework.js";
import { inKeys, textsInKeys } from "./in-keys.js";
import { readGiven } from "./of-arrays.js";
import {
  type ArraysSettings,
  type AttendInputs,
  type ConventionSettings,
  isNamed,
  type PosencInputs,
} from "./plain.js";
import { type Run, requireRun } from "./run.js";
import { namedOf, record } from "./work.js";

/** All settings of `attend`; a call gives some of them. The other commands have such a type too. */
export type AttendSettings = Required<AttendCommandSettings> &
  RoundingSettings &
  ConventionSettings &
  ArraysSettings;
export type MultiheadSettings = Required<MultiheadCommandSettings> &
  RoundingSettings &
  ConventionSettings &
  ArraysSettings;
export type LayerSettings = Required<LayerCommandSettings> & RoundingSettings & Omit<ArraysSettings, "axes">;
export type ModelSettings = ModelCommandSettings;
export type PosencSettings = Required<PosencCommandSettings> & RoundingSettings;
export type CompareScoringSettings = Required<CompareScoringCommandSettings> & RoundingSettings;

/** The arithmetic of a run. */
export interface RoundingSettings {
  /** Rounds as on paper: "2" rounds every step to 2 decimals before the next, "3s" to 3 significant digits. */
  readonly carry?: string;
  /** Only these steps are rounded as on paper. */
  readonly carrySteps?: readonly string[];
  /** Computes as a machine does in this type: "float32", "bfloat16" … */
  readonly dtype?: FloatName;
  /** Whether scores are rounded to a short type as well, as eager kernels do. */
  readonly dtypeScores?: boolean;
}

/**
 * Records one attention: projections, scores, scale, softcap, bias, mask, softmax, weighted sum (Vaswani et al. 2017,
 * eq. 1, and the scoring functions before it). query: n×d_q, key: m×d_k, value: m×d_v → a Run whose steps include
 * `weights` (n×m) and, if there is a value, `output` (n×d_v). Arrays may be separate arguments: `attend(q, k, v, {
 * causal: true })`. They may have axes for batches and heads. Then the results contain all of them,
 * batches×heads×n×d_v, and the steps are those of the first. Throws UserError with a code, such as SHAPE_MISMATCH,
 * ALIGNMENT_NEEDED, RAGGED_ROWS or EMPTY_MATRIX.
 */
export function attend(
  query: GivenArray,
  key: GivenArray,
  value?: GivenArray,
  settings?: Partial<AttendSettings>,
): Run;
export function attend(inputs: AttendInputs, settings?: Partial<AttendSettings>): Run;
export function attend(...given: readonly unknown[]): Run {
  return record(attendCommand, ...namedOf(given));
}

/**
 * Records one multi-head attention layer (Vaswani et al. 2017, section 3.2.2), with grouped heads if `kvHeads` is
 * smaller than `heads`. The steps of head h are in the scope `head h`: `run.step("head 0/weights")`. `run.weights`
 * contains the weights of all heads. Arrays may be separate arguments, as in attend. Throws UserError as attend does.
 */
export function multihead(
  query: GivenArray,
  key: GivenArray,
  value?: GivenArray,
  settings?: Partial<MultiheadSettings>,
): Run;
export function multihead(inputs: AttendInputs, settings?: Partial<MultiheadSettings>): Run;
export function multihead(...given: readonly unknown[]): Run {
  return record(multiheadCommand, ...namedOf(given));
}

/**
 * Records one layer of a transformer (Vaswani et al. 2017, section 3.1): attention, with `memory` also attention to
 * that memory, and feed-forward. Each has its norm and residual sum. x: n×d_model, w1: d_model×d_ff, w2: d_ff×d_model →
 * a Trace whose steps include those of `multihead`, `feed-forward-1`, `activation`, `feed-forward-2` and `output`
 * (n×d_model). Throws UserError as attend does.
 */
export function layer(
  inputs: Omit<AttendInputs, "query" | "key" | "value">,
  settings: Partial<LayerSettings> = {},
): Run {
  return record(layerCommand, inputs, { ...settings });
}

/**
 * Records a whole model on the tokens of the setting `ids`. The steps of layer l are in the scope `layer l`, those of
 * its heads in `layer l/head h`. Then come `logits` (n×vocabulary) and `probabilities`. `backward` is the gradient of a
 * loss with respect to the logits; `target` is what the setting `loss` compares them with. Throws UserError with a
 * code: BAD_VALUE for an unknown kind of model; MISSING_INPUT, UNKNOWN_KEY and SHAPE_MISMATCH for tensors that do not
 * match `config`.
 */
export function model(
  { backward, target, ...inputs }: PlainModel & Pick<AttendInputs, "backward" | "target">,
  settings: Partial<ModelSettings> = {},
): Run {
  const given = { ...(backward && { backward }), ...(target && { target }) };
  return inKeys(() => {
    const whole = { ...readGiven(modelCommand, given, settings), model: loadedModel(inputs) };
    return recordHomework(whole, (other) => recordProblem(modelCommand, other));
  });
}

/**
 * Records positional encodings (Vaswani et al. 2017, section 3.5, and later kinds). `posenc({}, { length: 10, dModel: 8
 * })` has the steps `rates` (1×pairs), `angles` (n×pairs) and `encoding` (n×d_model). Throws UserError with a code,
 * such as MISSING_INPUT or BAD_VALUE.
 */
export function posenc(inputs: PosencInputs, settings: Partial<PosencSettings> = {}): Run {
  return record(posencCommand, inputs, { ...settings });
}

/**
 * Records the same queries and keys under several scoring functions, side by side. Each has a scope with its name
 * (`matrixOf(trace, "additive/weights")`). With the setting `sweep`, such as "d_k=2..512", it records how the softmax
 * changes as d_k grows, and needs no inputs. Throws UserError as attend does.
 */
export function compareScoring(inputs: AttendInputs, settings: Partial<CompareScoringSettings> = {}): Run {
  return record(compareScoringCommand, inputs, { ...settings });
}

/**
 * Records the gradients of a loss in a trace of attend, multihead, layer or model. `backward(trace, "ones")` has the
 * steps `d-output`, `d-weights`, `d-query` and so on, for a loss that is the sum of the output. A matrix n×d_v is
 * ∂L/∂output. Numbers that a replay changed stay changed. Throws SHAPE_MISMATCH, MISSING_INPUT if there is no output,
 * and CONFLICTING_INPUTS if the trace already has gradients.
 */
export function backward(trace: Trace, gradient: GivenArray | "ones" = "ones"): Run {
  return inKeys(() => {
    requireRun("backward", trace);
    const matrix = toMatrix("backward", gradient);
    const extended = addGradients(trace, matrix);
    return asHomework(extended, trace, (other) => addGradients(other, matrix));
  });
}

/**
 * Records the softmax of each row of scores, step by step: `softmax([2, 1, 0.1]).weights`. `temperature` divides the
 * scores. Throws UserError as attend does.
 */
export const softmax = (scores: GivenArray, settings: Partial<AttendSettings> = {}): Run =>
  record(attendCommand, { scores }, settings);

/**
 * Records rotary positions (RoPE): vectors rotated by their positions, `rope([[1, 0, 1, 0]], { positions: [3]
 * }).output`. Without vectors it records only the angles: `rope({ length: 4, dModel: 8 })`. Throws UserError as posenc
 * does.
 */
export function rope(x: GivenArray, settings?: PositionSettings): Run;
export function rope(settings: PositionSettings): Run;
export function rope(...given: readonly (GivenArray | PositionSettings | undefined)[]): Run {
  const [x, settings] = isNamed(given[0]) ? [undefined, given[0]] : given;
  return ofKind("rope", x as GivenArray | undefined, (settings ?? {}) as PositionSettings);
}

/**
 * Records attention with linear biases (ALiBi): the slope of each head and the bias of each distance, `alibi({ heads:
 * 2, length: 4 }).output`. Throws UserError as posenc does.
 */
export const alibi = (settings: PositionSettings = {}): Run => ofKind("alibi", undefined, settings);

/** The settings of `posenc`, and the positions if they are not 0, 1, 2, … */
export type PositionSettings = Partial<Omit<PosencSettings, "kind">> &
  Pick<PosencInputs, "positions" | "tokens">;

function ofKind(kind: string, x: GivenArray | undefined, given: PositionSettings) {
  if (!isNamed(given)) {
    refuseAs("BAD_VALUE", `${kind} takes settings by name.`, `Write ${kind}({ heads: 2, length: 4 }).`);
  }
  const { positions, tokens, ...settings }: PositionSettings = given;
  const inputs = { ...(x && { x }), ...(positions && { positions }), ...(tokens && { tokens }) };
  return record(posencCommand, inputs, { kind, ...settings });
}

export type { Sizes, System } from "../systems/system.js";

/** Every published system that `preset` accepts, in the order of their papers. */
export const SYSTEMS: readonly System[] = textsInKeys(PUBLISHED);
