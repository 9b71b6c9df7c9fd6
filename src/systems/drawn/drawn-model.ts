import {
  type Architecture,
  type HeadRules,
  type LayerWeight,
  type LoadedModel,
  type ModelWeights,
  OUTER_WEIGHTS,
  type OuterWeight,
  type Weight,
} from "../../attention/model/architecture.js";
import { layerShape, outerShape } from "../../attention/model/weight-shapes.js";
import { UserError } from "../../errors.js";
import type { Shape } from "../../math/matrix.js";
import { createRandom } from "../../math/random.js";
import { storedMatrix } from "../../math/stored-matrix.js";
import type { TensorNames, TensorPart } from "../model-kinds/model-kind.js";
import { MODEL_KINDS } from "../model-kinds/registry.js";
import { presetName, SYSTEMS } from "../registry.js";
import type { ModelRules, NamedSystem, Sizes } from "../system.js";
import { type Initialisation, ONE, ZERO } from "./initialisation.js";
import { settleSizes } from "./sizes.js";

/** What may be asked of a model that is drawn. */
export interface ModelSizes {
  readonly layers?: number;
  readonly dModel?: number;
  readonly heads?: number;
  readonly dFf?: number;
  readonly vocabulary?: number;
  /** Keys that a token sees in the banded layers of a system that alternates. */
  readonly window?: number;
}

/** So many numbers are drawn at most: their drawing takes half a minute. */
const MOST_NUMBERS = 500_000_000;
/** So many at once, of one layer and the embedding: a gigabyte. */
const MOST_AT_ONCE = 2 ** 27;

/**
 * A model of a published system with drawn weights, each of which is drawn when it is asked for: `seed`, its name and its row
 * decide every number. Throws BAD_VALUE for a system that is no model, for sizes that do not fit and for too large ones.
 */
export function drawnModel(named: NamedSystem, asked: ModelSizes, seed: number): LoadedModel {
  const rules = named.system.model ?? refuseNoModel(named);
  if (asked.window !== undefined && !rules.alternates) refuseNoBands(named);
  const architecture = architectureOf(named, rules, asked);
  refuseTooLarge(architecture);
  const names = nameWeights(rules, architecture);
  const drawing: Drawing = { named, rules, seed, optional: names.optional ?? [] };
  const { encoder } = architecture;
  const weights: ModelWeights = {
    ...drawStack(names, architecture, drawing),
    ...(encoder && names.encoder && { encoder: drawStack(names.encoder, encoder, drawing) }),
  };
  return { architecture, weights, drawn: { seed, text: describe(named, rules, asked, seed) } };
}

/** What weights are drawn from. */
interface Drawing {
  readonly named: NamedSystem;
  readonly rules: ModelRules;
  readonly seed: number;
  /** Those that checkpoints of the kind may do without: a system that starts without biases has none of them. */
  readonly optional: readonly string[];
}

type StackNames = Pick<TensorNames, "outer" | "layer">;

function drawStack(
  names: StackNames,
  architecture: Architecture,
  { named, rules, seed, optional }: Drawing,
): ModelWeights {
  const isLeftOut = (name: string) => optional.includes(name) && named.system.start.biases === undefined;
  const outer: Partial<Record<OuterWeight, Weight>> = {};
  for (const name of OUTER_WEIGHTS) {
    const tensor = names.outer[name];
    if (tensor === undefined || isLeftOut(name) || (name === "head" && architecture.head?.isTied)) continue;
    const shape = outerShape(architecture, name, name === "segmentEmbedding" ? rules.segments : undefined);
    outer[name] = drawWeight(tensor, shape, shape.cols, howOuter(name, rules, named), seed);
  }
  const layers = Array.from({ length: architecture.numLayers }, (_, index) => {
    const own: Partial<Record<LayerWeight, Weight>> = {};
    const tensors = names.layer(index) as Partial<Record<LayerWeight, string | TensorPart>>;
    for (const [name, tensor] of Object.entries(tensors) as [LayerWeight, string | TensorPart][]) {
      const shape = layerShape(architecture, name);
      if (!shape || isLeftOut(name)) continue;
      const into = architecture.layer.layout === "out-in" ? shape.cols : shape.rows;
      own[name] = drawWeight(nameOf(tensor), shape, into, howInLayer(name, named), seed);
    }
    return own;
  });
  return { outer, layers };
}

