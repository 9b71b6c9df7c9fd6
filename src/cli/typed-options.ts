import { INPUTS } from "../attention/inputs.js";
import type { AnySettingTable } from "../attention/setting.js";
import { type CommandOption, namesIn, optionsOfSetting, takesValue } from "./options.js";
import type { Meant } from "./typed-words.js";

// What options of other programs mean here. Names stand in small letters with dashes; those of Python are compared likewise.

/** Options that can mean one thing alone, by what they are read as. */
export const READ_AS: Readonly<Record<string, string>> = {
  "-o csv": "csv",
  "-o tsv": "tsv",
  "-o html": "html",
  "-o latex": "latex tex",
  "-o markdown": "markdown md",
  "-o jsonl": "jsonl",
  "--output": "out outfile out-file output-file save",
  "--query": "q queries",
  "--key": "k keys",
  "--value": "v values",
  "--bias": "attn-bias attention-bias",
  "--causal": "is-causal causal-mask use-causal-mask causal-attention",
  "--key-length": "valid-length valid-len",
  "--scale": "softmax-scale sm-scale attn-scale",
  "--softcap": "soft-cap logits-soft-cap logit-soft-cap logit-softcap attn-logit-softcapping softcapping",
  "--heads": "num-heads n-heads nheads n-head num-attention-heads num-query-heads",
  "--kv-heads": "num-kv-heads n-kv-heads num-key-value-heads",
  "--head-size": "head-dim d-head",
  "--d-model": "embed-dim embedding-dim dim n-embd hidden-size dmodel",
  "--d-ff": "dim-feedforward ffn-dim intermediate-size d-ffn",
  "--layers": "num-layers n-layers n-layer num-hidden-layers",
  "--vocabulary": "vocab-size vocab",
  "--length": "seq-len seqlen seq-length n-ctx",
  "--text": "prompt",
  "--generate": "max-new-tokens",
  "--base": "rope-theta rope-base theta",
  "--activation": "hidden-act activation-function",
  "--eps": "norm-eps layer-norm-eps rms-norm-eps",
  "--norm pre": "norm-first",
  "--temperature": "temp tau",
  "--add-zero-attention": "add-zero-attn",
  "--average-weights": "average-attn-weights",
  "--dtype float16": "fp16 half float16",
  "--dtype bfloat16": "bf16 bfloat16",
  "--dtype float32": "fp32 float32",
  "--atol": "abs-tol",
  "--rtol": "rel-tol",
  "--plot heatmap": "heatmap",
  "--plot none": "no-plot",
  "--ascii": "no-unicode",
  "--color": "colour",
  "--no-color": "no-colour",
  "--quiet": "silent",
};

/** An option that changes nothing here: alone, or with a value that is like this. */
interface Idle {
  readonly names: string;
  readonly because: string;
  readonly value?: RegExp;
}

const IDLE: readonly Idle[] = [
  { names: "enable-gqa", because: "keys and values may have fewer heads anyway (--kv-heads)" },
  { names: "batch-first", because: "--axes says how arrays with a batch lie" },
  {
    names: "need-weights output-attentions return-attention-scores",
    because: "weights are always worked out",
  },
  { names: "pretty", because: "JSON is set out on lines" },
  { names: "indent", because: "JSON is set out on lines", value: /^\d+$/ },
  { names: "axis dim", because: "the softmax is along rows", value: /^-?1$/ },
  {
    names: "dropout attn-dropout attention-dropout",
    because: "qkv works without dropout",
    value: /^0?\.?0*$/,
  },
];

/** Options that may mean one of ours, as the command line would say it. */
interface Likely {
  readonly names: string;
  /** What takes their place; `VALUE` stands for what is given with them. Nothing: they are left out, with their value. */
  readonly say: string | ((value: string) => string);
  /** The value as ours has it. */
  value?(given: string): string;
  /** What else it may have been, or why there is no such thing. */
  readonly or?: string;
  /** What the output goes to. */
  readonly pipe?: string;
  /** It stands alone. */
  readonly isFlag?: true;
}

const MASKED =
  "Where true means masked, as in torch's MultiheadAttention, add --mask-true drop; numbers that are added are --bias";

const LIKELY: readonly Likely[] = [
  {
    names: "round digits decimals places",
    say: "--precision VALUE",
    or: "To round at each step, as on paper, say --carry",
  },
  { names: "tolerance tol", say: "--atol VALUE" },
  {
    names: "fields select",
    say: (value) => (value.includes(",") ? "--steps VALUE -o jsonl" : "--only VALUE -o csv"),
  },
  { names: "raw raw-output", say: "-o csv", isFlag: true },
  { names: "answer answers solution expected reference verify", say: "--check VALUE" },
  { names: "weights", say: "--check VALUE", value: (given) => `weights=${given}` },
  { names: "attn-mask attention-mask", say: "--mask VALUE", or: MASKED },
  {
    names: "key-padding-mask",
    say: "--mask VALUE --mask-true drop",
    or: "Where true means that a key is there, leave --mask-true out",
  },
  {
    names: "window-size sliding-window",
    say: "--window VALUE",
    value: (given) => given.replaceAll(/[()[\]\s]/g, "").replaceAll("-1", ""),
    or: "W is that many keys with the query's own; A,B is A keys before it and B behind it",
  },
  {
    names: "dropout attn-dropout attention-dropout",
    say: "",
    or: "without the mask that was drawn (--dropout-mask FILE --dropout-p P) qkv works as in evaluation, without dropout",
  },
  { names: "axis dim", say: "", or: "The softmax is along rows; --transpose turns a matrix" },
  { names: "alibi-slopes", say: "--alibi", or: "qkv works out the slopes of the paper" },
  { names: "rope-scaling", say: "--scaling VALUE" },
  { names: "compact compact-output", say: "--json", pipe: "jq -c .", isFlag: true },
];

