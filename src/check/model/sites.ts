import type { Architecture } from "../../attention/model/architecture.js";
import { hasRole } from "../../attention/steps.js";
import { once } from "../../math/remember.js";
import { findStep, type Trace } from "../../trace/trace.js";

/** The place in a run that an array of a dump belongs to. */
export type Site =
  | {
      readonly kind: "step";
      readonly key: string;
      readonly measure?: "deviation";
      /** The number of heads that the columns are cut into: n×H×d. */
      readonly heads?: number;
    }
  /** One matrix per head: H×n×m, or n×H×d if the rows come first. */
  | { readonly kind: "heads"; readonly keys: readonly string[]; readonly rowsFirst?: true }
  /** Several steps side by side, as a packed projection stores them. */
  | { readonly kind: "columns"; readonly keys: readonly string[] }
  /** One site per layer, along the first axis. */
  | { readonly kind: "stack"; readonly sites: readonly Site[] }
  /** Implementations use the same name for different steps. The one that fits is meant. */
  | { readonly kind: "either"; readonly sites: readonly Site[] };

/** What a name is resolved in: a run or one of its stacks, with its numbers of layers and heads. */
export interface SiteContext {
  readonly trace: Trace;
  /** The prefix of the keys of its steps: "", "encoder/" or "decoder/". */
  readonly within: "" | "encoder/" | "decoder/";
  readonly numLayers: number;
  readonly heads: number;
  readonly kvHeads: number;
}

/** Returns the site of a name that contains this number, usually of a layer. */
type Rule = (context: SiteContext, index: number) => Site | undefined;

const step = (key: string) => ({ kind: "step", key }) as const;

/**
 * Takes the first of these steps that the run has. # stands for the number of the layer. Not every run has each step.
 */
const stepAt =
  (keys: string, measure?: "deviation"): Rule =>
  ({ trace, within }, layer) => {
    const named = keys.split("|").map((key) => within + key.replace("#", String(layer)));
    const key = named.find((one) => findStep(trace, one));
    return key === undefined ? undefined : { ...step(key), ...(measure && { measure }) };
  };

/** The numbers that the rows of a norm were divided by. */
const deviation = (norm: string) => stepAt(`${norm}/variance|${norm}/mean-square`, "deviation");

/**
 * Takes one step of each head of a layer: the first of these ids that the run has. For keys and values (`isShared`) it
 * takes one head per group, because its heads share them.
 */
const ofHeads =
  (ids: string, { isShared = false, rowsFirst = false, kind = "head" } = {}): Rule =>
  ({ trace, heads, kvHeads, within }, layer) => {
    const keyOf = (head: number, id: string) => `${within}layer ${layer}/${kind} ${head}/${id}`;
    const id = ids.split(" ").find((one) => findStep(trace, keyOf(0, one)));
    if (id === undefined) return undefined;
    const count = isShared ? kvHeads : heads;
    const keys = Array.from({ length: count }, (_, own) => keyOf((own * heads) / count, id));
    return { kind: "heads", keys, ...(rowsFirst && { rowsFirst }) };
  };

/** Takes a step whose columns contain those of all heads. */
const inHeads =
  (id: string, count: "heads" | "kvHeads"): Rule =>
  (context, layer) => ({ ...step(`${context.within}layer ${layer}/${id}`), heads: context[count] });

const either =
  (...rules: readonly Rule[]): Rule =>
  (context, index) => ({ kind: "either", sites: rules.flatMap((rule) => rule(context, index) ?? []) });

/** Applies a rule to each layer, along the first axis. There is one hidden state more than there are layers. */
const stacked =
  (rule: Rule, more = 0): Rule =>
  (context) => ({
    kind: "stack",
    sites: Array.from({ length: context.numLayers + more }, (_, index) => rule(context, index) ?? step("")),
  });

/** The residual stream: before the first layer for index 0, else after layer index − 1. */
const residual: Rule = (context, index) =>
  stepAt(index === 0 ? "embedding" : "layer #/residual")(context, index - 1);

const lastState: Rule = (context) => stepAt("final-norm|layer #/residual")(context, context.numLayers - 1);

/**
 * The input of layer `index`. For index = number of layers: the output of the last one, after the final norm if the
 * model has one.
 */
const hiddenState: Rule = (context, index) =>
  (index === context.numLayers ? lastState : residual)(context, index);

const ofWeights = ofHeads("weights");
const ofCrossWeights = ofHeads("weights", { kind: "cross-head" });

/**
 * The names that implementations use for the parts of a model (outputs of Hugging Face, hooks of TransformerLens), with
 * # for a number. Names of the run's own steps are not listed.
 */
