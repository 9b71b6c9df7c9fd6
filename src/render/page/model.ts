import { scopeText, type Trace } from "../../trace/trace.js";
import { escapeMarkup } from "../drawing/svg.js";
import { factOf, listOf, type NamedHead, type PredictedToken } from "../model.js";
import { minus } from "./math.js";
import type { PageRun } from "./table.js";

// Summarises a run of a whole model from its facts.

/** The maximum number of tokens in the headline. */
const MOST_TOKENS = 12;

/** Writes the prompt and what comes next, with the title of the window. Undefined if the run is not of a model, or has no next token. */
export function modelHead(trace: Trace) {
  const target = listOf<string>(trace, "decoderTokens");
  const tokens = target.length > 0 ? target : listOf<string>(trace, "tokens");
  const next = listOf<PredictedToken>(trace, "next");
  const [first] = next;
  if (!first || tokens.length === 0) return undefined;
  const isMasked = factOf(trace, "filled") !== undefined;
  const lastTokens = tokens.slice(-MOST_TOKENS);
  const text = `${lastTokens.length < tokens.length ? "… " : ""}${lastTokens.join(" ").replace(/\s+/g, " ").trim()}`;
  const share = `<span class="pc">${percentOf(first.probability)}</span>`;
  const headline = isMasked
    ? `<b>${escapeMarkup(first.token)}</b> fits best ${share}`
    : `After <b>${escapeMarkup(text)}</b> comes <b>${escapeMarkup(first.token)}</b> ${share}`;
  const list = tokens.map((token, at) => {
    const isLast = at === tokens.length - 1;
    return `<li${isLast ? ' class="last"' : ""}>${escapeMarkup(token)}<small>${at}</small></li>`;
  });
  const after = isMasked ? "" : `<li class="next">${escapeMarkup(first.token)}<small>next</small></li>`;
  return {
    title: isMasked ? `${first.token} fits best` : `After “${text}” comes ${first.token}`,
    last: tokens[tokens.length - 1],
    markup: `<div class="hero"><div><h1>${headline}</h1><ol class="prompt" aria-label="Tokens">${list.join("")}${after}</ol></div><div>${writeNext(next, isMasked)}</div></div>\n`,
  };
}

const percentOf = (share: number) => `${(100 * share).toFixed(share > 0.9995 || share < 0.01 ? 2 : 1)} %`;

function writeNext(next: readonly PredictedToken[], isMasked: boolean) {
  const lines = next.map(({ token, probability }) => {
    const value =
      probability >= 1e-4 || probability === 0 ? probability.toFixed(4) : minus(probability.toExponential(1));
    const bar = `<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect width="${Math.max(0.3, 100 * probability).toFixed(2)}" height="10"/></svg>`;
    return `<tr><th scope="row">${escapeMarkup(token)}</th><td>${bar}</td><td>${value}</td></tr>`;
  });
  const title = isMasked ? "Candidates for the mask" : "Next token";
  return `<h2 class="flush">${title}</h2><table class="bars"><caption class="hide">${title}, with probabilities</caption><tbody>${lines.join("")}</tbody></table>`;
}

/** The meaning of each pattern of a head. */
const DOES: Readonly<Record<string, string>> = {
  previous: "looks one token back",
  induction: "looks at the token after the last occurrence of this one",
  first: "looks at the first token",
  itself: "looks at itself",
  next: "looks one token ahead",
};

/** Says what the head of a scope does, as a model run found it: "looks one token back 97 %". */
function patternOf(trace: Trace, scope: string) {
  const heads = listOf<NamedHead>(trace, "heads");
  const found = heads.find(({ layer, head, attention }) => {
    const own = `layer ${layer}/head ${head}`;
    return attention === undefined ? scope === own : scope === `${attention}/${own}`;
  });
  if (!found) return "";
  return `${escapeMarkup(DOES[found.pattern] ?? found.pattern)} <span class="whole">${Math.round(100 * found.share)} %</span>`;
}

/** Says what a head does: from the facts of its model, or from the measures of its rows. */
export function doesOf({ trace, cells }: PageRun, scope: string) {
  const pattern = patternOf(trace, scope);
  if (pattern !== "") return pattern;
  const [, above = "", head] = /^(?:(.*)\/)?head (\d+)$/.exec(scope) ?? [];
  if (head === undefined) return "";
  const texts = Object.entries(MEASURES).flatMap(([role, name]) => {
    const step = trace.steps.find((one) => one.role === role && scopeText(one.scope) === above);
    const value = step && cells.matrix(step.key).data[Number(head)];
    return value === undefined || !Number.isFinite(value) ? [] : [`${name} ${Math.round(100 * value)} %`];
  });
  return texts.map(escapeMarkup).join(" · ");
}

/** The measures of heads, with short names for pictures. */
const MEASURES: Readonly<Record<string, string>> = {
  "head-diagonal": "itself",
  "head-previous": "one back",
  "head-entropy": "entropy",
};