/** `is-causal` of `--is_causal=True` and `--isCausal`. */
export const plainName = (word: string) =>
  nameOf(word)
    .replace(/^--/, "")
    .replace(/(?<=[a-z])(?=[A-Z])/g, "-")
    .replaceAll("_", "-")
    .toLowerCase();

const nameOf = (word: string) => word.split("=", 1)[0];
const valueIn = (word: string) => (word.includes("=") ? [word.slice(word.indexOf("=") + 1)] : []);

const isIn = (names: string, name: string) => names.split(" ").includes(name);

/** The option of a command under one of its names. Most are called as their settings, and found at once. */
export function findOption(settings: AnySettingTable, name: string): CommandOption | undefined {
  const key = name.slice(2).replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const keys = Object.hasOwn(settings, key) ? [key] : Object.keys(settings);
  return keys
    .flatMap((one) => optionsOfSetting(one, settings[one]))
    .find(({ flags }) => namesIn(flags).includes(name));
}

/** What an option of another program is called here, whatever the command; undefined where nobody knows. */
export function meantOption(typed: string): readonly string[] | undefined {
  const name = plainName(typed);
  const words = Object.keys(READ_AS).find((ours) => isIn(READ_AS[ours], name));
  if (words !== undefined) return words.split(" ");
  const letters = name.replaceAll("-", "");
  const input = Object.entries(INPUTS).find(([, { aliases }]) =>
    aliases.some((alias) => alias.replaceAll("_", "") === letters),
  );
  return input && [`--${input[0].replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`];
}

/** Words with options of other programs as the command has them. */
export function withOwnOptions(typed: readonly string[], settings: AnySettingTable): Meant {
  const argv: string[] = [];
  const notes: string[] = [];
  const end = typed.includes("--") ? typed.indexOf("--") : typed.length;
  for (let at = 0; at < typed.length; at++) {
    const word = typed[at];
    const isKnown = at >= end || !/^--[a-z]/i.test(word) || findOption(settings, nameOf(word)) !== undefined;
    const said = isKnown ? undefined : (idle(typed, at) ?? readAs(word, settings));
    argv.push(...(said?.words ?? [word]));
    if (said) notes.push(said.note);
    at += said?.more ?? 0;
  }
  return { argv, notes };
}

/** What is said of an option in place of which nothing stands; `more`: the words behind it that belong to it. */
function idle(typed: readonly string[], at: number) {
  const word = typed[at];
  const values = valuesOf(typed, at);
  const found = IDLE.find(
    ({ names, value }) =>
      isIn(names, plainName(word)) && (value === undefined || value.test(values.values[0] ?? "")),
  );
  if (!found) return undefined;
  const note = `${nameOf(word)} changes nothing here: ${found.because}`;
  return { words: [], note, more: found.value ? values.more : 0 };
}

/** What stands for an option that the command does not have, where there is one answer. */
function readAs(word: string, settings: AnySettingTable) {
  const name = nameOf(word);
  const spelled = `--${plainName(word)}`;
  const ours = findOption(settings, spelled) ? [spelled] : meantOption(word);
  const option = ours && findOption(settings, ours[0]);
  if (!ours || !option) return undefined;
  const [value = ""] = valueIn(word);
  const isFlag = !takesValue(option) || ours.length > 1;
  if (isFlag && /^(?:false|0|no)$/i.test(value)) {
    return { words: [], note: `${word} changes nothing here: ${ours[0]} is off unless it is given`, more: 0 };
  }
  // Python writes is_causal=True.
  const values = isFlag && /^(?:true|1|yes)$/i.test(value) ? [] : valueIn(word);
  return { words: [...ours, ...values], note: `${name} is read as ${ours.join(" ")}`, more: 0 };
}

/** The value of an option: behind its `=`, else the word that follows; `more`: how many words that takes. */
function valuesOf(typed: readonly string[], at: number) {
  const attached = valueIn(typed[at]);
  const next = typed.slice(at + 1, at + 2).filter((word) => !/^-(?!\d)/.test(word));
  return attached.length > 0 ? { values: attached, more: 0 } : { values: next, more: next.length };
}

/** The command line with what an unknown option may have been meant for; undefined where nobody knows, or the command has no such option. */
export function corrected(typed: readonly string[], unknown: string, settings: AnySettingTable) {
  const likely = LIKELY.find(({ names }) => isIn(names, plainName(unknown)));
  if (!likely) return undefined;
  const { say, value: reshape = String, or, pipe, isFlag } = likely;
  const at = typed.indexOf(unknown);
  const { values, more } = isFlag ? { values: [], more: 0 } : valuesOf(typed, at);
  const ours = (typeof say === "string" ? say : say(values[0] ?? "")).split(" ").filter(Boolean);
  if (ours.length > 0 && !findOption(settings, ours[0])) return undefined;
  // Of two formats that are named one is too many.
  const kept = ours.includes("-o") ? withoutFormat : (words: readonly string[]) => words;
  const before = kept(typed.slice(0, at));
  const behind = kept(typed.slice(at + 1 + more));
  const isThere = ours.length === 1 && typed.includes(ours[0]);
  const instead = isThere ? [] : ours.flatMap((word) => (word === "VALUE" ? values.map(reshape) : [word]));
  return { words: [...before, ...instead, ...behind], or, pipe };
}

/** Words without what names a format. */
const withoutFormat = (words: readonly string[]) =>
  words.filter(
    (word, at) =>
      !/^(?:--json|--format(?:=.*)?|-o.*)$/.test(word) && !/^(?:--format|-o)$/.test(words[at - 1] ?? ""),
  );
