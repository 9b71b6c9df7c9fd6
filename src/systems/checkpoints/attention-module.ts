import { INPUT_NAMES, type InputName } from "../../attention/inputs.js";
import { remember } from "../../math/remember.js";
import { type Checkpoint, endsWith, type RecognisedTensor, recogniseTensors } from "./libraries.js";
import { type Meaning, meaningOf } from "./meanings.js";

// Sorts the tensors of an attention module that a library's names do not cover. Each is used, or explained to the user.

/** A tensor of an attention module that is not used, and what it is. */
export interface UnusedTensor extends Meaning {
  readonly name: string;
  /** The input that it may be, if the user says so. */
  readonly input?: InputName;
}

/** What the other tensors of an attention module are, in addition to those recognised by their names. */
export interface AttentionTensors {
  /** W^O under other names, and norms of queries and keys. */
  readonly additional: ReadonlyMap<string, InputName>;
  readonly unused: readonly UnusedTensor[];
}

/** The tensors that belong to one attention. */
interface Module {
  /** The prefix of the names of its projections: "h.0.attn." */
  readonly parent: string;
  /**
   * The prefix of the names of all its tensors: "layer.0.attention." for BERT, whose projections are in the submodule
   * "self".
   */
  readonly region: string;
  readonly inputs: ReadonlySet<InputName>;
}

/**
 * Sorts the tensors of the attention modules in which some tensors were recognised. `names` are all names in the file,
 * `recognised` the tensors of the chosen layer, `accepts` the inputs of the command.
 */
export function sortAttentionTensors(
  names: readonly string[],
  recognised: ReadonlyMap<string, RecognisedTensor>,
  accepts: readonly InputName[],
): AttentionTensors {
  const modules = modulesOf(recognised);
  const all = new Set(names);
  const candidates = modules.flatMap((module) => [...outputsOf(module), ...normsOf(module, all)]);
  const additional = new Map(candidates.filter(([name, input]) => accepts.includes(input) && all.has(name)));
  const isUsed = (name: string) => recognised.has(name) || additional.has(name);
  const unused = names.flatMap((name) => {
    const module = isUsed(name) ? undefined : modules.find((one) => name.startsWith(one.region));
    return module ? (unusedIn(module, name, all) ?? []) : [];
  });
  return { additional, unused };
}

function modulesOf(recognised: ReadonlyMap<string, RecognisedTensor>) {
  const modules = new Map<string, Module & { readonly inputs: Set<InputName> }>();
  for (const [name, { checkpoint, input }] of recognised) {
    const ending = endingOf(name, checkpoint);
    const parent = name.slice(0, name.length - ending.length);
    const region = regionOf(ending.startsWith("attention.") ? `${parent}attention.` : parent);
    remember(modules, parent, () => ({ parent, region, inputs: new Set() })).inputs.add(input);
  }
  return [...modules.values()];
}

const endingOf = (name: string, { tensors }: Checkpoint) =>
  Object.values(tensors).find((ending) => endsWith(name, ending)) ?? "";

/**
 * Returns the path up to the innermost module whose name contains "attention" or "attn"; the whole path if there is
 * none.
 */
const regionOf = (parent: string) => /^(?:.*\.)?[^.]*att(?:n|ention)[^.]*\./i.exec(parent)?.[0] ?? parent;

/** Names of W^O and b^O in different libraries. They are tried if no W^O is known yet. */
const OUTPUTS = ["o_proj", "out_proj", "c_proj", "dense", "proj", "wo"];

const PROJECTIONS: readonly InputName[] = ["wq", "wk", "wv", "wqkv"];

type Candidate = readonly [name: string, input: InputName];

function outputsOf({ parent, inputs }: Module) {
  if (inputs.has("wo") || !PROJECTIONS.some((input) => inputs.has(input))) return [];
  return OUTPUTS.flatMap((name): readonly Candidate[] => [
    [`${parent}${name}.weight`, "wo"],
    [`${parent}${name}.bias`, "bo"],
  ]);
}

const HEAD_NORMS = { q_norm: "queryNorm", k_norm: "keyNorm" } as const;

/** The kind of norms of queries and keys, which the other tensors of the layer reveal. */
type HeadNorms = "rms" | "rms less 1" | "of all heads" | "unknown";

/**
 * Returns the kind of norms. Qwen3: RMS norms of each head, and its layers have two norms. Gemma: layers have four
 * norms, and the weights are stored minus 1. OLMo 2: the layer norms come after attention and feed-forward, and its
 * norms of queries and keys cover all heads together.
 */
function headNormsOf({ region }: Module, names: ReadonlySet<string>) {
  const layer = region.replace(/[^.]+\.$/, "");
  const has = (name: string) => names.has(`${layer}${name}.weight`);
  if (has("pre_feedforward_layernorm")) return "rms less 1";
  if (has("post_feedforward_layernorm")) return "of all heads";
  return has("input_layernorm") && has("post_attention_layernorm") ? "rms" : "unknown";
}

function normsOf(module: Module, names: ReadonlySet<string>) {
  const { parent } = module;
  const norms = Object.entries(HEAD_NORMS).map(([name, input]) => [`${parent}${name}.`, input] as const);
  const isRms = norms.every(([name]) => names.has(`${name}weight`) && !names.has(`${name}bias`));
  return isRms && headNormsOf(module, names) === "rms"
    ? norms.map(([name, input]) => [`${name}weight`, input] as const)
    : [];
}

/** Returns what an unused tensor of a module is. Returns undefined if it may not belong to the attention at all. */
function unusedIn(module: Module, name: string, names: ReadonlySet<string>) {
  const nameInModule = name.slice(module.region.length);
  // If the file's tensors are not inside a module, tensors of anything may be next to them.
  if (module.region === "" && !OF_ATTENTION.test(nameInModule)) return undefined;
  const isOfOther = outputsOf(module).some(([output]) => output === name);
  if (isOfOther || recogniseTensors([name], INPUT_NAMES).size > 0)
    return { name, text: "not an input of this command", changesNumbers: false };
  const [, norm] = /^(q_norm|k_norm)\.weight$/.exec(nameInModule) ?? [];
  if (!isHeadNorm(norm)) return { name, ...meaningOf(nameInModule) };
  const kind = headNormsOf(module, names);
  const text = `a norm of ${norm === "q_norm" ? "queries" : "keys"}${NORM_KINDS[kind] ?? ""}`;
  const isOpen = kind === "rms" || kind === "unknown";
  return { name, text, changesNumbers: true, ...(isOpen && { input: HEAD_NORMS[norm] }) };
}

const NORM_KINDS: Readonly<Partial<Record<HeadNorms, string>>> = {
  "rms less 1": " whose weights are stored less 1",
  "of all heads": " of all heads together",
};

const isHeadNorm = (name: string | undefined): name is keyof typeof HEAD_NORMS =>
  name !== undefined && Object.hasOwn(HEAD_NORMS, name);

/** Names that only attention modules use. */
const OF_ATTENTION = /^(?:[qk]_?(?:layer)?norm|sinks?|relative\w*|rel_pos\w*|alibi\w*)(?:\.|$)/i;
