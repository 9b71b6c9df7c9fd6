import { INPUTS, type InputName } from "./inputs.js";
import type { StepKind } from "./steps/step-kind.js";
import { STEPS } from "./steps.js";

/** A name as names are compared: without case, blanks, and signs between words. */
export const plainName = (name: string): string => name.toLowerCase().replace(/[\s_./^-]/g, "");

const kindOf = (id: string): StepKind => (Object.hasOwn(STEPS, id) ? STEPS[id as keyof typeof STEPS] : {});

/** What stands for a step in formulas, where something does: "S′". */
export const symbolOfStep = (id: string): string | undefined => kindOf(id).symbol;

/** What people call a step, beside its id, as `plainName` leaves it. */
export const namesOfStep = (id: string): readonly string[] => kindOf(id).names?.split(" ") ?? [];

/** Whether a name is the id of a step, or one that people have for it. */
export const isNameOfStep = (id: string, name: string): boolean =>
  [plainName(id), ...namesOfStep(id)].includes(plainName(name));

/** What people call an input, beside its name. */
export const namesOfInput = (name: string): readonly string[] =>
  Object.hasOwn(INPUTS, name) ? INPUTS[name as InputName].aliases : [];

/** What people call the gradient by something that they call `name`: dQ, grad_q, q.grad, ∂L/∂q. */
export const gradientNames = (name: string): readonly string[] => {
  const plain = plainName(name);
  return [`d${plain}`, `∂${plain}`, `grad${plain}`, `${plain}grad`, `∂l∂${plain}`, `dld${plain}`];
};

const HEAD = "(?:attention\\s+)?(?:head|kopf|t[êe]te|cabeza|testa|头)[\\s_-]*#?\\s*(\\d{1,3})(?!\\d)";
const HEAD_FIRST = new RegExp(`^\\s*(kv[\\s_-]*)?(?:${HEAD}|h(\\d{1,3}))(?:[\\s_./:-]+(.*))?$`, "isu");

/** A name of something in a head, taken apart. */
interface InHead {
  readonly head: number;
  /** Of a head of keys and values, which several query heads may read. */
  readonly isKv: boolean;
  readonly name: string;
}

/** The head that a name begins with, `head 0/weights`, `Kopf 1: Gewichte`, `h2.scores`; undefined where it begins with none. */
export function splitHead(text: string): InHead | undefined {
  const [, kv, long, short, name = ""] = HEAD_FIRST.exec(text) ?? [];
  const head = long ?? short;
  return head === undefined ? undefined : { head: Number(head), isKv: kv !== undefined, name };
}

/** What other libraries call settings, in small letters with dashes: in options, and in the files that kernels dump. */
export const OTHER_NAMES: Readonly<Record<string, string>> = {
  causal: "is-causal causal-mask use-causal-mask causal-attention masked look-ahead",
  keyLength: "valid-length valid-len",
  scale: "softmax-scale sm-scale attn-scale attention-scale qk-scale logits-scale",
  softcap: "soft-cap logits-soft-cap logit-soft-cap logit-softcap attn-logit-softcapping softcapping",
  heads: "num-heads n-heads nheads n-head num-attention-heads num-query-heads num-qo-heads",
  kvHeads: "num-kv-heads n-kv-heads num-key-value-heads num-heads-kv",
  headSize: "head-dim d-head",
  dropoutP: "p-dropout",
};

/** The setting that a name of another library is, or its own name. */
export function settingNamed(word: string, names: readonly string[]): string | undefined {
  const plain = plainName(word);
  return names.find(
    (name) =>
      plainName(name) === plain ||
      (OTHER_NAMES[name]?.split(" ").some((other) => plainName(other) === plain) ?? false),
  );
}