/** Tokens of the model's vocabulary, drawn evenly: those of `what` have a stream of their own. */
export function drawIds(
  { architecture: { vocabulary } }: LoadedModel,
  length: number,
  seed: number,
  what: "ids" | "decoder-ids" = "ids",
): readonly number[] {
  const random = createRandom(seed, what);
  return Array.from({ length }, () => Math.floor(random.uniform() * vocabulary));
}

function refuseNoModel({ system }: NamedSystem): never {
  const models = SYSTEMS.filter(({ model }) => model).map(({ name }) => name);
  throw new UserError("BAD_VALUE", `${system.name} is no model that qkv runs whole.`, {
    hint: `qkv systems ${system.name} says which commands it is for. Run whole are ${models.join(", ")}.`,
  });
}

function refuseNoBands({ system }: NamedSystem): never {
  throw new UserError("USAGE", `--window is about layers that are banded, and ${system.name} has none.`, {
    hint: "Leave it out; gpt3 is the system whose layers are dense and banded in turn.",
  });
}

function architectureOf(
  { system, size }: NamedSystem,
  rules: ModelRules,
  { layers, heads: askedHeads, window, ...asked }: ModelSizes,
): Architecture {
  const heads = askedHeads ?? headsFor(size, asked.dModel);
  const kvHeads = size.kvHeads ?? heads;
  const sizes = settleSizes({ matrices: {}, settings: { ...asked, heads, kvHeads } }, size);
  const { embedding, hasFinalNorm, layout } = rules;
  const layer = { norm: "post", activation: "relu", eps: 1e-5, ...system.settings.layer } as const;
  const head: HeadRules = {
    ...{ tells: rules.tells, isTied: true },
    ...(rules.tells === "masked" && { activation: layer.activation }),
  };
  const whole: Architecture = {
    ...{ kind: system.name, numLayers: layers ?? size.layers ?? 1, dModel: sizes.dModel, heads, kvHeads },
    ...{ headSize: sizes.headSize, dFf: sizes.feedForward, embedding, hasFinalNorm, head },
    vocabulary: asked.vocabulary ?? size.vocabulary ?? rules.vocabulary ?? 0,
    ...(embedding.firstPosition !== undefined && { context: size.positions ?? size.context }),
    layer: { normKind: "layer", ...layer, layout },
    ...(window !== undefined && { layerSettings: (index) => (index % 2 === 1 ? { window } : {}) }),
  };
  if (!rules.hasEncoder) return whole;
  const { head: _, ...encoder } = whole;
  return { ...whole, layer: { ...whole.layer, causal: true }, encoder };
}

/** Columns that a head has at least when another d_model is asked for: RoPE turns two pairs of them. */
const FEWEST_COLUMNS = 4;

/** The heads of the preset; where those do not share another d_model evenly, as many as do. */
function headsFor({ heads = 1, dModel: published }: Sizes, dModel = published): number {
  if (dModel === published) return heads;
  const counts = Array.from({ length: heads }, (_, index) => heads - index);
  const shares = (count: number) => dModel % (2 * count) === 0 && dModel / count >= FEWEST_COLUMNS;
  return counts.find(shares) ?? 1;
}

/** Names as the checkpoints of its kind have them. */
function nameWeights({ tensorsOf }: ModelRules, architecture: Architecture) {
  const kind = MODEL_KINDS.find(({ types }) => types.includes(tensorsOf));
  if (!kind) throw new RangeError(`there is no kind of model ${tensorsOf}`);
  return kind.names(architecture);
}

/** Parts of one tensor are drawn by themselves. */
const nameOf = (tensor: string | TensorPart) =>
  typeof tensor === "string"
    ? tensor
    : `${tensor.tensor}[${tensor.firstRow}:${tensor.firstRow + tensor.rows}]`;

const isVector = (name: string) => /^(?:b\d?|bqkv|b[qkvo]|crossB[qkvo])$|Bias$/.test(name);
const isNorm = (name: string) => /[nN]orm\d?$/.test(name);

