import type { Matrix } from "../../math/matrix.js";
import { Room } from "../../trace/evaluate/room.js";
import type { Axis, Node } from "../../trace/op.js";
import { scopeText } from "../../trace/scope.js";
import type { Trace } from "../../trace/trace.js";
import { isWeight, recordGradients } from "../gradients/backward.js";
import { recordProbabilities } from "../gradients/losses.js";
import { howToWork, type RecordOptions } from "../keeping.js";
import { recordOutput } from "../layer/layer-steps.js";
import type { Problem } from "../problem.js";
import { createRecorder, type Recorder, type Ref } from "../recorder.js";
import type { ModelRun } from "./architecture.js";
import { countAttentions, DECODER, recordEncoder } from "./encoder.js";
import { recordFinalNorm, recordLogitLens, recordLogits } from "./head.js";
import { groupHeads, nameWeights, recordAllWeights } from "./head-groups.js";
import { layOutSequence, recordModalities } from "./modalities.js";
import type { ModelSettings } from "./model-settings.js";
import {
  type LayerCache,
  lastLayerOf,
  PAST_AXES,
  type RecordedStack,
  recordStack,
  type StackOptions,
} from "./stack.js";
import { stateRun } from "./state-run.js";
import { tokenAxis } from "./tokens.js";
import { recordOuterWeights } from "./weight-refs.js";

/** What is said of the output of a model without a head. */
const OF_LAST_LAYER = { title: "Output", formula: "what the last layer gives" };

/** What is let go together: the numbers of a layer, but for what small tables hold and what other layers read. */
function shelfOfLayer({ scope, id, shape }: Node): string | undefined {
  const depth = scope.findIndex(({ kind }) => kind === "layer");
  if (depth < 0 || RESIDUALS.includes(id) || shape.rows * shape.cols < WORTH_LETTING_GO) return undefined;
  return scopeText(scope.slice(0, depth + 1));
}

/** The residual stream, from which a layer is worked out anew, and the gradient by it. */
const RESIDUALS: readonly string[] = ["residual", "d-residual"];

/** Numbers: 32 KB. A model has few tables that are smaller, and what is said of its heads is read off them. */
const WORTH_LETTING_GO = 2 ** 12;

/** How a model is recorded. */
export interface ModelOptions extends RecordOptions {
  /** The last layer that is looked at: what stands behind it is not recorded. */
  readonly layer?: number | undefined;
  /** What the layers left of the tokens before. */
  readonly cache?: readonly LayerCache[] | undefined;
  /** The output of an encoder that has been worked. */
  readonly memory?: Matrix | undefined;
  /** What gradients go out from: the gradient of what comes out, or what a loss compares that with. */
  readonly given?: Problem["matrices"];
  /** Room for the numbers of layers. */
  readonly room?: Room;
}

/** A recorded model, and what its layers leave for the tokens that follow. */
export interface RecordedModel {
  readonly trace: Trace;
  readonly logits?: Ref | undefined;
  /** The output of its encoder, where it has one. */
  readonly memory?: Ref | undefined;
  /** Empty where nothing is generated. */
  readonly cache: readonly LayerCache[];
}

/**
 * Records a whole model: embedding, every layer in its scope `layer l` with its heads in `layer l/head h`, final norm, logits
 * and probabilities; with an encoder that first, in the scope `encoder`, and the layers that attend to it in the scope
 * `decoder`. Throws BAD_VALUE for ids and positions that the model does not have, and a layer that it does not have.
 */
export function recordModel(
  run: ModelRun,
  settings: ModelSettings,
  options: ModelOptions = {},
): RecordedModel {
  const { architecture, weights } = run;
  const attentions = countAttentions(architecture);
  const how = howToWork(settings, { ...options, attentions });
  const recorder = createRecorder("model", {
    ...how,
    room: options.room ?? new Room(),
    shelfOf: shelfOfLayer,
  });
  const refs = recordOuterWeights(recorder, weights);
  const stackOptions: StackOptions = { isContinued: settings.generate !== undefined };
  const encoder = options.memory ? undefined : recordEncoder(recorder, run, refs, stackOptions);
  const memory = options.memory ? recorder.input("memory", options.memory, PAST_AXES) : encoder?.memory;
  const sequence = options.cache ? undefined : layOutSequence(run);
  const stack = recordStack(
    recorder,
    {
      ...run,
      refs,
      memory,
      cache: options.cache,
      axis: sequence?.axis ?? tokenAxis(run),
      ...(sequence && {
        ids: sequence.ids,
        embedded: {
          ...sequence.tokens,
          insert: (tokens) =>
            recordModalities(recorder, { run, sequence, tokens, table: refs.tokenEmbedding }),
        },
      }),
      ...(architecture.encoder && { attention: "decoder", memoryIds: run.source?.ids }),
      scope: architecture.encoder ? DECODER : [],
      lastLayer: lastLayerOf(run, options.layer),
    },
    stackOptions,
  );
  const top: Partial<ReturnType<typeof recordTop>> =
    options.layer === undefined ? recordTop(recorder, run, stack, settings) : {};
  const stacks = encoder ? [encoder.stack, stack] : [stack];
  const groups = groupHeads(stacks);
  if (!options.cache) for (const group of groups) recordAllWeights(recorder, group);
  const heads = stacks.flatMap((own) => own.heads);
  nameWeights(recorder, groups);
  const { output, logits, lens = [] } = top;
  stateRun(recorder, run, { encoder: encoder?.stack, stack, logits, heads, lens, sequence });
  if (output) {
    const { backward, target } = options.given ?? {};
    const given = {
      backward: backward && recorder.input("backward", backward, output.axes),
      target: target && recorder.input("target", target),
    };
    recordGradients(recorder, output, given, settings, isWeight);
  }
  return {
    trace: recorder.trace(),
    logits,
    memory,
    cache: stack.caches,
  };
}

/** Records what stands behind the last layer: the logits with what they say of the next token, or what the last layer gives. */
function recordTop(recorder: Recorder, run: ModelRun, recorded: RecordedStack, { logitLens }: ModelSettings) {
  const { residual, stack } = recorded;
  const { architecture, tokenizer } = run;
  const vocabulary: Axis = { name: "token", labels: tokenizer?.pieces };
  const final = recorder.within(stack.scope, () =>
    recordFinalNorm(recorder, residual, stack.refs, architecture),
  );
  const logits = recordLogits(recorder, final, stack.refs, architecture, vocabulary);
  const lens = logitLens ? recordLogitLens(recorder, run, recorded, vocabulary) : [];
  const output = logits ?? recordOutput(recorder, final, OF_LAST_LAYER);
  recorder.result(logits ? "logits" : "output", output);
  if (logits) recordProbabilities(recorder, logits);
  return { output, logits, lens };
}
