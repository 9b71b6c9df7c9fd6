import { isNameOfStep } from "../attention/names.js";
import { nearest } from "../suggestion.js";
import { indexIn, scopeText } from "../trace/scope.js";
import { keyOf, type Step, type Trace } from "../trace/trace.js";
import { ambiguousName, findStep } from "./step-names.js";
import {
  DOING,
  FILLERS_BEFORE,
  FILLERS_BEHIND,
  idOfFormula,
  OF_MASKING,
  OPERATIONS,
  splitOutside,
} from "./title-words.js";

/** A step that a title may mean. */
interface Titled {
  readonly key: string;
  readonly shape?: { readonly rows: number; readonly cols: number };
  readonly sums?: string;
}

/** What a title over rows may mean in a run: `Attention weights (after softmax)`, `S = QK^T`, `Scaled scores, rounded`. */
export function stepTitles(trace: Trace) {
  const heads = new Set(trace.steps.flatMap(({ scope }) => indexIn(scope, "head") ?? []));
  const labels = trace.steps.flatMap(({ axes }) =>
    axes.flatMap((axis) => (axis.name === "sum" ? [] : (axis.labels ?? []))),
  );
  return {
    find: (title: string, scope: string, formula?: string): readonly Titled[] =>
      ofFormula(
        trace,
        // What is in no scope stands below the name of the command where scopes stand before it.
        findTitled(trace, title, scope === trace.command ? "" : scope),
        formula,
      ),
    near: (title: string) =>
      nearest(
        title,
        trace.steps.flatMap(({ id, title: own }) => [id, own]),
      ),
    labels: new Set(labels),
    heads: heads.size,
  };
}

/** Scores are there before anything is done; what comes of none of these operations, after all of them. */
const rankOf = (id: string): number => {
  const at = OPERATIONS.findIndex(([name]) => name === id);
  return at < 0 && id !== "scores" ? Number.POSITIVE_INFINITY : at;
};

function findTitled(trace: Trace, title: string, scope: string): readonly Titled[] {
  const keys = keysIn(trace, title, scope);
  return keys.map((key) => {
    const step = trace.steps.find((one) => keyOf(one) === key);
    return step ? { key, shape: step.shape, ...sumsOf(trace, step) } : { key };
  });
}

/** Of steps with one title the one with this formula, in Unicode or ASCII; all of them where it tells none apart. */
function ofFormula(trace: Trace, titled: readonly Titled[], formula = ""): readonly Titled[] {
  const same = titled.filter(({ key }) => {
    const step = trace.steps.find((one) => keyOf(one) === key);
    return step && plainFormula(step.formula) === plainFormula(formula);
  });
  return same.length === 1 ? same : titled;
}

/** The names and numbers of a formula: what Unicode and ASCII write alike. */
const plainFormula = (formula: string) => formula.replace(/[^\w.]/g, "");

function sumsOf({ steps }: Trace, { id, scope }: Step): { readonly sums?: string } {
  if (id !== "exponentials") return {};
  const sums = steps.find((step) => step.id === "row-sums" && scopeText(step.scope) === scopeText(scope));
  return sums ? { sums: keyOf(sums) } : {};
}

/** The keys that a title may mean: every part of it that names a step must name the same. */
function keysIn(trace: Trace, title: string, scope: string): readonly string[] {
  const [first = "", ...parts] = splitOutside(title, /[:=–—]|\s-\s|\s{2,}/g);
  const named = keysOfPart(trace, first, scope);
  const own = named.length > 0 ? named : keysOfDoing(trace, first, scope);
  return parts.reduce((keys, part) => narrow(trace, keys, part, scope), own);
}

function keysOfDoing({ steps }: Trace, title: string, scope: string): readonly string[] {
  const plain = title.toLowerCase().replace(/\s/g, " ");
  const meant = DOING.find(([, words]) => words.test(plain))?.[0];
  const ids = meant === "output" ? ["output", "context"] : [meant];
  return ids.flatMap((id) => {
    const found = steps.find((step) => step.id === id && scopeText(step.scope) === scope);
    return found ? [keyOf(found)] : [];
  });
}

/** The keys that are left when a remark stands beside a name; all that either may mean where they contradict each other. */
function narrow(trace: Trace, keys: readonly string[], remark: string, scope: string): readonly string[] {
  if (keys.length === 0) return keys;
  const said = keysOfPart(trace, remark, scope);
  if (said.length > 0) {
    const common = keys.filter((key) => said.includes(key));
    return common.length > 0 ? common : [...keys, ...said];
  }
  return [...keys, ...contradictions(trace, keys, remark)];
}

