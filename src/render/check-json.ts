import type { Check, CheckedStep } from "../homework/check.js";
import type { NamedCheck } from "./check.js";
import type { JsonValue } from "./json.js";

/** `check` of one sheet, or `checks` with a name each and a tally of mistakes. */
export function checksToJson(checks: readonly NamedCheck[]): Readonly<Record<string, JsonValue>> {
  if (checks.length === 1) return { check: checkToJson(checks[0].check) };
  return {
    checks: checks.map(({ name, check }) => ({ sheet: name, ...checkToJson(check) })),
    tally: Object.fromEntries(tallyMistakes(checks)),
  };
}

/** How many sheets show each mistake first, or as one of the first two, the commonest mistake first. */
export function tallyMistakes(
  checks: readonly NamedCheck[],
): readonly (readonly [id: string, count: number])[] {
  const tally = new Map<string, number>();
  for (const { check } of checks) {
    const [first] = check.diagnosis;
    for (const id of first ? [first.mistake.id, first.with] : [])
      if (id !== undefined) tally.set(id, (tally.get(id) ?? 0) + 1);
  }
  return [...tally].sort(([, a], [, b]) => b - a);
}

function checkToJson({ verdict, firstWrongStep, steps, diagnosis, findings, way }: Check) {
  return {
    verdict,
    ...(firstWrongStep && { firstWrongStep }),
    steps: steps.map(stepToJson),
    diagnosis: diagnosis.map(({ mistake, step, explains, of, convention, with: other }) => ({
      ...{ mistake: mistake.id, step, title: mistake.title.replace(/\.$/, ""), explains, of },
      ...{ formula: mistake.formula, fix: mistake.fix },
      ...(convention !== undefined && { convention }),
      ...(other !== undefined && { with: other }),
    })),
    findings,
    ...(way && { way: { id: way.id, text: way.text } }),
  };
}

function stepToJson({ scope, id, verdict, cells, maxDifference }: CheckedStep) {
  const step = { scope, id, verdict };
  return verdict === "differs" ? { ...step, cells, maxDifference } : step;
}
