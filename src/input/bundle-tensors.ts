import type { InputName } from "../attention/inputs.js";
import { setting } from "../errors.js";
import {
  type AttentionTensors,
  sortAttentionTensors,
  type UnusedTensor,
} from "../systems/checkpoints/attention-module.js";
import { recogniseTensors } from "../systems/checkpoints/libraries.js";
import type { BundleReading } from "./bundle-settings.js";
import { shellWord } from "./lone-matrix.js";
import { inputNamed } from "./names.js";
import { refuseIn } from "./source.js";
import type { ObjectValue } from "./value.js";

/** The keys of a bundle that libraries use as tensor names. */
interface TensorNames {
  /** The keys that are inputs. */
  readonly tensors: ReadonlyMap<string, InputName>;
  /** Other keys that a notice already mentions. */
  readonly mentioned: ReadonlySet<string>;
}

/**
 * Finds the inputs that have a library's tensor names, such as `in_proj_weight`. The library's storage of W becomes the
 * layout, unless another one is given. Throws MISSING_INPUT and BAD_VALUE for layers, and UNKNOWN_KEY for a tensor that
 * is not used but changes the attention.
 */
export function readTensorNames(object: ObjectValue, reading: BundleReading): TensorNames {
  const { parsed, gathered, rules } = reading;
  const tensors = new Map<string, InputName>();
  // Every tensor name contains one of these signs. So most bundles do not need the list of library names.
  const names = Array.from(object.entries.keys()).filter((key) => /[._]/.test(key) && !inputNamed(key));
  if (names.length === 0) return { tensors, mentioned: new Set() };
  const recognised = recogniseTensors(names, rules.accepts);
  const isPicked = pickLayer([...recognised.keys()], reading);
  const picked = new Map([...recognised].filter(([key]) => isPicked(key)));
  for (const [key, { checkpoint, input }] of picked) {
    const { name, layout, storage } = checkpoint;
    if (tensors.size === 0) gathered.notices.push(`${parsed.source.name} is read as ${name}: ${storage}`);
    gathered.layout = layout;
    tensors.set(key, input);
  }
  const sorted = sortAttentionTensors(names, picked, rules.accepts);
  for (const [key, input] of sorted.additional) tensors.set(key, input);
  const mentioned = tellModules(sorted, tensors, reading);
  tellRestOfLayer(
    names.filter((name) => !tensors.has(name) && !mentioned.has(name)),
    reading,
  );
  return { tensors, mentioned };
}

/**
 * Adds a notice about norms and feed-forward weights of the layer that are not used, if the command accepts such
 * weights.
 */
function tellRestOfLayer(names: readonly string[], { rules, gathered }: BundleReading): void {
  if (gathered.layers === undefined || !rules.accepts.includes("w1")) return;
  const ofLayer = names.filter((name) => layerOf(name) === rules.layer);
  if (ofLayer.length > 0)
    gathered.notices.push(
      `not used from layer ${rules.layer}, because no input has the name: ${ofLayer.join(", ")}`,
    );
}

/**
 * Adds notices about attention tensors that are used under another name, or not used. Throws UNKNOWN_KEY for unused
 * tensors that change the numbers.
 */
function tellModules(
  { additional, unused }: AttentionTensors,
  tensors: ReadonlyMap<string, InputName>,
  { parsed, rules, gathered }: BundleReading,
): ReadonlySet<string> {
  const isGiven = ({ input }: UnusedTensor) => input !== undefined && rules.matrices?.[input] !== undefined;
  const changing = unused.filter((tensor) => tensor.changesNumbers && !isGiven(tensor));
  if (changing.length > 0) {
    const of = new Map<string, string[]>();
    for (const { text, name } of changing.slice(0, MAX_NAMED)) of.set(text, [...(of.get(text) ?? []), name]);
    const named = Array.from(of, ([text, names]) => `${names.join(", ")} (${text})`).join(", ");
    const more = changing.length > MAX_NAMED ? ` and ${changing.length - MAX_NAMED} more` : "";
    const them = changing.length === 1 ? "it" : "them";
    refuseIn(
      parsed.source.name,
      "UNKNOWN_KEY",
      `qkv does not use ${named}${more}; with ${them} the attention would be different.`,
      hintWithout(changing, them, tensors, { parsed, rules, gathered }),
    );
  }
  for (const [name, input] of additional)
    gathered.notices.push(`${name} is taken as ${input}${NORM_TEXT[input] ?? ""}`);
  for (const { name, text, changesNumbers } of unused)
    if (!changesNumbers) gathered.notices.push(`${name} is not used: ${text}`);
  return new Set(unused.map(({ name }) => name));
}