const RULES: readonly (readonly [names: string, site: Rule])[] = [
  ["hidden_states#", hiddenState],
  ["hidden_states", stacked(hiddenState, 1)],
  ["residual", stacked(residual, 1)],
  ["last_hidden_state", lastState],
  ["attentions# attn_weights# attention_probs# weights#", ofWeights],
  ["attentions attn_weights attention_probs weights", stacked(ofWeights)],
  ["logits lm_logits prediction_logits unembed", () => step("logits")],
  ["probs probabilities", () => step("probabilities")],
  ["cross_attentions#", ofCrossWeights],
  ["cross_attentions", stacked(ofCrossWeights)],
  ["hook_embed", stepAt("token-embedding")],
  ["hook_pos_embed", stepAt("position-embedding")],
  ["hook_token_type_embed", stepAt("segment-embedding")],
  ["blocks.#.hook_resid_pre", stepAt("layer #/input")],
  ["blocks.#.hook_resid_mid", stepAt("layer #/residual-1")],
  ["blocks.#.hook_resid_post", stepAt("layer #/residual")],
  ["blocks.#.hook_attn_out", stepAt("layer #/attention-output")],
  ["blocks.#.hook_mlp_out", stepAt("layer #/feed-forward-2")],
  ["blocks.#.ln1.hook_scale", deviation("layer #/norm-1")],
  ["blocks.#.ln2.hook_scale", deviation("layer #/norm-2")],
  // If the norm's weight and bias were folded into the next weights, this is the row before them.
  ["blocks.#.ln1.hook_normalized", either(stepAt("layer #/norm-1"), stepAt("layer #/norm-1/normalised"))],
  ["blocks.#.ln2.hook_normalized", either(stepAt("layer #/norm-2"), stepAt("layer #/norm-2/normalised"))],
  ["ln_final.hook_scale", deviation("final-norm")],
  ["ln_final.hook_normalized", either(stepAt("final-norm"), stepAt("final-norm/normalised"))],
  ["blocks.#.attn.hook_q", inHeads("q", "heads")],
  ["blocks.#.attn.hook_k", inHeads("k", "kvHeads")],
  ["blocks.#.attn.hook_v", inHeads("v", "kvHeads")],
  ["blocks.#.attn.hook_rot_q", ofHeads("q-rotated", { rowsFirst: true })],
  ["blocks.#.attn.hook_rot_k", ofHeads("k-rotated", { isShared: true, rowsFirst: true })],
  ["blocks.#.attn.hook_z", inHeads("concat", "heads")],
  [
    "blocks.#.attn.hook_attn_scores",
    ofHeads("masked-scores biased-scores capped-scores scaled-scores scores"),
  ],
  ["blocks.#.attn.hook_pattern", ofWeights],
  ["blocks.#.mlp.hook_pre", stepAt("layer #/feed-forward-1")],
  ["blocks.#.mlp.hook_pre_linear", stepAt("layer #/gate")],
  ["blocks.#.mlp.hook_post", stepAt("layer #/gated|layer #/activation")],
];

/** `hidden_states#` matches `hidden_states.0`, `hidden_states_0` and `hidden_states[0]`. */
const patterns = once(() =>
  RULES.flatMap(([names, site]) =>
    names.split(" ").map((name) => {
      const text = name.replaceAll(".", "\\.").replace("#", "[._[]?(\\d+)\\]?");
      return { pattern: new RegExp(`^${text}$`, "i"), site };
    }),
  ),
);

/** Lists the stacks of a model. Names without a stack mean the last one. */
export function contextsOf(trace: Trace, { encoder, ...last }: Architecture): readonly SiteContext[] {
  const contextOf = (
    { numLayers, heads, kvHeads }: Omit<Architecture, "encoder">,
    within: SiteContext["within"],
  ) => ({ trace, within, numLayers, heads, kvHeads });
  return encoder ? [contextOf(encoder, "encoder/"), contextOf(last, "decoder/")] : [contextOf(last, "")];
}

/**
 * Finds the place of a dumped array in a run. Returns undefined for an unknown name. In an encoder-decoder, names begin
 * with the stack (`encoder_hidden_states.0`, `decoder.attentions.1`); names without a stack belong to the decoder.
 */
export function findSite(name: string, contexts: readonly SiteContext[]): Site | undefined {
  const [{ trace }] = contexts;
  if (findStep(trace, name) || trace.inputs.some((input) => input.name === name)) return step(name);
  const [, stack, rest] = /^(encoder|decoder)[._/](.+)$/i.exec(name) ?? [];
  const named = contexts.find(({ within }) => within === `${stack?.toLowerCase()}/`);
  const context = named ?? contexts.at(-1);
  return (context && siteByRule(named ? rest : name, context)) ?? siteOfModule(name, trace);
}

function siteByRule(name: string, context: SiteContext): Site | undefined {
  const key = context.within + name;
  if (findStep(context.trace, key)) return step(key);
  for (const { pattern, site } of patterns()) {
    const found = pattern.exec(name);
    if (found) return ifInRun(site(context, Number(found[1] ?? 0)), context);
  }
  return undefined;
}

/** Returns a site if all its steps are in the run. Of several sites that may be meant, keeps those. */
function ifInRun(site: Site | undefined, context: SiteContext): Site | undefined {
  if (!site) return undefined;
  const inRun = "sites" in site ? site.sites.filter((one) => ifInRun(one, context)) : [];
  if (site.kind === "either") return inRun.length > 0 ? { kind: "either", sites: inRun } : undefined;
  if (site.kind === "stack") return inRun.length === site.sites.length ? site : undefined;
  const keys = site.kind === "step" ? [site.key] : site.keys;
  return keys.every((key) => findStep(context.trace, key)) ? site : undefined;
}

/**
 * Finds the output of a module, by the name that its weight has in the file of the model: the module
 * `transformer.h.0.mlp.c_fc` has the weight `transformer.h.0.mlp.c_fc.weight`, and its output is the step that uses
 * this weight.
 */
function siteOfModule(name: string, trace: Trace): Site | undefined {
  const plain = (text: string) => text.replace(/^(?:transformer|model|bert|roberta|net)\./, "");
  const input = trace.inputs.find((one) => plain(one.name) === `${plain(name)}.weight`);
  const made = input && trace.steps.filter(({ inputs }) => inputs.includes(input.name));
  if (!made || made.length === 0) return undefined;
  const isPacked = made.every((one) => one.op.name === "slice");
  if (!isPacked) return step(made[0].key);
  const keys = made.flatMap(({ key }) => {
    const projection = trace.steps.find(
      (one) =>
        one.inputs[1] === key && hasRole(one, "query-projection", "key-projection", "value-projection"),
    );
    return projection ? [projection.key] : [];
  });
  return keys.length > 0 ? { kind: "columns", keys } : undefined;
}
