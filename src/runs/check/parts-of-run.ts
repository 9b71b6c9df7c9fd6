import { type ComparedParts, findComparedParts } from "../../check/compared-parts.js";
import type { MachineStep } from "../../check/machine/check-dump.js";
import { partsOfModel } from "../../check/model/compared-parts.js";
import type { GivenSheet } from "../../input/answers.js";
import { mostOf, type Picked } from "../../input/picked-from.js";
import { sumOver, tabulate } from "../../math/lists.js";
import { isOfMachine, type NamedCheck } from "../../render/named-check.js";
import { scopeText, type Trace } from "../../trace/trace.js";
import type { FinishedRun } from "../finished-run.js";

/** Returns in how many batches, heads or layers a sheet was compared. Returns undefined if it was compared in all. */
export function comparedPartsOf(
  { reading, trace, allBatches }: FinishedRun,
  { answers }: GivenSheet,
  check: NamedCheck["check"],
): ComparedParts | undefined {
  if (reading.model) return partsOfModel({ trace, architecture: reading.model.architecture });
  const batches = 1 + allBatches.length;
  const heads = headsOf(trace);
  const whole = tabulate(batches, (batch) => ({ batch }));
  const compared = isOfMachine(check) ? check.steps.map(({ scope }) => partOf(scope, heads)) : whole;
  // An axis that the run has itself was not reduced by picking an answer.
  const { batch = 1, head = 1 } = mostOf(answers.map(({ pickedFrom = {} }) => pickedFrom));
  const picked: Picked = {
    ...(batches === 1 && { batch }),
    ...(heads.length === 0 && { head }),
  };
  const parts = findComparedParts({ batches, heads, compared, picked: mostOf([reading.picked, picked]) });
  return (isOfMachine(check) ? rowsIn(check.steps, parts) : undefined) ?? parts;
}

/**
 * Returns how many rows were compared, if not all rows of each answer were. Rows of parts that were left out are
 * counted, too.
 */
function rowsIn(
  steps: readonly MachineStep[],
  { checked: numParts, of: ofParts }: Pick<ComparedParts, "checked" | "of"> = { checked: 1, of: 1 },
): ComparedParts | undefined {
  const rows = steps.flatMap((step) => step.rows ?? []);
  if (rows.length === 0) return undefined;
  const checked = sumOver(rows, (own) => own.checked);
  const ofChecked = sumOver(rows, (own) => own.of);
  return { checked, of: (ofChecked * ofParts) / numParts, kind: "row" };
}

/** Returns the scopes of the heads of a run. */
function headsOf({ steps }: Trace) {
  const scopes = steps.flatMap(({ scope }) =>
    scope.length === 1 && HEADS.includes(scope[0].kind) ? [scopeText(scope)] : [],
  );
  return [...new Set(scopes)];
}

const HEADS: readonly string[] = ["head", "cross-head"];

/** Returns the batch and the head of a step. A step without a head belongs to all heads. */
function partOf(scope: string, heads: readonly string[]) {
  const [, batch = "0", inBatch = ""] = /^(?:batch (\d+)(?:\/|$))?(.*)$/.exec(scope) ?? [];
  const head = heads.find((name) => inBatch === name || inBatch.startsWith(`${name}/`));
  return { batch: Number(batch), head };
}
