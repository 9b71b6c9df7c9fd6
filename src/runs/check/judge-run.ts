import { prepare } from "../../check/machine/dumped-batch.js";
import type { OtherSettings } from "../../check/machine/right-with/conventions.js";
import { findRightWith, rightAsRead, seemRight } from "../../check/machine/right-with/find-right-with.js";
import { userError } from "../../errors.js";
import type { NamedCheck } from "../../render/named-check.js";
import type { Io } from "../io.js";
import { type Purpose, type Recorded, readAndRecord } from "../record-run.js";
import { type RunRequest, withDefaults } from "../request.js";
import { VIEW_SETTINGS } from "../views.js";
import { dumpOf, judgeAll } from "./judge.js";
import type { AnsweredDump } from "./judge-dump.js";

/** The request of a run, so that it can be repeated. */
export interface Asked {
  readonly request: RunRequest;
  readonly purpose: Purpose;
  readonly io: Io;
}

/**
 * Judges the answers of a run. If arrays seem wrong and can be read in another layout, that is tried, too. If they are
 * right then, the check says so. Throws UNKNOWN_STEP, SHAPE_MISMATCH and USAGE.
 */
export async function judgeRun(run: Recorded, asked: Asked): Promise<readonly NamedCheck[]> {
  const { given } = run;
  return given ? judgeAll(run, given, await inOtherAxes(run, asked)) : [];
}

/**
 * Reads and judges a dump: its own outputs, or the answers that `--check` names. Throws the errors of reading and
 * judging a dump.
 */
export async function judgeRead({ command, words, values }: RunRequest, io: Io) {
  const asked = { check: [], ...values };
  const request = { command, words, values: asked };
  const purpose = { views: withDefaults(VIEW_SETTINGS, asked), format: "json" } as const;
  const run = await readAndRecord(request, purpose, io);
  const [judged] = await judgeRun(run, { request, purpose, io });
  return { ...judged, run };
}

/**
 * Returns the dump with the settings that make it right, if there are any. Returns undefined if the dump can be read in
 * only one way.
 */
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

/**
 * Returns options that change how arrays are read: other orders of their axes, or the opposite meaning of masks per
 * head.
 */
function otherReadings({ reading: { arrays, matrices } }: Recorded): readonly (readonly [string, string])[] {
  const { other, unlikely = [] } = arrays ?? {};
  const masks = arrays && matrices.bias?.data.includes(Number.NEGATIVE_INFINITY);
  return [
    ...[...(other === undefined ? [] : [other]), ...unlikely].map((axes) => ["axes", axes] as const),
    ...(masks ? [["maskTrue", "drop"] as const] : []),
  ];
}

/** Returns the settings that make arrays right if they are read with another option, or null. */
async function rightReadAs(
  [name, value]: readonly [string, string],
  read: () => Promise<Recorded>,
): Promise<OtherSettings | null> {
  try {
    const dump = onlyDumpOf(await read());
    const found = dump && rightAsRead(dump.batches, dump.rules);
    return found ? { [name]: value, ...found } : null;
  } catch (error) {
    // If they cannot be read with this option, they are not right with it.
    userError(error);
    return null;
  }
}

/** Returns the only dump that is judged, with the attentions of its problems. */
function onlyDumpOf(run: Recorded) {
  const { given } = run;
  if (!given?.isOfMachine || given.dump || given.sheets.length !== 1) return undefined;
  const { batches, rules } = dumpOf(run, given.sheets[0]);
  return { batches: prepare(batches, rules), rules };
}
