import { prepare } from "../../check/machine/dumped-batch.js";
import type { OtherSettings } from "../../check/machine/right-with/conventions.js";
import { findRightWith, rightAsRead, seemRight } from "../../check/machine/right-with/find-right-with.js";
import { UserError } from "../../errors.js";
import type { NamedCheck } from "../../render/named-check.js";
import type { Io } from "../io.js";
import { type Purpose, type Recorded, readAndRecord } from "../record-run.js";
import type { RunRequest } from "../request.js";
import { dumpOf, judgeAll } from "./judge.js";
import type { AnsweredDump } from "./judge-dump.js";

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
  return given ? judgeAll(run, given, await inOtherAxes(run, asked)) : [];
}

/** The dump whose axes may lie in two orders, with the settings under which it is right; undefined where there is no other order. */
async function inOtherAxes(
  run: Recorded,
  { request, purpose, io }: Asked,
): Promise<AnsweredDump | undefined> {
  const { other, unlikely } = run.reading.arrays ?? {};
  const axes = other ?? unlikely;
  if (axes === undefined || request.values.axes !== undefined) return undefined;
  const dump = onlyDumpOf(run);
  if (!dump) return undefined;
  const isRight = seemRight(dump.batches, dump.rules);
  if (isRight === undefined) return undefined;
  const rightWith = isRight
    ? null
    : (findRightWith(dump.batches, dump.rules) ??
      (await rightReadAs(axes, () =>
        readAndRecord({ ...request, values: { ...request.values, axes } }, purpose, io),
      )));
  return { ...dump, rules: { ...dump.rules, rightWith } };
}

/** The settings under which arrays are right that are read in an order of axes; null where none are. */
async function rightReadAs(axes: string, read: () => Promise<Recorded>): Promise<OtherSettings | null> {
  try {
    const dump = onlyDumpOf(await read());
    const found = dump && rightAsRead(dump.batches, dump.rules);
    return found ? { axes, ...found } : null;
  } catch (error) {
    // What cannot be read in the other order is not right in it.
    if (error instanceof UserError) return null;
    throw error;
  }
}

/** The one dump that is judged, with the attentions of its problems. */
function onlyDumpOf(run: Recorded) {
  const { given } = run;
  if (!given?.isOfMachine || given.dump || given.sheets.length !== 1) return undefined;
  const { batches, rules } = dumpOf(run, given.sheets[0]);
  return { batches: prepare(batches, rules), rules };
}
