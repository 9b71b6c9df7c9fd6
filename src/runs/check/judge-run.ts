import { prepare } from "../../check/machine/dumped-batch.js";
import type { OtherSettings } from "../../check/machine/right-with/conventions.js";
import { findRightWith, rightAsRead, seemRight } from "../../check/machine/right-with/find-right-with.js";
import { userError } from "../../errors.js";
import type { NamedCheck } from "../../render/named-check.js";
import type { Io } from "../io.js";
import { type Purpose, type Recorded, readAndRecord } from "../record-run.js";
import { type RunRequest, settle } from "../request.js";
import { VIEW_SETTINGS } from "../views.js";
import { dumpOf, judgeAll } from "./judge.js";
import type { AnsweredDump } from "./judge-dump.js";

/** What a run was asked, to ask it again. */
export interface Asked {
  readonly request: RunRequest;
  readonly purpose: Purpose;
  readonly io: Io;
}

/**
 * Judges what a run was given. Arrays that seem wrong, and may be read in another way, are read so as well, for the
 * verdict alone: where they are right then, the check says so. Throws UNKNOWN_STEP, SHAPE_MISMATCH and USAGE.
 */
export async function judgeRun(run: Recorded, asked: Asked): Promise<readonly NamedCheck[]> {
  const { given } = run;
  return given ? judgeAll(run, given, await inOtherAxes(run, asked)) : [];
}

/** Reads a dump and judges it: by itself, or the answers that `--check` names. Throws what reading and judging a dump throws. */
export async function judgeRead({ command, words, values }: RunRequest, io: Io) {
  const asked = { check: [], ...values };
  const request = { command, words, values: asked };
  const purpose = { views: settle(VIEW_SETTINGS, asked), format: "json" } as const;
  const run = await readAndRecord(request, purpose, io);
  const [judged] = await judgeRun(run, { request, purpose, io });
  return { ...judged, run };
}

/** The dump that may be read otherwise, with the settings under which it is right; undefined where there is no other way to read it. */
async function inOtherAxes(
  run: Recorded,
  { request, purpose, io }: Asked,
): Promise<AnsweredDump | undefined> {
  const ways = otherReadings(run).filter(([name]) => request.values[name] === undefined);
  if (ways.length === 0) return undefined;
  const dump = onlyDumpOf(run);
  if (!dump) return undefined;
  const isRight = seemRight(dump.batches, dump.rules);
  if (isRight === undefined) return undefined;
  let rightWith = isRight ? null : findRightWith(dump.batches, dump.rules);
  for (const way of isRight ? [] : ways) {
    const values = { ...request.values, ...Object.fromEntries([way]) };
    rightWith ??= await rightReadAs(way, () => readAndRecord({ ...request, values }, purpose, io));
  }
  return { ...dump, rules: { ...dump.rules, rightWith } };
}

/** Options under which arrays are read otherwise: other orders of their axes, the other sense of masks of which each head has its own. */
function otherReadings({ reading: { arrays, matrices } }: Recorded): readonly (readonly [string, string])[] {
  const { other, unlikely = [] } = arrays ?? {};
  const masks = arrays && matrices.bias?.data.includes(Number.NEGATIVE_INFINITY);
  return [
    ...[...(other === undefined ? [] : [other]), ...unlikely].map((axes) => ["axes", axes] as const),
    ...(masks ? [["maskTrue", "drop"] as const] : []),
  ];
}

/** The settings under which arrays are right that are read in another way; null where none are. */
async function rightReadAs(
  [name, value]: readonly [string, string],
  read: () => Promise<Recorded>,
): Promise<OtherSettings | null> {
  try {
    const dump = onlyDumpOf(await read());
    const found = dump && rightAsRead(dump.batches, dump.rules);
    return found ? { [name]: value, ...found } : null;
  } catch (error) {
    // What cannot be read in another way is not right in it.
    userError(error);
    return null;
  }
}

/** The one dump that is judged, with the attentions of its problems. */
function onlyDumpOf(run: Recorded) {
  const { given } = run;
  if (!given?.isOfMachine || given.dump || given.sheets.length !== 1) return undefined;
  const { batches, rules } = dumpOf(run, given.sheets[0]);
  return { batches: prepare(batches, rules), rules };
}
