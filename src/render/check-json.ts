import type { Check, CheckedStep } from "../check/check.js";
import { machineCheckToJson } from "./check-machine-json.js";
import type { JsonValue } from "./json-value.js";
import { isOfMachine, type NamedCheck, tallyMistakes } from "./named-check.js";

/** `check` of one sheet, or `checks` with a name each and a tally of mistakes. */
export function checksToJson(checks: readonly NamedCheck[]): Readonly<Record<string, JsonValue>> {
  if (checks.length === 1) return { check: toJson(checks[0].check) };
  return {
    checks: checks.map(({ name, check }) => ({ sheet: name, ...toJson(check) })),
    tally: Object.fromEntries(tallyMistakes(checks)),
  };
}

const toJson = (check: NamedCheck["check"]): Readonly<Record<string, JsonValue>> =>
  isOfMachine(check) ? machineCheckToJson(check) : checkToJson(check);

function checkToJson(check: Check) {
  const { verdict, firstWrongStep, answered, lacking, steps, diagnosis, findings, way } = check;
  return {
    ...{ verdict, judgedAs: "person", answered: { ...answered } },
    ...(lacking.length > 0 && { lacking: lacking.map((place) => ({ ...place })) }),
    ...(firstWrongStep && { firstWrongStep: { ...firstWrongStep } }),
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

function stepToJson({ scope, id, verdict, answered, cells, maxDifference }: CheckedStep) {
  const step = { scope, id, verdict, answered: { ...answered } };
  return verdict === "differs" ? { ...step, cells, maxDifference } : step;
}
