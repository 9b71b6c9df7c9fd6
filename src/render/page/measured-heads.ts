import { scopeText } from "../../trace/scope.js";
import { escapeMarkup } from "../drawing/svg.js";
import { patternOf } from "./model.js";
import type { PageRun } from "./table.js";

/** Says what a head does: from the facts of its model, or from the measures of its rows. */
export function doesOf({ trace, cells }: PageRun, scope: string): string {
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
