import type { MultiheadSettings } from "../../attention/heads/multihead-settings.js";
import type { Problem } from "../../attention/problem.js";
import { UserError } from "../../errors.js";
import type { Sizes } from "../system.js";
import type { LayerDrawSettings } from "./draw-settings.js";

/** The sizes that matrices are drawn in. */
export interface DrawnSizes {
  readonly numQueries: number;
  readonly numKeys: number;
  readonly dModel: number;
  /** Columns of the vectors that are asked. */
  readonly dSource: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headSize: number;
  readonly features: number;
  /** Columns between the products of a feed-forward. */
  readonly feedForward: number;
}

/** The settings that say how large something is, whatever command has them. */
export type SizeSettings = Partial<
  Pick<MultiheadSettings, "heads" | "kvHeads" | "headSize"> &
    Pick<LayerDrawSettings, "length" | "sourceLength" | "dModel" | "dA" | "dFf">
>;

const DEFAULT_LENGTH = 6;
const DEFAULT_SIZES: Sizes = { name: "", dModel: 8 };

/**
 * The sizes of a run: what is asked for, then what is given, then those of the system; one head where a command has none.
 * Throws BAD_VALUE.
 */
export function settleSizes(
  { matrices, tokens, keyTokens, settings }: Problem<SizeSettings>,
  system: Sizes = DEFAULT_SIZES,
): DrawnSizes {
  const [asking, asked] = [matrices.x ?? matrices.query, matrices.memory ?? matrices.key ?? matrices.value];
  const dModel = settings.dModel ?? asking?.cols ?? system.dModel;
  // Sizes that the system has in proportion to d_model keep the proportion.
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

/** The system's own, which fewer heads keep; d_model / heads when another d_model is asked for. */
function headSizeOf(settings: SizeSettings, dModel: number, heads: number, system: Sizes): number {
  if (settings.dModel === undefined && dModel === system.dModel && system.headSize !== undefined) {
    return system.headSize;
  }
  if (dModel % heads === 0) return dModel / heads;
  throw new UserError("BAD_VALUE", `${heads} heads cannot share d_model = ${dModel} evenly.`, {
    hint: "Say --head-size, or other --heads or --d-model.",
  });
}

/** Columns that a head has at least when another d_model is asked for: RoPE turns two pairs of them. */
const FEWEST_COLUMNS = 4;

/** The heads of the preset; where those do not share another d_model evenly, as many as do. */
export function headsFor({ heads = 1, dModel: published }: Sizes, dModel = published): number {
  if (dModel === published) return heads;
  const counts = Array.from({ length: heads }, (_, index) => heads - index);
  const shares = (count: number) => dModel % (2 * count) === 0 && dModel / count >= FEWEST_COLUMNS;
  return counts.find(shares) ?? 1;
}
