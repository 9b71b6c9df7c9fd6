import { recordFurtherGradients } from "../attention/gradients/backward.js";
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
import type { CommandSpec } from "../runs/command-spec.js";
import { type Idle, idleNote } from "../runs/needs.js";
import { idleInProblem } from "../runs/problem-needs.js";
import { recordProblem } from "../runs/record.js";
import { fillIn } from "../systems/fill-in.js";
import type { Trace } from "../trace/trace.js";
import { asHomework, recordHomework } from "./homework.js";
import { type AttendInputs, type PosencInputs, type Rows, toMatrix, toProblem } from "./plain.js";

/** Every setting of `attend`, of which a run is given some; likewise for the other commands. */
export type AttendSettings = Required<AttendCommandSettings>;
export type MultiheadSettings = Required<MultiheadCommandSettings>;
export type LayerSettings = Required<LayerCommandSettings>;
export type ModelSettings = ModelCommandSettings;
export type PosencSettings = Required<PosencCommandSettings>;
export type CompareScoringSettings = Required<CompareScoringCommandSettings>;

/**
 * Records one attention: projections, scores, scale, softcap, bias, mask, softmax, weighted sum
 * (Vaswani et al. 2017, eq. 1, and the scoring functions before it). query: n×d_q, key: m×d_k, value: m×d_v → a
 * Trace whose steps include `weights` (n×m) and, when there is a value, `output` (n×d_v).
 * Throws UserError with a code, such as SHAPE_MISMATCH, ALIGNMENT_NEEDED, RAGGED_ROWS or EMPTY_MATRIX.
 */
export function attend(inputs: AttendInputs, settings: Partial<AttendSettings> = {}): Trace {
  return record(attendCommand, inputs, settings);
}

/**
 * Records one multi-head attention layer (Vaswani et al. 2017, section 3.2.2), with grouped heads when `kvHeads` is
 * fewer than `heads`. The steps of head h stand in the scope `head h`: `matrixOf(trace, "head 0/weights")`.
 * Throws UserError as attend does.
 */
export function multihead(inputs: AttendInputs, settings: Partial<MultiheadSettings> = {}): Trace {
  return record(multiheadCommand, inputs, settings);
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
): Trace {
  return record(layerCommand, inputs, settings);
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
): Trace {
  const given = { ...(backward && { backward }), ...(target && { target }) };
  const problem = toProblem(modelCommand, given, settings);
  const whole = { ...problem, model: loadedModel(inputs) };
  return recordHomework(whole, (other) => recordProblem(modelCommand, other));
}

/**
 * Records positional encodings (Vaswani et al. 2017, section 3.5, and the kinds since): `posenc({}, { length: 10,
 * dModel: 8 })` has the steps `rates` (1×pairs), `angles` (n×pairs) and `encoding` (n×d_model).
 * Throws UserError with a code, such as MISSING_INPUT or BAD_VALUE.
 */
export function posenc(inputs: PosencInputs, settings: Partial<PosencSettings> = {}): Trace {
  return record(posencCommand, inputs, settings);
}

/**
 * Records the same queries and keys under several scoring functions, each in the scope of its name
 * (`matrixOf(trace, "additive/weights")`), and side by side; with the setting `sweep`, such as "d_k=2..512", what
 * becomes of the softmax as d_k grows (no inputs are needed then). Throws UserError as attend does.
 */
export function compareScoring(inputs: AttendInputs, settings: Partial<CompareScoringSettings> = {}): Trace {
  return record(compareScoringCommand, inputs, settings);
}

/**
 * Records the gradients of a loss further in what attend, multihead, layer or model recorded: `backward(trace, "ones")` has the steps
 * `d-output`, `d-weights`, `d-query` and so on, for a loss that is the sum of the output; with a matrix n×d_v, that is
 * ∂L/∂output. Numbers that a replay changed stay as they are. Throws SHAPE_MISMATCH, MISSING_INPUT when there is no output,
 * and CONFLICTING_INPUTS when the gradients are there already.
 */
export function backward(trace: Trace, gradient: Rows | "ones" = "ones"): Trace {
  const matrix = toMatrix("backward", gradient);
  const further = recordFurtherGradients(trace, matrix);
  return asHomework(further, trace, (other) => recordFurtherGradients(other, matrix));
}

/** Checks what a script gave, fills in a preset and what is to be drawn, and records the rest as the command line does. */
function record(command: CommandSpec, inputs: AttendInputs, settings: object): Trace {
  const given = toProblem(command, inputs, settings);
  const { problem, state } = fillIn(command, given);
  const isGiven = ({ name }: Idle) => name in given.settings || name in given.matrices;
  const idle = idleInProblem(command, problem).filter(isGiven);
  const warnings = idle.map((one) => inKeys(idleNote(one, false)));
  return recordHomework(problem, (other) => {
    const trace = state(recordProblem(command, other));
    return { ...trace, warnings: [...trace.warnings, ...warnings] };
  });
}

/** A sentence with settings called as a script calls them: `--query-offset` is queryOffset. */
const inKeys = (text: string) =>
  text.replace(/--([a-z][a-z\d-]*)/g, (_, name: string) =>
    name.replace(/-([a-z])/g, (_match, letter: string) => letter.toUpperCase()),
  );