/** Steps that a remark may mean instead: "Scores (after scaling)", "Scores before the softmax". */
function contradictions({ steps }: Trace, keys: readonly string[], remark: string): readonly string[] {
  const [key = ""] = keys;
  const [prefix, id] = [key.slice(0, key.lastIndexOf("/") + 1), key.slice(key.lastIndexOf("/") + 1)];
  const own = rankOf(id);
  const exists = (name: string) => steps.some((step) => keyOf(step) === prefix + name);
  const isBefore = /\b(?:before|without|prior to|not|un)/i.test(remark);
  const ranks = OPERATIONS.flatMap(([, words], rank) => (words.test(remark) ? [rank] : []));
  if (ranks.length === 0) return [];
  const most = Math.max(...ranks);
  if (!isBefore) return most > own ? [prefix + OPERATIONS[most][0]] : [];
  const least = Math.min(...ranks);
  if (least <= own) return [`${prefix}scores`];
  // Before the softmax stand all kinds of scores.
  const between = OPERATIONS.slice(0, least).map(([name]) => name);
  return id === "scores"
    ? between.filter((name) => exists(name) && name.endsWith("scores")).map((name) => prefix + name)
    : [];
}

/** A part of a title: a name, a formula, or a name with a remark beside it. */
function keysOfPart(trace: Trace, given: string, scope: string): readonly string[] {
  const part = given.replace(/[.,;]+$/, "");
  const named = keysOfName(trace, part, scope);
  if (named.length > 0) return named;
  const [, base = "", remark = "", behind = ""] = /(.*?)[([](.*)[)\]](.*)/.exec(part) ?? [];
  const keys = keysOfName(trace, base + behind, scope);
  if (keys.length > 0)
    return splitOutside(remark, /[,;:=]/g).reduce((left, one) => narrow(trace, left, one, scope), keys);
  const [, name = "", rest = ""] =
    /(.*?)(?:,|\s(?=(?:before|after|of|from|with|by|using|without|as|to|for|in|is|are)\b))(.+)/i.exec(part) ??
    [];
  return narrow(trace, keysOfName(trace, name, scope), rest, scope);
}

function keysOfName(trace: Trace, given: string, scope: string): readonly string[] {
  const name = given.trim();
  const keys = keysOfWord(trace, name, scope);
  if (keys.length > 0) return keys;
  const shorter = [FILLERS_BEFORE, FILLERS_BEHIND].map((fillers) => name.replace(fillers, ""));
  const left = shorter.find((one) => one !== name);
  if (left !== undefined) return keysOfName(trace, left, scope);
  // `First residual`, `the second norm`
  const [, ordinal = "", of] = /^(first|1st|second|2nd)\s(.+)/i.exec(name) ?? [];
  if (of) return keysOfWord(trace, `${of} ${/[1f]/i.test(ordinal) ? 1 : 2}`, scope);
  // `Scores S`, `Attention weights α`
  const [, words = "", symbol = ""] = /(.+)\s(\S+)/.exec(name) ?? [];
  const [long, short] = [keysOfWord(trace, words, scope), keysOfWord(trace, symbol, scope)];
  if (long.length === 0 || short.length === 0) return [];
  const common = long.filter((key) => short.includes(key));
  return common.length > 0 ? common : [...long, ...short];
}

function keysOfWord(trace: Trace, word: string, scope: string): readonly string[] {
  const titledIn = (one: string) =>
    trace.steps.filter((step) => scopeText(step.scope) === one && isTitle(step, word));
  const printed = titledIn(scope);
  if (printed.length > 0) return printed.map(keyOf);
  const scopes = [...new Set([scope, ""])];
  const found = scopes.flatMap((one) => {
    const own = titledIn(one);
    return own.length > 0 ? own : (findStep(trace, inScope(one, idOfFormula(word))) ?? []);
  });
  const keys = new Set((found.length > 0 ? found : stepsOfHeads(trace, word)).map(keyOf));
  if (keys.size > 0) return [...keys];
  const other = OF_MASKING.find((id) => isNameOfStep(id, word));
  if (other) return [inScope(scope, other)];
  return scopes.flatMap((one) => ambiguousName(trace, word, one).map((id) => inScope(one, id)));
}

/** What a word means in every head, where it is not said in which. */
function stepsOfHeads(trace: Trace, word: string): readonly Step[] {
  const heads = trace.steps.filter(({ scope }) => scope.at(-1)?.kind === "head");
  const scopes = new Set(heads.map(({ scope }) => scopeText(scope)));
  return [...scopes].flatMap((scope) => findStep(trace, inScope(scope, word)) ?? []);
}

const inScope = (scope: string, id: string) => (scope === "" ? id : `${scope}/${id}`);

/** What a run itself prints above a step. */
const isTitle = ({ title }: Step, word: string) => title.toLowerCase() === word.toLowerCase();
