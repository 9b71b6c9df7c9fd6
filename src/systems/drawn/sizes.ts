import type { MultiheadSettings } from "../../attention/heads/multihead-settings.js";
import type { ModelWeights } from "../../attention/model/architecture.js";
import { countNumbers } from "../../attention/model/weight-shapes.js";
import type { Problem } from "../../attention/problem.js";
import { refuseAs, setting } from "../../errors.js";
import { sumOver } from "../../math/lists.js";
import type { Sizes } from "../system.js";
import type { LayerDrawSettings } from "./draw-settings.js";

/** The sizes of drawn matrices. */
export interface DrawnSizes {
  readonly numQueries: number;
  readonly numKeys: number;
  readonly dModel: number;
  /** Columns of the vectors that keys and values come from. */
  readonly dSource: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headSize: number;
  readonly features: number;
  /** Columns between the two products of a feed-forward. */
  readonly feedForward: number;
}

/** The settings for sizes, from any command. */
type SizeSettings = Partial<
  Pick<MultiheadSettings, "heads" | "kvHeads" | "headSize"> &
    Pick<LayerDrawSettings, "length" | "sourceLength" | "dModel" | "dA" | "dFf">
>;

const DEFAULT_LENGTH = 6;
const DEFAULT_SIZES: Sizes = { name: "", dModel: 8 };

/**
 * Returns the sizes of a run. A setting comes first, then the size of what was given, then the size in the system. A
 * command without heads has one head. Throws BAD_VALUE if the heads do not divide d_model.
 */
export function settleSizes(
  { matrices, tokens, keyTokens, settings }: Problem<SizeSettings>,
  system: Sizes = DEFAULT_SIZES,
): DrawnSizes {
  const [asking, asked] = [matrices.x ?? matrices.query, matrices.memory ?? matrices.key ?? matrices.value];
  const dModel = settings.dModel ?? asking?.cols ?? system.dModel;
  // Sizes that are proportional to d_model in the system stay proportional.
  const inProportion = (size: number) => Math.max(1, Math.round((size * dModel) / system.dModel));
  const numQueries = settings.length ?? tokens?.length ?? asking?.rows ?? DEFAULT_LENGTH;
  const { heads = 1 } = settings;
  return {
    numQueries,
    dModel,
    heads,
    numKeys: settings.sourceLength ?? keyTokens?.length ?? asked?.rows ?? numQueries,
    dSource: matrices.memory?.cols ?? inProportion(system.dSource ?? system.dModel),
    kvHeads: settings.kvHeads ?? heads,
    headSize: settings.headSize ?? headSizeOf(settings, dModel, heads, system),
    feedForward: settings.dFf ?? inProportion(system.feedForward ?? 4 * system.dModel),
    features: settings.dA ?? inProportion(system.features ?? system.dModel),
  };
}

/**
 * Returns the head size of the system, which is kept if there are fewer heads. With another d_model it is d_model /
 * heads.
 */
function headSizeOf(settings: SizeSettings, dModel: number, heads: number, system: Sizes) {
  if (settings.dModel === undefined && dModel === system.dModel && system.headSize !== undefined) {
    return system.headSize;
  }
  if (dModel % heads === 0) return dModel / heads;
  refuseAs(
    "BAD_VALUE",
    `${heads} heads cannot share d_model = ${dModel} evenly.`,
    `Give ${setting("headSize")}, or another ${setting("heads")} or ${setting("dModel")}.`,
  );
}

/** The minimum number of columns of a head if d_model is not the preset's: RoPE then rotates two pairs. */
const MIN_COLUMNS = 4;

/**
 * Returns the number of heads of the preset. If they do not divide another d_model, returns the largest smaller number
 * that does.
 */
export function headsFor({ heads = 1, dModel: published }: Sizes, dModel = published): number {
  if (dModel === published) return heads;
  const counts = Array.from({ length: heads }, (_, index) => heads - index);
  const shares = (count: number) => dModel % (2 * count) === 0 && dModel / count >= MIN_COLUMNS;
  return counts.find(shares) ?? 1;
}

/** The maximum count of numbers that are drawn. Drawing them takes half a minute. */
const MAX_NUMBERS = 500_000_000;
/** The maximum count in memory at once, for one layer and the embedding: one gigabyte. */
const MAX_NUMBERS_AT_ONCE = 2 ** 27;

/**
 * Throws BAD_VALUE for a model with too many numbers. With `lastLayer`, later layers do not count. The embedding counts
 * only if a head or a modality uses all of it; otherwise only the rows of the tokens are drawn.
 */
export function refuseTooLarge(
  { outer, layers, encoder, modalities = [] }: ModelWeights,
  lastLayer: number | undefined,
): void {
  const numLayers = layers.length;
  const drawn = lastLayer === undefined ? numLayers : Math.min(numLayers, lastLayer + 1);
  const isWhole = lastLayer === undefined;
  const ofLayer = countNumbers(layers[0]);
  const isTableRead = isWhole || modalities.length > 0;
  const { tokenEmbedding } = outer;
  const ofTables = isTableRead ? countNumbers(isWhole ? outer : { tokenEmbedding }) : 0;
  const ofModalities = modalities.map(({ weights }) => countNumbers(weights));
  const inTurn = Math.max(ofLayer, ...ofModalities);
  const before = sumOver(encoder?.layers ?? [], countNumbers) + sumOver(ofModalities);
  const [all, atOnce] = [drawn * ofLayer + before + ofTables, inTurn + ofTables];
  if (all <= MAX_NUMBERS && atOnce <= MAX_NUMBERS_AT_ONCE) return;
  const count = (numbers: number) => `${Math.round(numbers / 1e6)} million`;
  const gigabytes = (numbers: number) => `${((8 * numbers) / 1e9).toPrecision(2)} GB`;
  const where = isTableRead ? "in the embedding and one layer" : "in one layer";
  const whose = isWhole ? "This model has" : `Layers 0 to ${drawn - 1} of this model have`;
  const less = isWhole && numLayers > 1 ? `, or look only at its first layers: ${setting("layer")} 0` : "";
  refuseAs(
    "BAD_VALUE",
    `${whose} ${count(all)} numbers, ${count(atOnce)} of them ${where}, ` +
      `which take ${gigabytes(atOnce)} of memory; at most ${count(MAX_NUMBERS)} are drawn, and ` +
      `${count(MAX_NUMBERS_AT_ONCE)} (${gigabytes(MAX_NUMBERS_AT_ONCE)}) at once.`,
    `Make it small: ${setting("layers")} 2 ${setting("dModel")} 64 ${setting("heads")} 4, ${setting("vocabulary")} 1000${less}.`,
  );
}
