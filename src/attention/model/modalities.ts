import { tabulate } from "../../math/lists.js";
import { stackRows } from "../../ops/parts.js";
import { matmulTransposed } from "../../ops/product.js";
import { countWindows, rowWindows } from "../../ops/windows.js";
import type { Axis } from "../../trace/op.js";
import { recordProjected } from "../heads/multihead.js";
import { MULTIHEAD_SETTINGS, type MultiheadSettings } from "../heads/multihead-settings.js";
import { recordHeads } from "../heads/record-heads.js";
import type { Recorder, Ref, StepOverrides } from "../recorder.js";
import { completeSettings } from "../setting.js";
import type { Architecture, Modality, ModalWeights, ModelRun } from "./architecture.js";
import { recordWeights } from "./embedding.js";
import { tokenNames } from "./tokens.js";

// Inputs other than text (Lyu et al. 2023, Macaw-LLM). The order is BOS, each modality between its start and end token,
// then the text.

/** The rows of a model with modalities. */
export interface Sequence {
  /** The id of each row's token. A row that is not a token has a different negative number each. */
  readonly ids: readonly number[];
  readonly axis: Axis;
  /** Only the rows that are tokens. */
  readonly tokens: { readonly ids: readonly number[]; readonly axis: Axis };
}

/** Returns the order of the rows of a run; undefined for a model that reads only text. */
export function layOutSequence({
  architecture: { modalities },
  weights,
  ids,
  tokenizer,
}: ModelRun): Sequence | undefined {
  if (!modalities || !weights.modalities) return undefined;
  const nameOf = tokenNames({ tokenizer });
  const token = (id: number, name = nameOf(id)) => ({ id, name, isToken: true });
  const [bos, ...text] = ids;
  let below = 0;
  const between = modalities.flatMap((modality, index) => {
    const { name, start, end } = modality;
    const count = rowsOfModality(modality, weights.modalities?.[index]);
    const rows = tabulate(count, (row) => ({
      id: --below,
      name: `${name} ${row}`,
      isToken: false,
    }));
    return [token(start, `<${name}>`), ...rows, token(end, `</${name}>`)];
  });
  const rows = [token(bos), ...between, ...text.map((id) => token(id))];
  const tokens = rows.filter(({ isToken }) => isToken);
  const axisOf = (axisRows: typeof rows): Axis => ({
    name: "query",
    labels: axisRows.map(({ name }) => name),
  });
  return {
    ids: rows.map(({ id }) => id),
    axis: axisOf(rows),
    tokens: { ids: tokens.map(({ id }) => id), axis: axisOf(tokens) },
  };
}

const rowsOfModality = (modality: Modality, weights: ModalWeights | undefined): number =>
  countWindows(weights?.features.matrix.rows ?? 0, modality);

/** What the modalities are inserted into. */
interface ModalityTarget {
  readonly run: ModelRun;
  readonly sequence: Sequence;
  /** The embedding of the tokens: BOS, start and end of each modality, text. */
  readonly tokens: Ref;
  /** The whole embedding matrix, vocabulary×d_model, which modalities attend to. */
  readonly table: Ref | undefined;
}

/**
 * Records every modality in a scope of its name, and puts the results between the tokens: `sequence`, n×d_model.
 * Modalities attend to every row of the embedding, to bias_k and to a zero key.
 */