function howOuter(name: OuterWeight, { starts }: ModelRules, { system }: NamedSystem): Initialisation {
  if (isVector(name)) return ZERO;
  if (isNorm(name)) return ONE;
  if (name === "positionEmbedding") return starts.positions ?? starts.tokens;
  return name === "headDense" ? system.start.parameters : starts.tokens;
}

function howInLayer(name: LayerWeight, { system }: NamedSystem): Initialisation {
  if (isVector(name)) return ZERO;
  return isNorm(name) ? ONE : system.start.parameters;
}

/** A weight whose rows are drawn each from a stream of its own, so that one can be had without the others. */
function drawWeight(name: string, shape: Shape, into: number, how: Initialisation, seed: number): Weight {
  const { rows, cols } = shape;
  const out = (rows * cols) / into;
  const draw = (first: number, count: number) => {
    const data = new Float64Array(count * cols);
    for (let row = 0; row < count; row++) {
      const next = how.numbers(createRandom(seed, `${name}/${first + row}`), into, out);
      for (let col = 0; col < cols; col++) data[row * cols + col] = next();
    }
    return data;
  };
  let known: WeakRef<Float64Array> | undefined;
  const read = () => {
    const data = known?.deref() ?? draw(0, rows);
    known = new WeakRef(data);
    return data;
  };
  const readRows = ({ first, count }: { readonly first: number; readonly count: number }) => {
    const whole = known?.deref();
    const data = whole ? whole.slice(first * cols, (first + count) * cols) : draw(first, count);
    return { rows: count, cols, data };
  };
  return { name, matrix: storedMatrix(shape, read, readRows) };
}

function refuseTooLarge(architecture: Architecture): void {
  const { dModel, dFf, heads, kvHeads, headSize, numLayers, vocabulary, encoder } = architecture;
  const isGated = architecture.layer.activation === "swiglu" || architecture.layer.activation === "geglu";
  const ofAttention = 2 * headSize * (heads + kvHeads);
  const ofFeedForward = (isGated ? 3 : 2) * dFf;
  // A decoder's layers also attend to the source.
  const ofLayer = dModel * (ofAttention * (encoder ? 2 : 1) + ofFeedForward);
  const ofEncoder = encoder ? encoder.numLayers * dModel * (ofAttention + ofFeedForward) : 0;
  const ofEmbedding = vocabulary * dModel;
  const [all, atOnce] = [numLayers * ofLayer + ofEncoder + ofEmbedding, ofLayer + ofEmbedding];
  if (all <= MOST_NUMBERS && atOnce <= MOST_AT_ONCE) return;
  const count = (numbers: number) => `${Math.round(numbers / 1e6)} million`;
  const gigabytes = (numbers: number) => `${((8 * numbers) / 1e9).toPrecision(2)} GB`;
  throw new UserError(
    "BAD_VALUE",
    `This model has ${count(all)} numbers, ${count(atOnce)} of them in the embedding and one layer, ` +
      `which take ${gigabytes(atOnce)} of memory; at most ${count(MOST_NUMBERS)} are drawn, and ` +
      `${count(MOST_AT_ONCE)} (${gigabytes(MOST_AT_ONCE)}) at once.`,
    { hint: "Make it small: --layers 2 --d-model 64 --heads 4, --vocabulary 1000." },
  );
}

function describe(
  { system, size }: NamedSystem,
  { starts, alternates }: ModelRules,
  { window }: ModelSizes,
  seed: number,
): string {
  const positions = starts.positions ? `, positions ${starts.positions.text}` : "";
  return (
    `every weight is drawn from seed ${seed}, as ${presetName(system, size)} starts: embeddings ${starts.tokens.text}${positions}, ` +
    `W ${system.start.parameters.text}, biases 0, norms 1${alternates ? `; ${describeBands(window)}` : ""}`
  );
}

/** What of alternating layers is worked, so that nobody takes one for the other. */
function describeBands(window: number | undefined): string {
  if (window !== undefined) return `layers 1, 3, … are banded: a token sees ${window} keys, itself included`;
  return "layers 1, 3, … are dense here: how wide their band is was not published (--window says it)";
}
