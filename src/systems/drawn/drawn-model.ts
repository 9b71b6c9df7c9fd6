import type {
  Architecture,
  HeadRules,
  LoadedModel,
  ModelWeights,
} from "../../attention/model/architecture.js";
import { refuse, setting, UserError } from "../../errors.js";
import { createRandom } from "../../math/random.js";
import { shapeOf, type TensorNames, weightName, weightsOf } from "../model-kinds/model-kind.js";
import { MODEL_KINDS } from "../model-kinds/registry.js";
import { presetName, SYSTEMS } from "../registry.js";
import type { ModelRules, NamedSystem } from "../system.js";
import { drawWeight, ZERO } from "./distributions.js";
import type { ModelDrawSettings } from "./draw-settings.js";
import { distributionOf } from "./draws.js";
import { BOS, describeModalities, drawModalities, withModalities } from "./modalities.js";
import { headsFor, refuseTooLarge, settleSizes } from "./sizes.js";

/** The sizes that can be chosen for a drawn model. */
type ModelSizes = Omit<ModelDrawSettings, "preset" | "random" | "length">;

/**
 * Returns a model of a published system with drawn weights. A weight is drawn when it is asked for; `seed`, its name
 * and its row determine every number. Layers after `lastLayer`, if given, are not computed. Throws BAD_VALUE for a
 * system that is not a model, for sizes that do not fit and for models that are too large.
 */
export function drawnModel(
  preset: NamedSystem,
  asked: ModelSizes,
  seed: number,
  lastLayer?: number,
): LoadedModel {
  const rules = preset.system.model;
  if (!rules) throw noModelError(preset);
  const { name } = preset.system;
  if (asked.window !== undefined && !rules.alternates) {
    refuse(
      `${setting("window")} is about banded layers, but ${name} has none.`,
      "Leave it out; gpt3 is the system with alternating dense and banded layers.",
    );
  }
  if (asked.modalRows !== undefined && !rules.modalities) {
    refuse(
      `${setting("modalRows")} is about image, audio and video, but ${name} reads text.`,
      "Leave it out; macaw is the system that reads them.",
    );
  }
  const named = layersOf(preset, rules);
  const architecture = withModalities(architectureOf(named, rules, asked), preset, rules);
  const names = nameWeights(rules, architecture);
  const drawing: Drawing = { named, rules, seed, optional: names.optional ?? [] };
  const { encoder } = architecture;
  const weights: ModelWeights = {
    ...drawStack(names, architecture, drawing),
    ...(encoder && names.encoder && { encoder: drawStack(names.encoder, encoder, drawing) }),
    ...(architecture.modalities && {
      modalities: drawModalities(architecture, preset, { seed, rows: asked.modalRows }),
    }),
  };
  refuseTooLarge(weights, lastLayer);
  const text = `${describe(named, rules, asked, seed)}${describeModalities({ architecture, weights }, preset)}`;
  return { architecture, weights, drawn: { seed, text } };
}

/** What weights are drawn from. */
interface Drawing {
  readonly named: NamedSystem;
  readonly rules: ModelRules;
  readonly seed: number;
  /** Weights that checkpoints of this kind may lack. A system whose start has no biases has none of them. */
  readonly optional: readonly string[];
}

function drawStack(
  names: Pick<TensorNames, "outer" | "layer">,
  architecture: Architecture,
  { named, rules, seed, optional }: Drawing,
) {
  const { head, layer, numLayers } = architecture;
  const isLeftOut = (name: string) =>
    (optional.includes(name) && named.system.initial.biases === undefined) ||
    (name === "head" && head?.isTied);
  return weightsOf(names, numLayers, (name, tensor) => {
    const rows = name === "segmentEmbedding" ? rules.segments : undefined;
    const shape = isLeftOut(name) ? undefined : shapeOf(architecture, name, rows);
    if (!shape) return undefined;
    const into = name in names.outer || layer.layout === "out-in" ? shape.cols : shape.rows;
    return drawWeight(weightName(tensor), shape, into, distributionFor(name, rules, named), seed);
  });
}

/** Returns the layers as a system, if the preset is a system in front of layers of another kind. */
function layersOf(named: NamedSystem, { layers }: ModelRules) {
  if (!layers) return named;
  const { settings, ...system } = named.system;
  return {
    system: { ...system, initial: layers.initial, settings: { ...settings, layer: layers.settings } },
    size: layers.size,
  };
}