export function recordModalities(
  recorder: Recorder,
  { run: { architecture, weights }, sequence, tokens, table }: ModalityTarget,
): Ref {
  const { modalities = [] } = architecture;
  if (!table) throw new RangeError("modalities attend to an embedding, but there is none");
  const cut = (
    name: "begin" | "between" | "text",
    firstRow: number,
    rows: number,
    overrides: StepOverrides = {},
  ) => {
    const { labels } = tokens.axes[0];
    const axis = { ...tokens.axes[0], labels: labels?.slice(firstRow, firstRow + rows) };
    return recorder.cut(name, tokens, "rows", firstRow, rows, { rows: axis, ...overrides });
  };
  const aligned = (weights.modalities ?? []).map((modality, index) =>
    recorder.scoped({ kind: "modality", name: modalities[index].name }, () =>
      recordModality(quiet(recorder), modalities[index], modality, table),
    ),
  );
  // The parts are: BOS and the first start token; the end token of each modality and the start of the next; the last
  // end token and the text.
  const between = aligned.map((_, index) => {
    const isLast = index === aligned.length - 1;
    const firstRow = 2 * (index + 1);
    const names = [modalities[index].name, ...(isLast ? [] : [modalities[index + 1].name])];
    return isLast
      ? cut("text", firstRow, tokens.shape.rows - firstRow)
      : cut("between", firstRow, 2, {
          id: `between-${names.join("-and-")}`,
          title: `End of ${names[0]}, start of ${names[1]}`,
        });
  });
  const begin = cut("begin", 0, 2);
  recorder.convention(
    "alignment",
    true,
    "image, audio and video attend to every row of the embedding, bias_k and a zero key; the result of each comes after the first token, between its start and end token",
  );
  const parts = [begin, ...aligned.flatMap((ref, index) => [ref, between[index]])];
  return recorder.record("sequence", stackRows, parts, { zeroRows: 0 }, { rows: sequence.axis });
}

/**
 * Records one modality: windows of its features, their convolution, the linear layer, and the attention. → m×d_model.
 */
function recordModality(
  recorder: Recorder,
  { name, kernel, stride, heads, headSize }: Modality,
  { features, weights }: ModalWeights,
  table: Ref,
): Ref {
  const { convolution, convolutionBias, linear, linearBias, ...attention } = weights;
  const input = ({ name: key, matrix }: typeof linear) => recorder.input(key, matrix);
  const featureRef = recorder.input(features.name, features.matrix, [
    { name: "feature" },
    { name: "column" },
  ]);
  const count = countWindows(features.matrix.rows, { kernel, stride });
  const rows: Axis = { name: "query", labels: tabulate(count, (row) => `${name} ${row}`) };
  const windows = recorder.record(
    "windows",
    rowWindows,
    [featureRef],
    { kernel, stride },
    {
      title: `Windows of ${name}`,
      formula: `${kernel} rows of ${features.name} each, every ${stride}; column by column`,
      rows,
    },
  );
  const convolved = recorder.record(
    "convolved",
    matmulTransposed,
    [windows, input(convolution), input(convolutionBias)],
    undefined,
    { title: `Convolution of ${name}` },
  );
  const x = recorder.record(
    "projected",
    matmulTransposed,
    [convolved, input(linear), input(linearBias)],
    undefined,
    { title: `${name} as wide as the embedding` },
  );
  const settings = completeSettings<MultiheadSettings>(MULTIHEAD_SETTINGS, {
    heads,
    headSize,
    layout: "out-in",
    addZeroAttention: true,
  });
  const refs = recordWeights(recorder, attention);
  const memory: Ref = { ...table, axes: [{ name: "key" }, { name: "d_model" }] };
  const projected = recordProjected(recorder, { ...refs, x, memory }, settings);
  const as = { name: "aligned", title: `${name}, aligned to the embedding` } as const;
  return recordHeads(recorder, { matrices: {}, settings }, projected, { as }).output;
}

/**
 * Returns a recorder that states no conventions and facts, because the stated ones are about the layers. The attention
 * of modalities is stated as a whole.
 */
const quiet = (recorder: Recorder): Recorder => ({
  ...recorder,
  convention: () => undefined,
  fact: () => undefined,
});

/**
 * Counts the multiply-adds of all modalities: convolution, linear layer, W^Q and W^O, W^K and W^V of the whole
 * embedding, scores and context.
 */
export function costOfModalities(
  { modalities = [], dModel, vocabulary }: Architecture,
  weights: readonly ModalWeights[],
): number {
  return modalities.reduce((sum, modality, index) => {
    const { columns, kernel, heads, headSize } = modality;
    const [rows, wide] = [rowsOfModality(modality, weights[index]), heads * headSize];
    const before = rows * columns * (columns * kernel + dModel);
    const projections = 2 * (rows + vocabulary) * dModel * wide;
    // bias_k and the zero key are two keys in addition to the rows of the embedding.
    return sum + before + projections + 2 * rows * (vocabulary + 2) * wide;
  }, 0);
}
