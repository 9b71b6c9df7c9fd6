import type { InputName } from "../../attention/inputs.js";
import type { Architecture, LayerWeight, LoadedModel } from "../../attention/model/architecture.js";
import { UserError } from "../../errors.js";
import { mostOf } from "../../input/among.js";
import { isText } from "../../input/open.js";
import type { Files, SourcedProblem } from "../../input/read.js";
import { setting, settingsText } from "../../setting-names.js";
import { type CommandSpec, settingsOf } from "../command-spec.js";

/** Where the model among some sources stands, and what else there is. */
export interface ModelAmongSources {
  readonly path: string;
  readonly others: readonly string[];
}

/** Whether a command works with the weights of a layer, of which a model has several. */
export const takesLayer = ({ source, inputs, settings }: CommandSpec): boolean =>
  source !== "model" && inputs.includes("wqkv") && "heads" in settings;

/**
 * The source that is a model: a folder with config.json, or, where a layer is asked for, a file of weights with config.json
 * beside it. Undefined when there is none. Throws USAGE for several.
 */
export async function findModel(
  sources: readonly string[],
  layer: number | undefined,
  files: Files,
): Promise<ModelAmongSources | undefined> {
  const candidates = sources.filter((source) => mayBeModel(source, layer, files));
  if (candidates.length === 0) return undefined;
  const { hasConfig } = await import("../../input/model/model-files.js");
  const models = candidates.filter((source) => hasConfig(source, files));
  if (models.length > 1) {
    throw new UserError("USAGE", `a layer is one of one model, but two are named: ${models.join(", ")}.`, {
      hint: "Give one of them.",
    });
  }
  const [path] = models;
  return path === undefined ? undefined : { path, others: sources.filter((source) => source !== path) };
}

/** A file of weights may as well be one of matrices by name, of which the one layer is taken. */
const mayBeModel = (source: string, layer: number | undefined, files: Files): boolean =>
  source !== "-" &&
  !isText(source, files) &&
  (layer !== undefined || !/\.(?:safetensors|bin|pt|pth)$/i.test(source));

/** A layer as a command line asks for it, and the settings that are given beside it. */
export interface AskedLayer {
  readonly path: string;
  readonly layer: number | undefined;
  readonly typed: Readonly<Record<string, unknown>>;
}

/**
 * A problem with the weights of one layer of a model, and with heads, positions, mask and layout as its config.json has
 * them; what was given beside it wins. Throws as reading a model does, MISSING_INPUT where nothing says which of its layers,
 * and BAD_VALUE for one that it does not have.
 */
export async function readLayer(
  command: CommandSpec,
  read: SourcedProblem,
  { path, layer: asked, typed }: AskedLayer,
  files: Files,
): Promise<SourcedProblem> {
  const { readModel } = await import("../../input/model/read-model.js");
  const model = await readModel(path, files);
  const { architecture } = model;
  const layer = pickLayer(architecture, asked, path);
  const weights = weightsOf(command, model, layer);
  const settings = settingsOfLayer(command, model, layer);
  const names = Object.keys(weights);
  const notice =
    `read ${names.join(", ")} of layer ${layer} of ${architecture.numLayers} from ${path} (${architecture.kind}); ` +
    `config.json sets ${settingsText(settings)}${whatXIs(command, architecture)}`;
  const withWeights = (problem: SourcedProblem): SourcedProblem => {
    const { readBatch } = problem;
    return {
      ...problem,
      matrices: { ...weights, ...problem.matrices },
      // An x that is drawn is as wide as the model.
      settings: {
        ...settings,
        ...(typed.random === true && { dModel: architecture.dModel }),
        ...problem.settings,
      },
      notices: [...problem.notices, notice],
      announced: [...problem.announced, notice],
      sliced: new Set([...problem.sliced, "layer" as const]),
      picked: mostOf([problem.picked, { layer: architecture.numLayers }]),
      locate: (subject) =>
        problem.locate(subject) ?? (names.includes(subject.name) ? { source: path } : undefined),
      ...(readBatch && { readBatch: (batch: number) => withWeights(readBatch(batch)) }),
    };
  };
  return withWeights(read);
}

function pickLayer({ numLayers }: Architecture, asked: number | undefined, path: string): number {
  if (asked === undefined && numLayers > 1) {
    const message = `it has ${numLayers} layers, and nothing says which one is worked.`;
    throw new UserError("MISSING_INPUT", message, {
      hint: `Give ${setting("layer")} 0 … ${numLayers - 1}.`,
      location: { source: path },
    });
  }
  const layer = asked ?? 0;
  if (layer < numLayers) return layer;
  throw new UserError("BAD_VALUE", `The model has no layer ${layer}.`, {
    hint:
      numLayers === 1
        ? `It has one: ${setting("layer")} 0.`
        : `Give ${setting("layer")} 0 … ${numLayers - 1}.`,
    location: { source: setting("layer") },
  });
}

/** The weights that the command has a use for: those of the feed-forward and the norms are none of `multihead`. */
function weightsOf({ inputs }: CommandSpec, { weights }: LoadedModel, layer: number) {
  const entries = Object.entries(weights.layers[layer]).filter(([name]) =>
    inputs.includes(name as InputName),
  );
  return Object.fromEntries(entries.map(([name, { matrix }]) => [name as LayerWeight, matrix]));
}

function settingsOfLayer(command: CommandSpec, { architecture, weights }: LoadedModel, layer: number) {
  const { heads, kvHeads, headSize, dModel } = architecture;
  const all = {
    heads,
    ...(kvHeads !== heads && { kvHeads }),
    ...(headSize * heads !== dModel && { headSize }),
    ...architecture.layer,
    ...architecture.layerSettings?.(layer),
  };
  const table = settingsOf(command);
  const { queryNorm, keyNorm } = weights.layers[layer];
  // Without norms around its heads, a command has a use for their ε only where the heads have some.
  const isIdle = (name: string) => name === "eps" && !("norm" in table) && !queryNorm && !keyNorm;
  return Object.fromEntries(Object.entries(all).filter(([name]) => name in table && !isIdle(name)));
}

/** A norm before the attention is none of its weights. */
function whatXIs({ settings }: CommandSpec, { layer: { norm } }: Architecture): string {
  const isBefore = !("norm" in settings) && (norm === "pre" || norm === "parallel");
  return isBefore ? "; x is what the norm before the attention leaves" : "";
}
