import { isNameOfGradient } from "../attention/answer-names.js";
import { INPUTS, type InputName } from "../attention/inputs.js";
import { UserError } from "../errors.js";
import { nearest } from "../suggestion.js";
import { scopeText } from "../trace/scope.js";
import { keyOf, type Step, type Trace } from "../trace/trace.js";
import { LAYER_ALIASES, LAYER_AMBIGUOUS, words } from "./layer-names.js";

/** What people write over a step, by its id; as `plain` leaves it. Of several ids the one that a run has is meant. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  q: words("query queries"),
  k: words("key keys"),
  v: words("value values"),
  scores: words(
    "s qkt qk rawscores dotproducts dotproduct score unscaledscores scorematrix compatibilityscores",
    "similarityscores similarities rohescores skalarprodukte skalarprodukt puntuaciones punteggi",
    "分数 得分 注意力分数 点积",
  ),
  "scaled-scores": words(
    "s' s′ scaled qkt√dk qktsqrt(dk) scaledscore scaleddotproducts scaling",
    "skaliert skaliertescores skalierung",
  ),
  "masked-scores": words("masked maskedscaledscores scoresaftermask"),
  exponentials: words("exp exps exponential e^s e^x expscores exponentiated exponentialwerte"),
  "row-sums": words("sum sums rowsum expsum sumofexp zeilensummen zeilensumme denominators"),
  weights: words(
    "a alpha α p softmax attentionweights attentionmatrix probabilities probs attentionprobabilities",
    "attentiondistribution softmaxweights softmaxoutput attn normalized normalised normalize normalise",
    "gewichte aufmerksamkeitsgewichte poids poidsd'attention pesos pesi 权重 注意力权重",
  ),
  context: words("contextvector contextvectors headoutput"),
  output: words(
    "o out result attentionoutput context contextvector contextvectors weightedsum weightedsums",
    "outputs outputvector outputvectors ausgabe ergebnis sortie résultat salida resultado",
    "uscita risultato saída 输出 结果",
  ),
  concat: words("concatenated concatenation"),
  encoding: words("pe encodings positionalencoding positionalencodings positionencoding posenc"),
  "log-sum-exp": words("lse softmaxlse"),
  ...LAYER_ALIASES,
  "d-row-dots": words("delta δ d rowdots"),
};

/** What people write over the gradient by a step or input that they call `name`: dQ, grad_q, q.grad, ∂L/∂q. */
const gradientNames = (name: string) => words(`d${name} grad${name} ${name}grad ∂l∂${name} dld${name}`);

/** What people write over a step, by its id; of a gradient the name itself first. */
export function namesOf(id: string): readonly string[] {
  if (!id.startsWith("d-")) return ALIASES[id] ?? [];
  const by = id.slice(2);
  const input: readonly string[] = Object.hasOwn(INPUTS, by) ? INPUTS[by as InputName].aliases : [];
  return [by, ...(ALIASES[by] ?? []), ...input].flatMap(gradientNames).concat(ALIASES[id] ?? []);
}

/** Words that people use for more than one step. */
const AMBIGUOUS: Readonly<Record<string, readonly string[]>> = {
  attention: ["weights", "output"],
  attentionscores: ["scores", "scaled-scores", "weights"],
  logits: ["scores", "scaled-scores", "masked-scores"],
  z: ["row-sums", "output"],
  ...LAYER_AMBIGUOUS,
};

/** The words that mean several steps, each with the ids of these. */
export const ambiguousWords = (): readonly (readonly [word: string, ids: readonly string[]])[] =>
  Object.entries(AMBIGUOUS);

const plain = (name: string) => name.toLowerCase().replace(/[\s_./^-]/g, "");

/**
 * The step that someone means: by its key, without case and signs between words, as a result of the run, or by another
 * usual name; `weights` is also that of the only scope that has one. Throws UNKNOWN_STEP.
 */
