import type { MachineCheck, MachineDiagnosis, MachineStep } from "../check/machine/check-dump.js";
import type { JsonValue } from "./json-value.js";

type JsonObject = Readonly<Record<string, JsonValue>>;

/** What a machine computed, judged, as it stands in JSON. */
export function machineCheckToJson(check: MachineCheck): JsonObject {
  const { verdict, judgedAs, precision, steps, diagnosis } = check;
  const { compute, stored, from } = precision;
  return {
    ...{ verdict, judgedAs, precision: { compute, stored, from } },
    steps: steps.map(stepToJson),
    diagnosis: diagnosis.map(diagnosisToJson),
    ...(check.skipped && { skipped: check.skipped }),
  };
}

function stepToJson(step: MachineStep): JsonObject {
  const { scope, id, verdict, wrong, of, nonFinite, firstNonFinite, worst, units, where, keysUsed, rules } =
    step;
  return {
    ...{ scope, id, verdict, ...(step.name !== undefined && { name: step.name }), wrong, of, nonFinite },
    ...(firstNonFinite && { firstNonFinite }),
    ...(worst && { worst: { ...worst } }),
    units: { ...units },
    ...(where && { where: { rows: where.rows, every: everyToJson(where.every), columns: where.columns } }),
    ...(keysUsed && { keysUsed: { ...keysUsed } }),
    ...(rules && { rules: { ...rules } }),
  };
}

const everyToJson = (every: { readonly first: number; readonly step: number } | null): JsonValue =>
  every && { ...every };

function diagnosisToJson({ mistake, step, parameters, explains, of, scopes }: MachineDiagnosis): JsonObject {
  return {
    ...{ mistake: mistake.id, step, title: mistake.title.replace(/\.$/, "") },
    ...(parameters && { parameters }),
    ...{ explains, of, formula: mistake.formula, fix: mistake.fix },
    ...(scopes && { scopes }),
  };
}
