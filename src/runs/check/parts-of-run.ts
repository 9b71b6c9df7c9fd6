import { type ComparedParts, findComparedParts } from "../../check/compared-parts.js";
import type { MachineStep } from "../../check/machine/check-dump.js";
import { partsOfModel } from "../../check/model/compared-parts.js";
import { mostOf, type Picked } from "../../input/among.js";
import type { GivenSheet } from "../../input/answers.js";
import { isOfMachine, type NamedCheck } from "../../render/named-check.js";
import { scopeText } from "../../trace/scope.js";
import type { Trace } from "../../trace/trace.js";
import type { FinishedRun } from "../finished-run.js";

/** In how many batches, heads or layers of what was given a sheet was compared; undefined where it was all. */
export function comparedPartsOf(
  { reading, trace, otherBatches }: FinishedRun,
  { answers }: GivenSheet,
  check: NamedCheck["check"],
): ComparedParts | undefined {
  if (reading.model) return partsOfModel({ trace, architecture: reading.model.architecture });
  const batches = 1 + otherBatches.length;
  const heads = headsOf(trace);
  const whole = Array.from({ length: batches }, (_, batch) => ({ batch }));
  const compared = isOfMachine(check) ? check.steps.map(({ scope }) => partOf(scope, heads)) : whole;
  // What the run has itself is no part that an answer was picked of.
  const { batch = 1, head = 1 } = mostOf(answers.map(({ among = {} }) => among));
  const picked: Picked = {
    ...(batches === 1 && { batch }),
    ...(heads.length === 0 && { head }),
  };
  const parts = findComparedParts({ batches, heads, compared, picked: mostOf([reading.picked, picked]) });
  return (isOfMachine(check) ? rowsIn(check.steps, parts) : undefined) ?? parts;
}

/** The rows that were compared, where those of an answer are not all; beside them stand those of parts that were left out. */
function rowsIn(
  steps: readonly MachineStep[],
  { checked: numParts, of: ofParts }: Pick<ComparedParts, "checked" | "of"> = { checked: 1, of: 1 },
): ComparedParts | undefined {
  const rows = steps.flatMap((step) => step.rows ?? []);
  if (rows.length === 0) return undefined;
  const checked = rows.reduce((sum, own) => sum + own.checked, 0);
  const ofChecked = rows.reduce((sum, own) => sum + own.of, 0);
  return { checked, of: (ofChecked * ofParts) / numParts, kind: "row" };
}

/** The scopes of the heads of a run. */
function headsOf({ steps }: Trace): readonly string[] {
  const scopes = steps.flatMap(({ scope }) =>
    scope.length === 1 && HEADS.includes(scope[0].kind) ? [scopeText(scope)] : [],
  );
  return [...new Set(scopes)];
}

const HEADS: readonly string[] = ["head", "cross-head"];

/** The batch and the head that a step is of; of what has no head, all of them. */
function partOf(scope: string, heads: readonly string[]) {
  const [, batch = "0", inBatch = ""] = /^(?:batch (\d+)(?:\/|$))?(.*)$/.exec(scope) ?? [];
  const head = heads.find((name) => inBatch === name || inBatch.startsWith(`${name}/`));
  return { batch: Number(batch), head };
}
