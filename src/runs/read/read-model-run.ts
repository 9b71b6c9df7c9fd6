import type { LoadedModel } from "../../attention/model/architecture.js";
import { refuse, setting } from "../../errors.js";
import { loadedModel } from "../../input/model/plain-model.js";
import { readModel } from "../../input/model/read-model.js";
import { createOpener } from "../../input/open.js";
import { readProblem, type SourcedProblem } from "../../input/read.js";
import { textOf } from "../../input/source.js";
import type { ModelDrawSettings } from "../../systems/drawn/draw-settings.js";
import type { RunRequest, Values } from "../command-spec.js";
import type { Io } from "../io.js";
import { withHelper } from "../large-runs.js";
import { type Conflict, refuseConflicts } from "../needs.js";
import { readRequest } from "./read-request.js";

/** The options about a model and its text. DIR is the folder of a model. */
interface ModelRunOptions extends Partial<ModelDrawSettings> {
  readonly [name: string]: unknown;
}

const CONFLICTS: readonly Conflict<ModelRunOptions>[] = [
  { names: ["DIR", "demo", "preset"], hint: "A run uses one model: give only one." },
  { names: ["DIR", "demo", "random"], hint: "A run uses one model: give only one." },
  { names: ["textFile", "text", "ids"], code: "CONFLICTING_INPUTS" },
  {
    names: ["length"],
    beside: ["textFile", "text", "ids"],
    does: ["is the number of drawn tokens", "gives other tokens"],
    code: "CONFLICTING_INPUTS",
    // The command that repeats a run contains both, and they agree.
    isSo: ({ ids, length }) => !(Array.isArray(ids) && ids.length === length),
  },
];

/**
 * Reads the model that a command line names, and its text from a file if one is named. Throws USAGE for no model or
 * several, and the errors of reading.
 */
export async function readModelRun(request: RunRequest, typed: Values, io: Io): Promise<SourcedProblem> {
  const { words, values } = request;
  const options: ModelRunOptions = { ...values, ...typed, DIR: words[0] };
  refuseConflicts(CONFLICTS, options);
  const reading = await readProblem({ ...readRequest(request), sources: [] }, io.files);
  const { textFile } = options;
  const given =
    typeof textFile === "string"
      ? { text: textBehind(textFile === "-" ? "-" : `@${textFile}`, io) }
      : undefined;
  const lastLayer = values.layer === undefined ? undefined : Number(values.layer);
  const isDrawn = options.preset !== undefined || options.random;
  const { notice, ...found } = isDrawn
    ? await drawModel(options, lastLayer, given)
    : await loadModel(request, io, given ?? ((typed.text ?? typed.ids) === undefined ? undefined : {}));
  return { ...reading, ...found, notices: [...reading.notices, notice] };
}

/**
 * Loads the built-in model, or that of a folder. Without a text it uses that of the built-in model, or stdin. Throws
 * USAGE for no folder or several.
 */
async function loadModel({ command, words, values }: RunRequest, io: Io, given: Values | undefined) {
  if (values.demo) {
    const { settings = {}, ...inputs } = JSON.parse(command.demo());
    const model = loadedModel(inputs);
    const notice = describeLoaded("the built-in model", model);
    return { model, modelName: setting("demo"), settings: given ?? settings, notice };
  }
  const [path, ...others] = words;
  if (path === undefined || others.length > 0) {
    const message =
      path === undefined ? "no model is named." : `a run uses one model, but ${words.join(", ")} are named.`;
    refuse(
      message,
      `Give one folder: qkv model DIR ${setting("text")} "…"; qkv model ${setting("demo")} runs the built-in model.`,
    );
  }
  const model = await readModel(path, withHelper(io.files, command, io));
  const settings = given ?? (io.isTerminal("stdin") ? {} : { text: textBehind("-", io) });
  return { model, modelName: path, settings, notice: describeLoaded(path, model) };
}

const DEFAULT_LENGTH = 6;

/** Draws the weights of a published model. If no tokens are given, draws them, too. Throws USAGE and BAD_VALUE. */
async function drawModel(options: ModelRunOptions, lastLayer: number | undefined, given: Values | undefined) {
  const { preset, random, seed = 0, length = DEFAULT_LENGTH } = options;
  if (preset === undefined || !random) {
    const [said, missing] = random
      ? [setting("random"), `${setting("preset")} gpt2`]
      : [setting("preset"), setting("random")];
    refuse(
      `${said}: a model is drawn only with both ${setting("preset")} and ${setting("random")}.`,
      `Add ${missing}, or leave out ${said}.`,
    );
  }
  const { findSystem } = await import("../../systems/registry.js");
  const { drawIds, drawnModel } = await import("../../systems/drawn/drawn-model.js");
  const model = drawnModel(findSystem(preset), options, Number(seed), lastLayer);
  const drawn = (what: "ids" | "decoder-ids") => drawIds(model, length, Number(seed), what);
  const hasText = (given ?? options.ids ?? options.text) !== undefined;
  const hasTarget = (options.decoderIds ?? options.decoderText) !== undefined;
  return {
    model,
    settings: {
      ...(hasText ? given : { ids: drawn("ids") }),
      ...(model.architecture.encoder && !hasTarget && { decoderIds: drawn("decoder-ids") }),
    },
    notice: `drew ${preset}: ${sizesOf(model.architecture)}`,
  };
}

/** Returns a note: "read gpt2 from DIR: 12 layers of 12 heads, d_model 768, vocabulary 50257". */
const describeLoaded = (path: string, { architecture, tokenizer }: LoadedModel) =>
  `read ${architecture.kind} from ${path}: ${sizesOf(architecture)}${tokenizer ? "" : "; no tokenizer"}`;

const sizesOf = ({ numLayers, heads, dModel, vocabulary }: LoadedModel["architecture"]) =>
  `${numLayers} layers of ${heads} heads, d_model ${dModel}, vocabulary ${vocabulary}`;

/** Reads the text of a file without its last line break. */
function textBehind(given: string, io: Io) {
  const { bytes } = createOpener(io.files).open(given, setting("textFile"));
  return textOf(bytes).replace(/\r?\n$/, "");
}
