import { optionsOfSettings } from "../../attention/libraries/conventions.js";
import type { LayerWeight, LoadedModel } from "../../attention/model/architecture.js";
import { mostOf } from "../../input/among.js";
import { isText } from "../../input/open.js";
import type { Files, Part, SourcedProblem } from "../../input/read.js";
import { refuseIn } from "../../input/source.js";
import { setting } from "../../setting-names.js";
import { type CommandSpec, settingsOf } from "../command-spec.js";
import { refuse } from "../refuse.js";

/** Where the model among some sources stands, and what else there is. */
interface ModelAmongSources {
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
  // A file of weights may as well be one of matrices by name, of which the one layer is taken.
  const candidates = sources.filter(
    (source) =>
      source !== "-" &&
      !isText(source, files) &&
      (layer !== undefined || !/\.(?:safetensors|bin|pt|pth)$/i.test(source)),
  );
  if (candidates.length === 0) return undefined;
  const { isModel } = await import("../../input/model/model-files.js");
  const models: string[] = [];
  for (const source of candidates) if (await isModel(source, files)) models.push(source);
  const [path, ...more] = models;
  if (more.length > 0) {
    const message = `a layer is one of one model, but two are named: ${[path, ...more].join(", ")}.`;
    refuse(message, "Give one of them.");
  }
  return path === undefined ? undefined : { path, others: sources.filter((source) => source !== path) };
}

/** A layer as a command line asks for it, and the settings that are given beside it. */
interface AskedLayer {
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
  const { numLayers, dModel, kind, layer: ofLayers } = model.architecture;
  const layer = pickLayer(numLayers, asked, path);
  // Those of the feed-forward and the norms are none of `multihead`.
  const weights = Object.fromEntries(
    Object.entries(model.weights.layers[layer]).flatMap(([name, { matrix }]) =>
      command.inputs.some((input) => input === name) ? [[name as LayerWeight, matrix]] : [],
    ),
  );
  const settings = settingsOfLayer(command, model, layer);
  const names = Object.keys(weights);
  // A norm before the attention is none of its weights.
  const isNormed = !("norm" in command.settings) && (ofLayers.norm === "pre" || ofLayers.norm === "parallel");
  const notice =
    `read ${names.join(", ")} of layer ${layer} of ${numLayers} from ${path} (${kind}); config.json sets ` +
    `${optionsOfSettings(settings)}${isNormed ? "; x is what the norm before the attention leaves" : ""}`;
  // An x that is drawn is as wide as the model.
  const drawn = typed.random === true ? { dModel } : {};
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

function pickLayer(numLayers: number, asked: number | undefined, path: string): number {
  const layer = asked ?? 0;
  if (numLayers === 1 ? layer === 0 : asked !== undefined && layer < numLayers) return layer;
  const hint =
    numLayers === 1 ? `It has one: ${setting("layer")} 0.` : `Give ${setting("layer")} 0 … ${numLayers - 1}.`;
  return asked === undefined
    ? refuseIn(
        path,
        "MISSING_INPUT",
        `it has ${numLayers} layers, and nothing says which one is worked.`,
        hint,
      )
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
  // Without norms around its heads, a command has a use for their ε only where the heads have some.
  const isIdle = (name: string) => name === "eps" && !("norm" in table) && !queryNorm && !keyNorm;
  return Object.fromEntries(Object.entries(all).filter(([name]) => name in table && !isIdle(name)));
}
