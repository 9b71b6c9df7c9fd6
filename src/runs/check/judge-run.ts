import { prepare } from "../../check/machine/dumped-batch.js";
import type { OtherSettings } from "../../check/machine/right-with/conventions.js";
import { findRightWith, rightAsRead, seemWrong } from "../../check/machine/right-with/find-right-with.js";
import { UserError } from "../../errors.js";
import type { NamedCheck } from "../../render/named-check.js";
import type { Io } from "../io.js";
import { type Purpose, type Recorded, readAndRecord } from "../record-run.js";
import type { RunRequest } from "../request.js";
import { dumpOf, judgeAll } from "./judge.js";

/** What a run was asked, to ask it again. */
export interface Asked {
  readonly request: RunRequest;
  readonly purpose: Purpose;
  readonly io: Io;
}

/**
 * Judges what a run was given. Arrays that seem wrong, and may lie in another order of their axes, are read in that order as well, for the
 * verdict alone: where they are right in it, the check says so. Throws UNKNOWN_STEP, SHAPE_MISMATCH and USAGE.
 */
export async function judgeRun(run: Recorded, asked: Asked): Promise<readonly NamedCheck[]> {
  const { given } = run;
  return given ? judgeAll(run, given, await rightWithAxes(run, asked)) : [];
}

/** The settings under which arrays are right, where they may lie in two orders of their axes; null where there are none. */
async function rightWithAxes(
  run: Recorded,
  { request, purpose, io }: Asked,
): Promise<OtherSettings | null | undefined> {
  const { other, unlikely } = run.reading.arrays ?? {};
  const axes = other ?? unlikely;
  if (axes === undefined || request.values.axes !== undefined) return undefined;
  const own = preparedOf(run);
  if (!own || !seemWrong(own.batches, own.rules)) return undefined;
  const rightWith = findRightWith(own.batches, own.rules);
  if (rightWith) return rightWith;
  try {
    const again = { ...request, values: { ...request.values, axes } };
    const other = preparedOf(await readAndRecord(again, purpose, io));
    const found = other && rightAsRead(other.batches, other.rules);
    return found ? { axes, ...found } : null;
  } catch (error) {
    // What cannot be read in the other order is not right in it.
    if (error instanceof UserError) return null;
    throw error;
  }
}

/** The one dump that is judged, with the attentions of its problems. */
function preparedOf(run: Recorded) {
  const { given } = run;
  if (!given?.isOfMachine || given.dump || given.sheets.length !== 1) return undefined;
  const { batches, rules } = dumpOf(run, given.sheets[0]);
  return { batches: prepare(batches, rules), rules };
}
