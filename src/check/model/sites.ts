import type { Architecture } from "../../attention/model/architecture.js";
import { hasRole } from "../../attention/steps.js";
import { findStep, type Trace } from "../../trace/trace.js";

/** Where the numbers of an array of a dump stand in a run. */
export type Site =
  | {
      readonly kind: "step";
      readonly key: string;
      readonly measure?: "deviation";
      /** Of columns that are cut into so many heads: n×H×d. */
      readonly heads?: number;
    }
  /** One matrix a head: H×n×m, or n×H×d where the rows come first. */
  | { readonly kind: "heads"; readonly keys: readonly string[]; readonly rowsFirst?: true }
  /** Several steps side by side, as a packed projection gives them. */
  | { readonly kind: "columns"; readonly keys: readonly string[] }
  /** One a layer, below each other on a first axis. */
  | { readonly kind: "stack"; readonly sites: readonly Site[] }
  /** Implementations differ in which of these they call so; that one is meant which fits. */
  | { readonly kind: "either"; readonly sites: readonly Site[] };

/** What names are understood by: a run or a stack of it, and how many layers and heads there are. */
export interface SiteContext {
  readonly trace: Trace;
  /** What stands before the keys of its steps: "", "encoder/" or "decoder/". */
  readonly within: "" | "encoder/" | "decoder/";
  readonly numLayers: number;
  readonly heads: number;
  readonly kvHeads: number;
}

type Rule = readonly [pattern: RegExp, site: (context: SiteContext, index: number) => Site | undefined];

const step = (key: string): Site => ({ kind: "step", key });
const inStack =
  (id: string) =>
  ({ within }: SiteContext) =>
    step(within + id);
const inLayer =
  (id: string) =>
  ({ within }: SiteContext, layer: number) =>
    step(`${within}layer ${layer}/${id}`);

/** One step of each head of a layer; of keys and values one of each group, since its heads share them. */
function ofHeads(id: string, { isShared = false, rowsFirst = false, kind = "head" } = {}) {
  return ({ heads, kvHeads, within }: SiteContext, layer: number): Site => {
    const own = isShared ? Array.from({ length: kvHeads }, (_, at) => (at * heads) / kvHeads) : undefined;
    const keys = (own ?? Array.from({ length: heads }, (_, at) => at)).map(
      (head) => `${within}layer ${layer}/${kind} ${head}/${id}`,
    );
    return { kind: "heads", keys, ...(rowsFirst && { rowsFirst }) };
  };
}

/** A step whose columns are those of all heads. */
const inHeads =
  (id: string, count: (context: SiteContext) => number): Rule[1] =>
  (context, layer) => ({ kind: "step", key: `${context.within}layer ${layer}/${id}`, heads: count(context) });

const either =
  (...rules: readonly Rule[1][]): Rule[1] =>
  (context, index) => ({ kind: "either", sites: rules.flatMap((rule) => rule(context, index) ?? []) });

/** Some rule for each layer, on a first axis. */
const stacked =
  (rule: Rule[1], count: (context: SiteContext) => number): Rule[1] =>
  (context) => ({
    kind: "stack",
    sites: Array.from({ length: count(context) }, (_, index) => rule(context, index) ?? step("")),
  });

const layers = ({ numLayers }: SiteContext) => numLayers;

/** What goes into layer `index`; of the last one what comes out, behind the final norm where the model has one. */
const hiddenState: Rule[1] = (context, index) =>
  index === context.numLayers ? lastState(context) : residual(context, index);

const lastState = ({ trace, numLayers, within }: SiteContext): Site =>
  step(
    `${within}${findStep(trace, `${within}final-norm`) ? "final-norm" : `layer ${numLayers - 1}/residual`}`,
  );

/** The residual stream before the first layer and behind each. */
const residual: Rule[1] = ({ within }, index) =>
  step(`${within}${index === 0 ? "embedding" : `layer ${index - 1}/residual`}`);

const deviation =
  (scope: string) =>
  (context: SiteContext, layer: number): Site | undefined => {
    const at = context.within + (scope === "final-norm" ? scope : `layer ${layer}/${scope}`);
    const key = ["variance", "mean-square"]
      .map((id) => `${at}/${id}`)
      .find((one) => findStep(context.trace, one));
    return key === undefined ? undefined : { kind: "step", key, measure: "deviation" };
  };

const conditioned: Rule[1] = (context, layer) => {
  const ids = ["masked-scores", "biased-scores", "capped-scores", "scaled-scores"];
  const id = ids.find((one) => findStep(context.trace, `${context.within}layer ${layer}/head 0/${one}`));
  return ofHeads(id ?? "scores")(context, layer);
};

/** Where a step has another name when it happens: what a feed-forward with a gate hands on is `gated`. */
const firstOf =
  (...ids: readonly string[]): Rule[1] =>
  ({ trace, within }, layer) => {
    const id = ids.find((one) => findStep(trace, `${within}layer ${layer}/${one}`));
    return id === undefined ? undefined : step(`${within}layer ${layer}/${id}`);
  };

const INDEX = String.raw`[._[]?(\d+)\]?`;
const whole = (text: string) => new RegExp(`^(?:${text})$`, "i");
/** TransformerLens: blocks.0.attn.hook_q. */
const block = (text: string) => whole(String.raw`blocks\.(\d+)\.${text}`);

const ATTENTIONS = "(?:attentions|attn_weights|attention_probs|weights)";

