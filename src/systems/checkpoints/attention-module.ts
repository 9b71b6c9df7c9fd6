import { INPUTS, type InputName } from "../../attention/inputs.js";
import { type Checkpoint, endsWith, type RecognisedTensor, recogniseTensors } from "./libraries.js";
import { type Meaning, meaningOf } from "./meanings.js";

// The module of an attention has more tensors than those that one library's names account for. Each is used, or told what it is.

/** A tensor of an attention module that is not used, and what it is. */
export interface UnusedTensor extends Meaning {
  readonly name: string;
  /** The input that it may be, if someone says so. */
  readonly input?: InputName;
}

/** What is made of the tensors beside those that were recognised by their names. */
export interface AttentionTensors {
  /** W^O by other names, and norms of queries and keys. */
  readonly also: ReadonlyMap<string, InputName>;
  readonly unused: readonly UnusedTensor[];
}

/** The tensors that belong to one attention. */
interface Module {
  /** What stands before the names of its projections: "h.0.attn." */
  readonly parent: string;
  /** What stands before the names of all its tensors: "layer.0.attention." of BERT, whose projections stand in its part "self". */
  readonly region: string;
  readonly inputs: ReadonlySet<InputName>;
}

/**
 * Sorts the tensors of the attentions in which some were recognised. `names` are those of the whole file, `recognised` those of the layer
 * that is meant, `accepts` the inputs of the command.
 */
export function sortAttentionTensors(
  names: readonly string[],
  recognised: ReadonlyMap<string, RecognisedTensor>,
  accepts: readonly InputName[],
): AttentionTensors {
  const modules = modulesOf(recognised);
  const all = new Set(names);
  const candidates = modules.flatMap((module) => [...outputsOf(module), ...normsOf(module, all)]);
  const also = new Map(candidates.filter(([name, input]) => accepts.includes(input) && all.has(name)));
  const isUsed = (name: string) => recognised.has(name) || also.has(name);
  const unused = names.flatMap((name) => {
    const module = isUsed(name) ? undefined : modules.find((one) => name.startsWith(one.region));
    return module ? (unusedIn(module, name, all) ?? []) : [];
  });
  return { also, unused };
}

function modulesOf(recognised: ReadonlyMap<string, RecognisedTensor>): readonly Module[] {
  const modules = new Map<string, { readonly region: string; readonly inputs: Set<InputName> }>();
  for (const [name, { checkpoint, input }] of recognised) {
    const ending = endingOf(name, checkpoint);
    const parent = name.slice(0, name.length - ending.length);
    const region = regionOf(ending.startsWith("attention.") ? `${parent}attention.` : parent);
    const known = modules.get(parent) ?? { region, inputs: new Set() };
    known.inputs.add(input);
    modules.set(parent, known);
  }
  return [...modules].map(([parent, { region, inputs }]) => ({ parent, region, inputs }));
}

const endingOf = (name: string, { tensors }: Checkpoint): string =>
  Object.values(tensors).find((ending) => endsWith(name, ending)) ?? "";

/** The path as far as the innermost module that is called an attention; the whole of it where none is. */
const regionOf = (parent: string): string =>
  /^(?:.*\.)?[^.]*att(?:n|ention)[^.]*\./i.exec(parent)?.[0] ?? parent;

/** W^O and b^O as libraries call them, where none is known yet. */
const OUTPUTS = ["o_proj", "out_proj", "c_proj", "dense", "proj", "wo"];

const PROJECTIONS: readonly InputName[] = ["wq", "wk", "wv", "wqkv"];

type Candidate = readonly [name: string, input: InputName];

function outputsOf({ parent, inputs }: Module): readonly Candidate[] {
  if (inputs.has("wo") || !PROJECTIONS.some((input) => inputs.has(input))) return [];
  return OUTPUTS.flatMap((name): readonly Candidate[] => [
    [`${parent}${name}.weight`, "wo"],
    [`${parent}${name}.bias`, "bo"],
  ]);
}

const HEAD_NORMS = { q_norm: "queryNorm", k_norm: "keyNorm" } as const;

/** Norms of queries and keys by what the layer around them tells of them. */
type HeadNorms = "rms" | "rms less 1" | "of all heads" | "unknown";

/**
 * Of Qwen3 they are RMS norms of each head; its layers have two norms of their own. Gemma's have four, and store these weights less 1;
 * OLMo 2's stand behind the parts, and its norms of queries and keys are of all heads together.
 */
function headNormsOf({ region }: Module, names: ReadonlySet<string>): HeadNorms {
  const layer = region.replace(/[^.]+\.$/, "");
  const has = (name: string) => names.has(`${layer}${name}.weight`);
  if (has("pre_feedforward_layernorm")) return "rms less 1";
  if (has("post_feedforward_layernorm")) return "of all heads";
  return has("input_layernorm") && has("post_attention_layernorm") ? "rms" : "unknown";
}

function normsOf(module: Module, names: ReadonlySet<string>): readonly Candidate[] {
  const { parent } = module;
  const own = Object.entries(HEAD_NORMS).map(([name, input]) => [`${parent}${name}.`, input] as const);
  const isRms = own.every(([name]) => names.has(`${name}weight`) && !names.has(`${name}bias`));
  return isRms && headNormsOf(module, names) === "rms"
    ? own.map(([name, input]) => [`${name}weight`, input] as const)
    : [];
}

const ALL_INPUTS = Object.keys(INPUTS) as readonly InputName[];

/** What a tensor of a module is that is not used; undefined where it may as well be none of it. */
function unusedIn(module: Module, name: string, names: ReadonlySet<string>): UnusedTensor | undefined {
  const own = name.slice(module.region.length);
  // Beside tensors without a module anything may stand.
  if (module.region === "" && !OF_ATTENTION.test(own)) return undefined;
  const isOfOther = outputsOf(module).some(([output]) => output === name);
  if (isOfOther || recogniseTensors([name], ALL_INPUTS).size > 0)
    return { name, text: "no input of this command", changesNumbers: false };
  const [, norm] = /^(q_norm|k_norm)\.weight$/.exec(own) ?? [];
  if (!isHeadNorm(norm)) return { name, ...meaningOf(own) };
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

/** Names that nothing but an attention has. */
const OF_ATTENTION = /^(?:[qk]_?(?:layer)?norm|sinks?|relative\w*|rel_pos\w*|alibi\w*)(?:\.|$)/i;
