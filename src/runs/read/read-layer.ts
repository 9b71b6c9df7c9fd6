import type { LayerWeight, LoadedModel } from "../../attention/model/architecture.js";
import { refuse, setting } from "../../errors.js";
import { isText } from "../../input/open.js";
import { mostOf } from "../../input/picked-from.js";
import type { Files, Part, SourcedProblem } from "../../input/read.js";
import { refuseIn } from "../../input/source.js";
import { type CommandSpec, settingsOf, type Values } from "../command-spec.js";
import { optionsOfSettings } from "../libraries/registry.js";

/** Whether a command uses the weights of a layer, which a model can provide. */
export const takesLayer = ({ source, inputs, settings }: CommandSpec) =>
  source !== "model" && inputs.includes("wqkv") && "heads" in settings;

/**
 * Returns the source that is a model: a folder with config.json, or, if a layer is asked for, a file of weights beside
 * a config.json. Returns undefined if there is none. Throws USAGE for several.
 */
export async function findModel(sources: readonly string[], layer: number | undefined, files: Files) {
  // Without --layer, a file of weights may also be a file of named matrices, so it is not taken as a model.
  const candidates = sources.filter(
    (source) =>
      source !== "-" &&
      !isText(source, files) &&
      (layer !== undefined || !/\.(?:safetensors|bin|pt|pth)$/i.test(source)),
  );
  if (candidates.length === 0) return undefined;
  const { isModel } = await import("../../input/model/model-files.js");
  const [path, ...more] = candidates.filter((source) => isModel(source, files));
  if (more.length > 0) {
    refuse(
      `a layer belongs to one model, but two are named: ${[path, ...more].join(", ")}.`,
      "Give one of them.",
    );
  }
  return path === undefined ? undefined : { path, others: sources.filter((source) => source !== path) };
}

/**
 * Adds to a problem the weights of one layer of a model, and the heads, positions, mask and layout of its config.json.
 * Matrices and settings that were given replace them. Throws the errors of reading a model, MISSING_INPUT if no layer
 * is named, and BAD_VALUE for a layer that does not exist.
 */
export async function readLayer(
  command: CommandSpec,
  read: SourcedProblem,
  path: string,
  { layer: asked, random }: Values,
  files: Files,
): Promise<SourcedProblem> {
  const { readModel } = await import("../../input/model/read-model.js");
  const model = await readModel(path, files);
  const { numLayers, dModel, kind, layer: ofLayers } = model.architecture;
  const layer = pickLayer(numLayers, asked as number | undefined, path);
  // `multihead` has no inputs for the feed-forward and the norms.
  const weights = Object.fromEntries(
    Object.entries(model.weights.layers[layer]).flatMap(([name, { matrix }]) =>
      command.inputs.some((input) => input === name) ? [[name as LayerWeight, matrix]] : [],
    ),
  );
  const settings = settingsOfLayer(command, model, layer);
  const names = Object.keys(weights);
  // A norm before the attention does not belong to its weights, so x must already be normed.
  const isNormed = !("norm" in command.settings) && (ofLayers.norm === "pre" || ofLayers.norm === "parallel");
  const notice =
    `read ${names.join(", ")} of layer ${layer} of ${numLayers} from ${path} (${kind}); config.json sets ` +
    `${optionsOfSettings(settings)}${isNormed ? "; x is the output of the norm before the attention" : ""}`;
  // A drawn x gets the width of the model.
  const drawn = random === true ? { dModel } : {};
  const withWeights = (problem: SourcedProblem): SourcedProblem => {
    const { matrices, notices, announced, sliced, picked, locate, readPart } = problem;
    return {
      ...problem,
      matrices: { ...weights, ...matrices },
      settings: { ...settings, ...drawn, ...problem.settings },
      notices: [...notices, notice],
      announced: [...announced, notice],
      sliced: new Set([...sliced, "layer" as const]),
      picked: mostOf([picked, { layer: numLayers }]),
      locate: (subject) => locate(subject) ?? (names.includes(subject.name) ? { source: path } : undefined),
      ...(readPart && { readPart: (part: Part) => withWeights(readPart(part)) }),
    };
  };
  return withWeights(read);
}

function pickLayer(numLayers: number, asked: number | undefined, path: string) {
  const layer = asked ?? 0;
  if (numLayers === 1 ? layer === 0 : asked !== undefined && layer < numLayers) return layer;
  const hint =
    numLayers === 1 ? `It has one: ${setting("layer")} 0.` : `Give ${setting("layer")} 0 … ${numLayers - 1}.`;
  return asked === undefined
    ? refuseIn(path, "MISSING_INPUT", `it has ${numLayers} layers, but no option chooses one.`, hint)
    : refuseIn(setting("layer"), "BAD_VALUE", `The model has no layer ${layer}.`, hint);
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
  // A command without norms around its heads needs ε only if queries or keys are normed.
  const isIdle = (name: string) => name === "eps" && !("norm" in table) && !queryNorm && !keyNorm;
  return Object.fromEntries(Object.entries(all).filter(([name]) => name in table && !isIdle(name)));
}