export function findNamedStep(trace: Trace, name: string, source: string, line?: number): Step {
  const found = findStep(trace, name);
  if (found) return found;
  const { scope, id } = splitScope(name);
  const keys = trace.steps.map(keyOf);
  const meant = ambiguousName(trace, id, scope);
  const near = nearest(name, keys);
  const isGradient = trace.results.gradients === undefined && isNameOfGradient(id);
  throw new UserError("UNKNOWN_STEP", `There is no step "${name}" in this run.`, {
    hint: isGradient
      ? "Gradients need that of the output: add --backward do.npy, put do beside q, k and v, or give a --loss."
      : meant.length > 0
        ? `Say which step it is: ${meant.join(" or ")}.`
        : near === undefined
          ? `The steps are: ${keys.join(", ")}.`
          : `Did you mean "${near}"?`,
    location: { source, ...(line !== undefined && { line }) },
  });
}

/** The step that a name means, if it means one. */
export function findStep({ steps, results }: Trace, name: string): Step | undefined {
  const { scope, id } = splitScope(name);
  return (
    // `d-norm1` is the gradient by an input, and `d-norm-1` that of a step.
    steps.find((step) => keyOf(step) === name.trim()) ??
    steps.find((step) => plain(keyOf(step)) === plain(name)) ??
    findResult(steps, results, scope, id) ??
    findAlias(stepsIn(steps, scope), id) ??
    (scope === "" ? findOnly(steps, id) : undefined)
  );
}

/** The ids of the steps that different people call by this name; none when it is no such name. */
export function ambiguousName({ steps }: Trace, id: string, scope: string): readonly string[] {
  const meant = Object.hasOwn(AMBIGUOUS, plain(id)) ? AMBIGUOUS[plain(id)] : [];
  return meant.filter((one) => stepsIn(steps, scope).some((step) => step.id === one));
}

const stepsIn = (steps: readonly Step[], scope: string) =>
  steps.filter((step) => plain(scopeText(step.scope)) === plain(scope));

/** `weights` in `head 0` of `head 0/weights`. */
function splitScope(name: string): { readonly scope: string; readonly id: string } {
  const [, scope = "", id = name] = /^\s*(head[\s_-]*\d+)[\s_./:-]+(.*)/i.exec(name) ?? [];
  return { scope, id };
}

/** The steps that someone means who asks for them in every head: `weights` are those of all heads. Throws UNKNOWN_STEP. */
export function findRequiredSteps(trace: Trace, name: string, source: string): readonly Step[] {
  const { steps, results } = trace;
  const keys: readonly unknown[] = Object.hasOwn(results, name) ? [results[name]].flat() : [];
  const meant = [
    (step: Step) => keys.includes(keyOf(step)),
    ({ id }: Step) => plain(id) === plain(name),
    ({ id }: Step) => ALIASES[id]?.some((alias) => plain(alias) === plain(name)) ?? false,
  ];
  const found = meant.map((isMeant) => steps.filter(isMeant)).find((some) => some.length > 0);
  return found ?? [findNamedStep(trace, name, source)];
}

/** The step that is a result of the run, or its part in a head: `output` of `posenc` is its step `encoding`. */
function findResult(
  steps: readonly Step[],
  results: Trace["results"],
  scope: string,
  id: string,
): Step | undefined {
  const keys = Object.hasOwn(results, id) ? results[id] : undefined;
  const key = scope === "" ? keys : Array.isArray(keys) ? keys[Number(/\d+/.exec(scope)?.[0])] : undefined;
  return steps.find((step) => keyOf(step) === key);
}

function findAlias(steps: readonly Step[], name: string): Step | undefined {
  const isExact = ({ id }: Step) =>
    id.startsWith("d-") && gradientNames(id.slice(2)).some((one) => plain(one) === plain(name));
  return steps.find(isExact) ?? steps.find(({ id }) => namesOf(id).some((one) => plain(one) === plain(name)));
}

/** With one head there is one step of each kind, and nobody writes its scope. */
function findOnly(steps: readonly Step[], name: string): Step | undefined {
  const same = steps.filter((step) => plain(step.id) === plain(name) || findAlias([step], name) === step);
  return same.length === 1 ? same[0] : undefined;
}
