import type { Scope, ScopePart } from "../../trace/scope.js";
import { recordProjected } from "../heads/multihead.js";
import { type RecordedHeads, recordHeads } from "../heads/record-heads.js";
import type { RecordOptions } from "../keeping.js";
import type { Problem } from "../problem.js";
import { type Recorder, type Ref, withCatalogue } from "../recorder.js";
import type { GivenRefs } from "../roles.js";
import { CROSS_NAMES } from "./cross-names.js";
import type { LayerSettings } from "./layer-settings.js";

/** The inputs of a cross-attention. */
export const CROSS_INPUTS = Object.values(CROSS_NAMES);

/**
 * Records how the rows of x attend to memory, the output of an encoder (Vaswani et al. 2017, section 3.2.3). The steps
 * are those of a multi-head attention, with `cross-` before their ids and before the scopes of their heads. Every row
 * of memory may be attended to, except those after `memoryLength`. x: n×d, memory: m×d → n×d. Throws like
 * recordMultihead.
 */
export function recordCrossAttention(
  outer: Recorder,
  { x, memory }: { readonly x: Ref; readonly memory: Ref },
  { settings }: Problem<LayerSettings>,
  refs: GivenRefs,
  options: Pick<RecordOptions, "logSumExp">,
): RecordedHeads {
  const recorder = crossRecorder(outer);
  const crossRefs: GivenRefs = {
    x,
    memory,
    ...Object.fromEntries(
      Object.entries(CROSS_NAMES).flatMap(([own, name]) => (refs[name] ? [[own, refs[name]]] : [])),
    ),
  };
  const ownSettings = crossSettings(settings);
  const projected = recordProjected(recorder, crossRefs, ownSettings);
  return recordHeads(recorder, { matrices: {}, settings: ownSettings }, projected, {
    ...options,
    as: { name: "attention-output" },
  });
}

/** Returns the settings for the cross-attention, without those that depend on the order of the rows of x. */
function crossSettings({ memoryLength, ...settings }: LayerSettings): LayerSettings {
  const {
    align: _,
    queryOffset,
    window,
    windowLeft,
    windowRight,
    keyLength,
    rope,
    offset,
    ...kept
  } = settings;
  return {
    ...kept,
    causal: false,
    alibi: false,
    averageWeights: false,
    addZeroAttention: false,
    ...(memoryLength !== undefined && { keyLength: memoryLength }),
  };
}

/** Returns a recorder that puts `cross-` before the ids and scopes of the current level. */
function crossRecorder(recorder: Recorder): Recorder {
  let depth = 0;
  return withCatalogue({
    ...recorder,
    step: (op, inputs, overrides) =>
      recorder.step(op, inputs, depth > 0 ? overrides : { ...overrides, id: `cross-${overrides.id}` }),
    scoped(part, body) {
      depth++;
      try {
        return recorder.scoped(depth > 1 ? part : crossPart(part), body);
      } finally {
        depth--;
      }
    },
    convention(name, value, text) {
      const crossText = text && REPEATED_CONVENTIONS.includes(name) ? `cross-attention: ${text}` : undefined;
      recorder.convention(`cross${name[0].toUpperCase()}${name.slice(1)}`, value, crossText);
    },
    // The parameters and costs are stated by the layer.
    fact: () => undefined,
  });
}

/** Conventions that may differ between the cross-attention and the self-attention. */
const REPEATED_CONVENTIONS = ["roles", "maskTrue"];

const crossPart = (part: ScopePart): Scope[number] => ({ ...part, kind: `cross-${part.kind}` });
