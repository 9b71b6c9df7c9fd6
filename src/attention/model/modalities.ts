import { sumOver, tabulate } from "../../math/lists.js";
import { stackRows } from "../../ops/parts.js";
import { matmulTransposed } from "../../ops/product.js";
import { countWindows, rowWindows } from "../../ops/windows.js";
import type { Axis } from "../../trace/op.js";
import { recordProjected } from "../heads/multihead.js";
import { MULTIHEAD_SETTINGS, type MultiheadSettings } from "../heads/multihead-settings.js";
import { recordHeads } from "../heads/record-heads.js";
import { cut, type Ref, record, recorder, recordWith, type StepOverrides } from "../recorder.js";
import { completeSettings } from "../setting.js";
import type { Modality, ModalWeights, ModelRun } from "./architecture.js";
import { recordWeights } from "./embedding.js";
import { tokenNames } from "./tokens.js";

// Inputs other than text (Lyu et al. 2023, Macaw-LLM). The order is BOS, each modality between its start and end token,
// then the text.

/** The rows of a model with modalities. */
export type Sequence = NonNullable<ReturnType<typeof layOutSequence>>;

type Stored = Pick<ModelRun, "architecture" | "weights">;

/** Returns the modalities of a model with their weights. */
const modalitiesOf = ({ architecture: { modalities = [] }, weights }: Stored) =>
  modalities.flatMap((modality, at) => {
    const own = weights.modalities?.[at];
    return own ? [{ ...modality, ...own }] : [];
  });

/** Returns the number of rows that a modality adds. */
const countRows = (modality: Modality & ModalWeights) =>
  countWindows(modality.features.matrix.rows, modality);

/** Returns the order of the rows of a run; undefined for a model that reads only text. */
export function layOutSequence(run: ModelRun) {
  const modalities = modalitiesOf(run);
  if (modalities.length === 0) return undefined;
  const nameOf = tokenNames(run);
  const token = (id: number, name = nameOf(id)) => ({ id, name, isToken: true });
  const [bos, ...text] = run.ids;
  let below = 0;
  const between = modalities.flatMap((modality) => {
    const { name, start, end } = modality;
    const rows = tabulate(countRows(modality), (row) => ({
      id: --below,
      name: `${name} ${row}`,
      isToken: false,
    }));
    return [token(start, `<${name}>`), ...rows, token(end, `</${name}>`)];
  });
  const rows = [token(bos), ...between, ...text.map((id) => token(id))];
  const part = (of: typeof rows) => ({
    ids: of.map(({ id }) => id),
    axis: { name: "query", labels: of.map(({ name }) => name) },
  });
  return { ...part(rows), tokens: part(rows.filter(({ isToken }) => isToken)) };
}

/**
 * Records every modality in a scope of its name, and puts the results between the embedded tokens (BOS, start and end of
 * each modality, text): `sequence`, n×d_model. Modalities attend to every row of the embedding `table`, to bias_k and to
 * a zero key.
 */
export function recordModalities(stored: Stored, axis: Axis, tokens: Ref, table: Ref | undefined): Ref {
  if (!table) throw new RangeError("modalities attend to an embedding, but there is none");
  const modalities = modalitiesOf(stored);
  const cutTokens = (
    name: "begin" | "between" | "text",
    firstRow: number,
    rows: number,
    overrides: StepOverrides = {},
  ) => {
    const { labels } = tokens.axes[0];
    const rowAxis = { ...tokens.axes[0], labels: labels?.slice(firstRow, firstRow + rows) };
    return cut(name, tokens, "rows", firstRow, rows, { rows: rowAxis, ...overrides });
  };
  // They state no conventions and facts of their own: the stated ones are about the layers.
  const quiet = { ...recorder, convention: () => undefined, fact: () => undefined };
  const aligned = modalities.map((modality) =>
    recordWith(quiet, () =>
      recorder.scoped({ kind: "modality", name: modality.name }, () => recordModality(modality, table)),
    ),
  );
  // The parts are: BOS and the first start token; the end token of each modality and the start of the next; the last
  // end token and the text.
  const between = modalities.map(({ name }, index) => {
    const next = modalities[index + 1]?.name;
    const firstRow = 2 * (index + 1);
    return next === undefined
      ? cutTokens("text", firstRow, tokens.shape.rows - firstRow)
      : cutTokens("between", firstRow, 2, {
          id: `between-${name}-and-${next}`,
          title: `End of ${name}, start of ${next}`,
        });
  });
  const begin = cutTokens("begin", 0, 2);
  recorder.convention(
    "alignment",
    true,
    "image, audio and video attend to every row of the embedding, bias_k and a zero key; the result of each comes after the first token, between its start and end token",
  );
  const parts = [begin, ...aligned.flatMap((ref, index) => [ref, between[index]])];
  return record("sequence", stackRows, parts, { zeroRows: 0 }, { rows: axis });
}

/**
 * Records one modality: windows of its features, their convolution, the linear layer, and the attention. → m×d_model.
 */
function recordModality(modality: Modality & ModalWeights, table: Ref) {
  const { name, kernel, stride, heads, headSize, features } = modality;
  const featureRef = recorder.input(features.name, features.matrix, [
    { name: "feature" },
    { name: "column" },
  ]);
  const { convolution, convolutionBias, linear, linearBias, ...attention } = recordWeights(modality.weights);
  const labels = tabulate(countRows(modality), (row) => `${name} ${row}`);
  const windows = record(
    "windows",
    rowWindows,
    [featureRef],
    { kernel, stride },
    {
      title: `Windows of ${name}`,
      formula: `${kernel} rows of ${features.name} each, every ${stride}; column by column`,
      rows: { name: "query", labels },
    },
  );
  const convolved = record(
    "convolved",
    matmulTransposed,
    [windows, convolution, convolutionBias],
    undefined,
    { title: `Convolution of ${name}` },
  );
  const x = record("projected", matmulTransposed, [convolved, linear, linearBias], undefined, {
    title: `${name} as wide as the embedding`,
  });
  const settings = completeSettings<MultiheadSettings>(MULTIHEAD_SETTINGS, {
    heads,
    headSize,
    layout: "out-in",
    addZeroAttention: true,
  });
  const memory: Ref = { ...table, axes: [{ name: "key" }, { name: "d_model" }] };
  const projected = recordProjected({ ...attention, x, memory }, settings);
  const as = { name: "aligned", title: `${name}, aligned to the embedding` } as const;
  return recordHeads({ matrices: {}, settings }, projected, { as }).output;
}

/**
 * Counts the multiply-adds of all modalities: convolution, linear layer, W^Q and W^O, W^K and W^V of the whole
 * embedding, scores and context.
 */
export function costOfModalities(stored: Stored): number {
  const { dModel, vocabulary } = stored.architecture;
  return sumOver(modalitiesOf(stored), (modality) => {
    const { columns, kernel, heads, headSize } = modality;
    const [rows, wide] = [countRows(modality), heads * headSize];
    const before = rows * columns * (columns * kernel + dModel);
    const projections = 2 * (rows + vocabulary) * dModel * wide;
    // bias_k and the zero key are two keys in addition to the rows of the embedding.
    return before + projections + 2 * rows * (vocabulary + 2) * wide;
  });
}