const OF_HEADS = `: an RMS norm of each head, with the ε of ${setting("eps")} (1e-6 in Qwen3)`;

const NORM_TEXT: Readonly<Partial<Record<InputName, string>>> = { queryNorm: OF_HEADS, keyNorm: OF_HEADS };

/** The maximum number of names in a message. */
const MAX_NAMED = 4;

/** Returns a hint for computing the attention without some tensors. */
function hintWithout(
  unused: readonly UnusedTensor[],
  them: string,
  tensors: ReadonlyMap<string, InputName>,
  { parsed: { source }, rules: { layer }, gathered: { layout } }: BundleReading,
): string {
  const options = (entries: Iterable<readonly [string, InputName]>) =>
    Array.from(entries, ([name, input]) => `${setting(input)} ${shellWord(`${source.name}:${name}`)}`).join(
      " ",
    );
  const norms = unused.flatMap(({ name, input }) => (input ? [[name, input] as const] : []));
  const replaced = layer === undefined ? source.name : `${source.name} ${setting("layer")} ${layer}`;
  const without = [...tensors.values()].some((input) => PROJECTIONS.includes(input))
    ? `To compute without ${them}, replace ${replaced} by: ${options(tensors)} ${setting("layout")} ${layout}`
    : `Give the projected queries, keys and values: ${setting("query")} Q ${setting("key")} K ${setting("value")} V`;
  return [
    ...(norms.length > 0 ? [`If they are RMS norms of each head, add ${options(norms)}.`] : []),
    source.isBinary ? without : `To compute without ${them}, leave ${them} out.`,
  ].join(" ");
}

const PROJECTIONS: readonly InputName[] = ["wq", "wk", "wv", "wqkv"];

/** Returns the layer number in a tensor name: 2 in `h.2.attn.c_attn.weight`. */
function layerOf(tensor: string): number | undefined {
  const number = tensor.split(".").find((module) => /^\d+$/.test(module));
  return number === undefined ? undefined : Number(number);
}

/**
 * Returns a test for tensors of the chosen layer. Tensors without a number belong to every layer. Throws MISSING_INPUT
 * if there are several layers and none is chosen, and BAD_VALUE if the chosen one does not exist.
 */
function pickLayer(tensors: readonly string[], reading: BundleReading): (tensor: string) => boolean {
  const { layer } = reading.rules;
  const { name } = reading.parsed.source;
  const layers = [...new Set(tensors.flatMap((tensor) => layerOf(tensor) ?? []))].sort((a, b) => a - b);
  if (layers.length < (layer === undefined ? 2 : 1)) return () => true;
  const numbers = layers.length === 1 ? layers[0] : `${layers[0]} … ${layers.at(-1)}`;
  const hint = `Give ${setting("layer")} ${numbers}.`;
  if (layer === undefined)
    refuseIn(name, "MISSING_INPUT", `it has ${layers.length} layers, but no option chooses one.`, hint);
  if (!layers.includes(layer))
    refuseIn(setting("layer"), "BAD_VALUE", `${name} has no layer ${layer}.`, hint);
  reading.gathered.layers = layers.length;
  return (tensor) => (layerOf(tensor) ?? layer) === layer;
}