/**
 * Draws tokens uniformly from the model's vocabulary. `what` selects a separate random stream. With modalities the
 * first token is BOS. The padding token is replaced by the token after it.
 */
export function drawIds(
  { architecture: { vocabulary, modalities, embedding } }: LoadedModel,
  length: number,
  seed: number,
  what: "ids" | "decoder-ids" = "ids",
): readonly number[] {
  const random = createRandom(seed, what);
  const [first] = modalities ?? [];
  const size = first?.start ?? vocabulary;
  const ids = Array.from({ length }, () => {
    const id = Math.floor(random.uniform() * size);
    return id === embedding.padding?.id ? (id + 1) % size : id;
  });
  return first ? ids.with(0, BOS) : ids;
}

function noModelError({ system }: NamedSystem) {
  const models = SYSTEMS.filter(({ model }) => model).map(({ name }) => name);
  return new UserError(
    "BAD_VALUE",
    `${system.name} is not a model that qkv can run.`,
    `qkv systems ${system.name} names its commands. The models are ${models.join(", ")}.`,
  );
}

function architectureOf(
  { system, size }: NamedSystem,
  rules: ModelRules,
  { layers, heads: askedHeads, window, ...asked }: ModelSizes,
) {
  const heads = askedHeads ?? headsFor(size, asked.dModel);
  const kvHeads = size.kvHeads ?? heads;
  const sizes = settleSizes({ matrices: {}, settings: { ...asked, heads, kvHeads } }, size);
  const { embedding, hasFinalNorm, layout } = rules;
  const layer = { norm: "post", activation: "relu", eps: 1e-5, ...system.settings.layer } as const;
  const head: HeadRules = {
    predicts: rules.predicts,
    isTied: rules.isUntied !== true,
    ...(rules.predicts === "masked" && { activation: layer.activation }),
  };
  const architecture: Architecture = {
    kind: system.name,
    numLayers: layers ?? size.layers ?? 1,
    dModel: sizes.dModel,
    heads,
    kvHeads,
    headSize: sizes.headSize,
    dFf: sizes.feedForward,
    embedding,
    hasFinalNorm,
    head,
    vocabulary: asked.vocabulary ?? rules.vocabulary ?? size.vocabulary ?? 0,
    ...(embedding.firstPosition !== undefined && { context: size.positions ?? size.context }),
    layer: { normKind: "layer", ...layer, layout },
    ...(window !== undefined && { layerSettings: (index) => (index % 2 === 1 ? { window } : {}) }),
  };
  if (!rules.hasEncoder) return architecture;
  const { head: _, ...encoder } = architecture;
  return { ...architecture, layer: { ...architecture.layer, causal: true }, encoder };
}

/** Names the weights as checkpoints of this kind do. */
function nameWeights({ tensorsOf }: ModelRules, architecture: Architecture) {
  const kind = MODEL_KINDS.find(({ types }) => types.includes(tensorsOf));
  if (!kind) throw new RangeError(`there is no kind of model ${tensorsOf}`);
  return kind.names(architecture);
}

function distributionFor(name: string, { initialEmbeddings }: ModelRules, { system }: NamedSystem) {
  if (name === "positionEmbedding") return initialEmbeddings.positions ?? initialEmbeddings.tokens;
  if (/Embedding$|^head$/.test(name)) return initialEmbeddings.tokens;
  return distributionOf(name, system.initial) ?? ZERO;
}

function describe(
  { system, size }: NamedSystem,
  { initialEmbeddings, alternates }: ModelRules,
  { window }: ModelSizes,
  seed: number,
) {
  const positions = initialEmbeddings.positions ? `, positions ${initialEmbeddings.positions.text}` : "";
  return (
    `every weight is drawn from seed ${seed}, as ${presetName(system, size)} starts: embeddings ${initialEmbeddings.tokens.text}${positions}, ` +
    `W ${system.initial.parameters.text}, biases 0, norms 1${alternates ? `; ${describeBands(window)}` : ""}`
  );
}

/** Says how alternating layers are computed here, because the band was not published. */
function describeBands(window: number | undefined) {
  if (window !== undefined) return `layers 1, 3, … are banded: a token sees ${window} keys, itself included`;
  return `layers 1, 3, … are dense here: the width of their band is not published (${setting("window")} sets it)`;
}
