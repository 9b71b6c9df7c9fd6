import { type ComparedParts, findComparedParts } from "../../check/compared-parts.js";
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
  return findComparedParts({ batches, heads, compared, picked: mostOf([reading.picked, picked]) });
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
