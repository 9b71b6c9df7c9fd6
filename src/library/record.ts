import { recordFurtherGradients } from "../attention/gradients/backward.js";
import type { RecordOptions } from "../attention/keeping.js";
import type { Library } from "../attention/libraries/library.js";
import { LIBRARIES, LIBRARY_NAMES, type LibraryName } from "../attention/libraries/registry.js";
import type { Problem } from "../attention/problem.js";
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
import { UserError } from "../errors.js";
import { loadedModel, type PlainModel } from "../input/model/plain-model.js";
import {
  type CarrySettings,
  carryOf,
  type PrecisionSettings,
  ROUNDING_CONFLICTS,
} from "../runs/arithmetic/rounding-settings.js";
import { machineArithmetic, roundInputs } from "../runs/arithmetic/work-in-type.js";
import type { CommandSpec } from "../runs/command-spec.js";
import { problemOf } from "../runs/library-problem.js";
import { type Idle, idleNote, refuseConflicts } from "../runs/needs.js";
import { idleInProblem } from "../runs/problem-needs.js";
import { recordProblem } from "../runs/record-problem.js";
import { fillIn } from "../systems/fill-in.js";
import type { Trace } from "../trace/trace.js";
import { asHomework, recordHomework } from "./homework.js";
import { inKeys } from "./in-keys.js";
import { type AttendInputs, type PosencInputs, type Rows, toMatrix, toProblem } from "./plain.js";

/** Every setting of `attend`, of which a run is given some; likewise for the other commands. */
export type AttendSettings = Required<AttendCommandSettings> & RoundingSettings & ConventionSettings;
export type MultiheadSettings = Required<MultiheadCommandSettings> & RoundingSettings & ConventionSettings;
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

/** Whose conventions a run follows. */
export interface ConventionSettings {
  /** Those of a library's own call, such as "torch" or "flash", in place of what the other settings say. */
  readonly as?: LibraryName;
}

/** Settings of a run, before they are checked. */
type WorkedSettings = ConventionSettings & Readonly<Record<string, unknown>>;

/**
 * Records one attention: projections, scores, scale, softcap, bias, mask, softmax, weighted sum
 * (Vaswani et al. 2017, eq. 1, and the scoring functions before it). query: n×d_q, key: m×d_k, value: m×d_v → a
 * Trace whose steps include `weights` (n×m) and, when there is a value, `output` (n×d_v).
 * Throws UserError with a code, such as SHAPE_MISMATCH, ALIGNMENT_NEEDED, RAGGED_ROWS or EMPTY_MATRIX.
 */
export function attend(inputs: AttendInputs, settings: Partial<AttendSettings> = {}): Trace {
  return record(attendCommand, inputs, { ...settings });
}

/**
 * Records one multi-head attention layer (Vaswani et al. 2017, section 3.2.2), with grouped heads when `kvHeads` is
 * fewer than `heads`. The steps of head h stand in the scope `head h`: `matrixOf(trace, "head 0/weights")`.
 * Throws UserError as attend does.
 */
export function multihead(inputs: AttendInputs, settings: Partial<MultiheadSettings> = {}): Trace {
  return record(multiheadCommand, inputs, { ...settings });
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
): Trace {
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
export function posenc(inputs: PosencInputs, settings: Partial<PosencSettings> = {}): Trace {
  return record(posencCommand, inputs, { ...settings });
}

/**
 * Records the same queries and keys under several scoring functions, each in the scope of its name
 * (`matrixOf(trace, "additive/weights")`), and side by side; with the setting `sweep`, such as "d_k=2..512", what
 * becomes of the softmax as d_k grows (no inputs are needed then). Throws UserError as attend does.
 */
export function compareScoring(inputs: AttendInputs, settings: Partial<CompareScoringSettings> = {}): Trace {
  return record(compareScoringCommand, inputs, { ...settings });
}

/**
 * Records the gradients of a loss further in what attend, multihead, layer or model recorded: `backward(trace, "ones")` has the steps
 * `d-output`, `d-weights`, `d-query` and so on, for a loss that is the sum of the output; with a matrix n×d_v, that is
 * ∂L/∂output. Numbers that a replay changed stay as they are. Throws SHAPE_MISMATCH, MISSING_INPUT when there is no output,
 * and CONFLICTING_INPUTS when the gradients are there already.
 */
export function backward(trace: Trace, gradient: Rows | "ones" = "ones"): Trace {
  return inKeys(() => {
    const matrix = toMatrix("backward", gradient);
    const further = recordFurtherGradients(trace, matrix);
    return asHomework(further, trace, (other) => recordFurtherGradients(other, matrix));
  });
}

/** Checks what a script gave, fills in a preset and what is to be drawn, and records the rest as the command line does. */
function record(command: CommandSpec, inputs: AttendInputs, { as, ...settings }: WorkedSettings): Trace {
  return inKeys(() => {
    const given = toProblem(command, inputs, settings);
    return recordGiven(command, as === undefined ? given : underConventions(command, given, as));
  });
}

type Given = Problem<Readonly<Record<string, unknown>>>;

function recordGiven(command: CommandSpec, given: Given): Trace {
  const { problem: exact, state } = fillIn(command, given);
  const { settings }: { readonly settings: PrecisionSettings & CarrySettings } = exact;
  const { problem } = settings.dtype ? roundInputs(exact, settings.dtype) : { problem: exact };
  const warnings = warningsOf(command, given, problem);
  const work = (one: Problem<object>, options?: RecordOptions) => {
    const trace = state(recordProblem(command, one, options));
    return { ...trace, warnings: [...trace.warnings, ...warnings] };
  };
  refuseConflicts(ROUNDING_CONFLICTS, settings);
  const other = carryOf(settings) ?? machineArithmetic(settings, () => work(problem));
  const rounded = other?.state(work(problem, { arithmetic: other.arithmetic }));
  return recordHomework(problem, (one) => work(one), rounded);
}

/** Warnings of what was given and changes nothing. */
function warningsOf(command: CommandSpec, given: Given, problem: Given): readonly string[] {
  const isGiven = ({ name }: Idle) => name in given.settings || name in given.matrices;
  const idle = idleInProblem(command, problem).filter(isGiven);
  return idle.map((one) => idleNote(one));
}

/** The same problem under the conventions of a library's own call. Throws BAD_VALUE for an unknown library, and USAGE where its call cannot work it. */
function underConventions(command: CommandSpec, given: Given, as: LibraryName): Given {
  if (!Object.hasOwn(LIBRARIES, as)) {
    const hint = `Name one of ${LIBRARY_NAMES.join(", ")}.`;
    throw new UserError("BAD_VALUE", `"${as}" is no library whose conventions are known.`, { hint });
  }
  const library: Library = LIBRARIES[as];
  const run = { reading: given, settings: given.settings, trace: recordProblem(command, given) };
  const asked = problemOf(run);
  const obstacles = library.obstacles(asked);
  if (obstacles.length > 0) {
    const message = `${library.call} cannot work this: ${obstacles.join("; ")}.`;
    throw new UserError("USAGE", message, { hint: "Leave out as, or take another library." });
  }
  const changed = library.conventions(asked).map(({ settings }) => settings);
  return { ...given, settings: Object.assign({}, given.settings, ...changed) };
}