/** What implementations call the parts of a model: Hugging Face's outputs, TransformerLens' hooks. Others stand in the run itself. */
const RULES: readonly Rule[] = [
  [whole(`hidden_states${INDEX}`), hiddenState],
  [whole("hidden_states"), stacked(hiddenState, ({ numLayers }) => numLayers + 1)],
  [whole("residual"), stacked(residual, ({ numLayers }) => numLayers + 1)],
  [whole("last_hidden_state"), lastState],
  [whole(ATTENTIONS + INDEX), ofHeads("weights")],
  [whole(ATTENTIONS), stacked(ofHeads("weights"), layers)],
  [whole("(?:lm_)?logits|prediction_logits|unembed"), () => step("logits")],
  [whole("probs|probabilities"), () => step("probabilities")],
  [whole(`cross_attentions${INDEX}`), ofHeads("weights", { kind: "cross-head" })],
  [whole("cross_attentions"), stacked(ofHeads("weights", { kind: "cross-head" }), layers)],
  [whole("hook_embed"), inStack("token-embedding")],
  [whole("hook_pos_embed"), inStack("position-embedding")],
  [whole("hook_token_type_embed"), inStack("segment-embedding")],
  [block("hook_resid_pre"), inLayer("input")],
  [block("hook_resid_mid"), inLayer("residual-1")],
  [block("hook_resid_post"), inLayer("residual")],
  [block("hook_attn_out"), inLayer("attention-output")],
  [block("hook_mlp_out"), inLayer("feed-forward-2")],
  [block(String.raw`ln1\.hook_scale`), deviation("norm-1")],
  [block(String.raw`ln2\.hook_scale`), deviation("norm-2")],
  // Where norms are folded into the weights behind them, it is the rows before weight and bias.
  [block(String.raw`ln1\.hook_normalized`), either(inLayer("norm-1"), inLayer("norm-1/normalised"))],
  [block(String.raw`ln2\.hook_normalized`), either(inLayer("norm-2"), inLayer("norm-2/normalised"))],
  [whole(String.raw`ln_final\.hook_scale`), deviation("final-norm")],
  [
    whole(String.raw`ln_final\.hook_normalized`),
    either(inStack("final-norm"), inStack("final-norm/normalised")),
  ],
  [block(String.raw`attn\.hook_q`), inHeads("q", ({ heads }) => heads)],
  [block(String.raw`attn\.hook_k`), inHeads("k", ({ kvHeads }) => kvHeads)],
  [block(String.raw`attn\.hook_v`), inHeads("v", ({ kvHeads }) => kvHeads)],
  [block(String.raw`attn\.hook_rot_q`), ofHeads("q-rotated", { rowsFirst: true })],
  [block(String.raw`attn\.hook_rot_k`), ofHeads("k-rotated", { isShared: true, rowsFirst: true })],
  [block(String.raw`attn\.hook_z`), inHeads("concat", ({ heads }) => heads)],
  [block(String.raw`attn\.hook_attn_scores`), conditioned],
  [block(String.raw`attn\.hook_pattern`), ofHeads("weights")],
  [block(String.raw`mlp\.hook_pre`), inLayer("feed-forward-1")],
  [block(String.raw`mlp\.hook_pre_linear`), inLayer("gate")],
  [block(String.raw`mlp\.hook_post`), firstOf("gated", "activation")],
];

/** The stacks of a model: the one that its plain names speak of last. */
export function contextsOf(
  trace: Trace,
  { numLayers, heads, kvHeads, encoder }: Architecture,
): readonly SiteContext[] {
  const own = { trace, numLayers, heads, kvHeads };
  if (!encoder) return [{ ...own, within: "" }];
  const { numLayers: layersOfEncoder, heads: headsOfEncoder, kvHeads: kvHeadsOfEncoder } = encoder;
  return [
    {
      trace,
      within: "encoder/",
      numLayers: layersOfEncoder,
      heads: headsOfEncoder,
      kvHeads: kvHeadsOfEncoder,
    },
    { ...own, within: "decoder/" },
  ];
}

/**
 * Where an array of a dump stands in a run; undefined for a name that nothing has. In an encoder-decoder names begin with the stack
 * (`encoder_hidden_states.0`, `decoder.attentions.1`), and those that do not are of the decoder.
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
  for (const [pattern, site] of RULES) {
    const found = pattern.exec(name);
    if (found) return existing(site(context, Number(found[1] ?? 0)), context);
  }
  return undefined;
}

/** A site whose steps are all in the run; of several that may be meant those that are. */
function existing(site: Site | undefined, context: SiteContext): Site | undefined {
  const { trace } = context;
  switch (site?.kind) {
    case undefined:
      return undefined;
    case "step":
      return findStep(trace, site.key) ? site : undefined;
    case "heads":
    case "columns":
      return site.keys.every((key) => findStep(trace, key)) ? site : undefined;
    case "stack":
      return site.sites.every((one) => existing(one, context)) ? site : undefined;
    case "either": {
      const sites = site.sites.filter((one) => existing(one, context));
      return sites.length > 0 ? { kind: "either", sites } : undefined;
    }
  }
}

/**
 * What a module gives, by the name that its weights have in the file of the model: `transformer.h.0.mlp.c_fc`, whose weight is
 * `transformer.h.0.mlp.c_fc.weight`, gives the step that is made with that.
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
