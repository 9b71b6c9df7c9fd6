import { recordFurtherGradients } from "../attention/gradients/backward.js";
import type { LibraryName } from "../attention/libraries/registry.js";
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
import { loadedModel, type PlainModel } from "../input/model/plain-model.js";
import { recordProblem } from "../runs/record-problem.js";
import type { Trace } from "../trace/trace.js";
import { asHomework, recordHomework } from "./homework.js";
import { inKeys } from "./in-keys.js";
import { type AttendInputs, type PosencInputs, toProblem } from "./plain.js";
import { type Rows, toMatrix } from "./rows.js";
import type { Run } from "./run.js";
import { namedOf, record } from "./work.js";

/** Every setting of `attend`, of which a run is given some; likewise for the other commands. */
export type AttendSettings = Required<AttendCommandSettings> &
  RoundingSettings &
  ConventionSettings &
  ArraysSettings;
export type MultiheadSettings = Required<MultiheadCommandSettings> &
  RoundingSettings &
  ConventionSettings &
  ArraysSettings;
export type LayerSettings = Required<LayerCommandSettings> & RoundingSettings;
export type ModelSettings = ModelCommandSettings;
export type PosencSettings = Required<PosencCommandSettings> & RoundingSettings;
export type CompareScoringSettings = Required<CompareScoringCommandSettings> & RoundingSettings;

/** In what arithmetic a run is worked. */
export interface RoundingSettings {
  /** As on paper: "2" rounds every step to 2 decimals before the next, "3s" to 3 significant digits. */
  readonly carry?: string;
  /** Only these steps are rounded as on paper. */
  readonly carrySteps?: readonly string[];
  /** As a machine works in a type: "float32", "bfloat16" … */
  readonly dtype?: FloatName;
  /** Scores are rounded to a short type as well, as by eager kernels. */
  readonly dtypeScores?: boolean;
}

/** How arrays with axes for batches and heads lie. */
export interface ArraysSettings {
  /** "bhsd" (batch, head, position, column), "bshd", "hsd", "shd"; found by shapes where it is not said. */
  readonly axes?: string;
}

/** Whose conventions a run follows. */
export interface ConventionSettings {
  /** Those of a library's own call, such as "torch" or "flash", in place of what the other settings say. */
  readonly as?: LibraryName;
}

/**
 * Records one attention: projections, scores, scale, softcap, bias, mask, softmax, weighted sum
 * (Vaswani et al. 2017, eq. 1, and the scoring functions before it). query: n×d_q, key: m×d_k, value: m×d_v → a
 * Run whose steps include `weights` (n×m) and, when there is a value, `output` (n×d_v). Arrays may come one after the other:
 * `attend(q, k, v, { causal: true })`. They may have axes for batches and heads: then the results are those of all, batches×heads×n×d_v,
 * and the steps those of the first.
 * Throws UserError with a code, such as SHAPE_MISMATCH, ALIGNMENT_NEEDED, RAGGED_ROWS or EMPTY_MATRIX.
 */
export function attend(query: Rows, key: Rows, value?: Rows, settings?: Partial<AttendSettings>): Run;
export function attend(inputs: AttendInputs, settings?: Partial<AttendSettings>): Run;
export function attend(...given: readonly unknown[]): Run {
  return record(attendCommand, ...namedOf(given));
}

/**
 * Records one multi-head attention layer (Vaswani et al. 2017, section 3.2.2), with grouped heads when `kvHeads` is
 * fewer than `heads`. The steps of head h stand in the scope `head h`: `run.step("head 0/weights")`; `run.weights` are those of all
 * heads. Arrays may come one after the other, as in attend. Throws UserError as attend does.
 */
export function multihead(query: Rows, key: Rows, value?: Rows, settings?: Partial<MultiheadSettings>): Run;
export function multihead(inputs: AttendInputs, settings?: Partial<MultiheadSettings>): Run;
export function multihead(...given: readonly unknown[]): Run {
  return record(multiheadCommand, ...namedOf(given));
}

/**
 * Records one layer of a transformer (Vaswani et al. 2017, section 3.1): attention, with `memory` also attention to that,
 * and feed-forward, each with its norm and residual sum. x: n×d_model, w1: d_model×d_ff, w2: d_ff×d_model → a Trace whose
 * steps include those of `multihead`, `feed-forward-1`, `activation`, `feed-forward-2` and `output` (n×d_model).
 * Throws UserError as attend does.
 */
export function layer(
  inputs: Omit<AttendInputs, "query" | "key" | "value">,
  settings: Partial<LayerSettings> = {},
): Run {
  return record(layerCommand, inputs, { ...settings });
}

/**
 * Records a whole model on the tokens of the setting `ids`: the steps of layer l stand in the scope `layer l`, those of its heads
 * in `layer l/head h`, then `logits` (n×vocabulary) and `probabilities`. Throws UserError with a code: BAD_VALUE for a kind of
 * model that is not known, MISSING_INPUT, UNKNOWN_KEY and SHAPE_MISMATCH for tensors that are not as `config` says.
 * `backward` is the gradient of a loss by the logits, `target` what the setting `loss` compares them with.
 */
export function model(
  { backward, target, ...inputs }: PlainModel & Pick<AttendInputs, "backward" | "target">,
  settings: Partial<ModelSettings> = {},
): Run {
  const given = { ...(backward && { backward }), ...(target && { target }) };
  return inKeys(() => {
    const problem = toProblem(modelCommand, given, settings);
    const whole = { ...problem, model: loadedModel(inputs) };
    return recordHomework(whole, (other) => recordProblem(modelCommand, other));
  });
}

/**
 * Records positional encodings (Vaswani et al. 2017, section 3.5, and the kinds since): `posenc({}, { length: 10,
 * dModel: 8 })` has the steps `rates` (1×pairs), `angles` (n×pairs) and `encoding` (n×d_model).
 * Throws UserError with a code, such as MISSING_INPUT or BAD_VALUE.
 */
export function posenc(inputs: PosencInputs, settings: Partial<PosencSettings> = {}): Run {
  return record(posencCommand, inputs, { ...settings });
}

/**
 * Records the same queries and keys under several scoring functions, each in the scope of its name
 * (`matrixOf(trace, "additive/weights")`), and side by side; with the setting `sweep`, such as "d_k=2..512", what
 * becomes of the softmax as d_k grows (no inputs are needed then). Throws UserError as attend does.
 */
export function compareScoring(inputs: AttendInputs, settings: Partial<CompareScoringSettings> = {}): Run {
  return record(compareScoringCommand, inputs, { ...settings });
}

/**
 * Records the gradients of a loss further in what attend, multihead, layer or model recorded: `backward(trace, "ones")` has the steps
 * `d-output`, `d-weights`, `d-query` and so on, for a loss that is the sum of the output; with a matrix n×d_v, that is
 * ∂L/∂output. Numbers that a replay changed stay as they are. Throws SHAPE_MISMATCH, MISSING_INPUT when there is no output,
 * and CONFLICTING_INPUTS when the gradients are there already.
 */
export function backward(trace: Trace, gradient: Rows | "ones" = "ones"): Run {
  return inKeys(() => {
    const matrix = toMatrix("backward", gradient);
    const further = recordFurtherGradients(trace, matrix);
    return asHomework(further, trace, (other) => recordFurtherGradients(other, matrix));
  });
}
