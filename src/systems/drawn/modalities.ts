import type {
  Architecture,
  LoadedModel,
  Modality,
  ModalWeights,
  Weight,
} from "../../attention/model/architecture.js";
import { refuseIn, setting } from "../../errors.js";
import type { Shape } from "../../math/matrix.js";
import { countWindows } from "../../ops/windows.js";
import { shapeOf, type TensorPart, weightName, weightsOf } from "../model-kinds/model-kind.js";
import { attentionOf } from "../model-kinds/transformer.js";
import type { ModalityRules, ModelRules, NamedSystem } from "../system.js";
import { drawWeight, ZERO } from "./distributions.js";
import { distributionOf } from "./draws.js";
import { headsFor } from "./sizes.js";

/** LLaMA's <s>. */
export const BOS = 1;

/** Rows of each modality in a model with a smaller d_model: enough to attend to, few enough to look at. */
const FEW_ROWS = 2;

/**
 * Adds the modalities of the system to the architecture. The last tokens of the vocabulary are their start and end
 * tokens, and one for padding.
 */
export function withModalities(
  architecture: Architecture,
  { size }: NamedSystem,
  { modalities }: ModelRules,
): Architecture {
  if (!modalities) return architecture;
  const { dModel, vocabulary } = architecture;
  const first = vocabulary - 2 * modalities.length - 1;
  if (first <= BOS) {
    const fewest = 2 * modalities.length + 1 + BOS + 1;
    const hint = `Start and end tokens, padding, BOS and one token of text need ${fewest}.`;
    refuseIn(setting("vocabulary"), "BAD_VALUE", `A vocabulary of ${vocabulary} tokens is too small.`, hint);
  }
  const heads = headsFor(size, dModel);
  const share = dModel / size.dModel;
  return {
    ...architecture,
    modalities: modalities.map(
      ({ name, columns, kernel, stride }, index): Modality => ({
        name,
        kernel,
        stride,
        heads,
        columns: Math.max(1, Math.round(columns * share)),
        headSize: dModel === size.dModel && size.headSize ? size.headSize : dModel / heads,
        start: first + 2 * index,
        end: first + 2 * index + 1,
      }),
    ),
  };
}

/** What features and weights are drawn from. */
interface Drawing {
  readonly seed: number;
  /** The number of rows per modality after the convolution. */
  readonly rows: number | undefined;
}

/** Returns features and weights of every modality, each drawn when it is asked for. */
export function drawModalities(
  architecture: Architecture,
  { system, size }: NamedSystem,
  { seed, rows }: Drawing,
): readonly ModalWeights[] {
  const { modalities = [], dModel } = architecture;
  const count = rows ?? (dModel === size.dModel ? undefined : FEW_ROWS);
  const { initial } = system;
  return modalities.map(({ name, columns, kernel, stride, heads, headSize }, index) => {
    const published = system.model?.modalities?.[index].rows ?? kernel;
    const features = count === undefined ? published : kernel + (count - 1) * stride;
    const draw = (
      tensor: string | TensorPart,
      { rows: out, cols }: Shape,
      distribution = initial.parameters,
    ): Weight => drawWeight(weightName(tensor), { rows: out, cols }, cols, distribution, seed);
    const vector = (tensor: string, cols: number) => draw(tensor, { rows: 1, cols }, ZERO);
    const at = `${name}_align_attention`;
    const names = { ...attentionOf(at, heads * headSize), biasK: `${at}.bias_k`, biasV: `${at}.bias_v` };
    const alignmentArchitecture = { ...architecture, heads, kvHeads: heads, headSize };
    const { layers } = weightsOf({ outer: {}, layer: () => names }, 1, (weight, tensor) => {
      const shape = shapeOf(alignmentArchitecture, weight);
      return shape && draw(tensor, shape, distributionOf(weight, initial) ?? ZERO);
    });
    const weights = {
      convolution: draw(`project_${name}.weight`, { rows: columns, cols: columns * kernel }),
      convolutionBias: vector(`project_${name}.bias`, columns),
      linear: draw(`transform_${name}_to_hidden.weight`, { rows: dModel, cols: columns }),
      linearBias: vector(`transform_${name}_to_hidden.bias`, dModel),
      ...layers[0],
    };
    return { features: draw(name, { rows: features, cols: columns }, initial.vectors), weights };
  });
}

/** Describes the drawn features: how many there are, and how many were published. */
export function describeModalities(
  { architecture: { modalities = [] }, weights }: LoadedModel,
  { system }: NamedSystem,
): string {
  if (modalities.length === 0) return "";
  const each = modalities.map((modality, index) => {
    const { rows = 0, cols = 0 } = weights.modalities?.[index].features.matrix ?? ({} as Partial<Shape>);
    const published = system.model?.modalities?.[index];
    return `${modality.name} ${rows}×${cols}, ${describeWindows(modality, rows)}${publishedText(published, rows)}`;
  });
  return `; features ${system.initial.vectors.text}: ${each.join("; ")}; W before the layers ${system.initial.parameters.text}`;
}

const describeWindows = (modality: Modality, rows: number) =>
  `kernel ${modality.kernel}, stride ${modality.stride}: ${countWindows(rows, modality)} rows`;

const publishedText = (published: ModalityRules | undefined, rows: number) =>
  published && published.rows !== rows
    ? ` (published: ${published.rows}×${published.columns}, ${countWindows(published.rows, published)} rows)`
    : "";
