import type { MachineCheck } from "../../check/machine/check-dump.js";
import { UserError } from "../../errors.js";
import type { NamedCheck } from "../../render/named-check.js";
import { isOfMachine } from "../../render/named-check.js";
import type { FinishedRun } from "../finished-run.js";
import type { Io } from "../io.js";
import { type Purpose, type Recorded, readAndRecord } from "../record-run.js";
import type { RunRequest } from "../request.js";
import { judgeAll } from "./judge.js";

/** What a run was asked, to ask it again. */
export interface Asked {
  readonly request: RunRequest;
  readonly purpose: Purpose;
  readonly io: Io;
}

/**
 * Judges what a run was given. Arrays that are wrong, and may lie in another order of their axes, are read in that order as well: where
 * they are right then, the check says so, and the kernel is not said to have misread them.
 */
export async function judgeRun(run: Recorded, asked: Asked): Promise<readonly NamedCheck[]> {
  const checks = run.given ? judgeAll(run, run.given) : [];
  return Promise.all(
    checks.map(async (one) => {
      const right = await otherAxesOf(one.check, run, asked);
      if (!right || !isOfMachine(one.check)) return one;
      const diagnosis = one.check.diagnosis.filter(({ mistake }) => mistake.id !== "axes-misread");
      return { ...one, check: { ...one.check, rightWith: right, diagnosis } };
    }),
  );
}

/** The settings with which wrong arrays are right when their axes lie otherwise; undefined where they do not, or where it was said how they lie. */
async function otherAxesOf(
  check: NamedCheck["check"],
  { reading }: FinishedRun,
  { request, purpose, io }: Asked,
): Promise<MachineCheck["rightWith"]> {
  const axes = reading.arrays?.other;
  const isWrong = isOfMachine(check) && check.verdict === "differs" && !check.rightWith;
  if (!isWrong || axes === undefined || request.values.axes !== undefined) return undefined;
  try {
    const again = { ...request, values: { ...request.values, axes } };
    const run = await readAndRecord(again, purpose, io);
    const [other] = run.given ? judgeAll(run, run.given) : [];
    if (!other || !isOfMachine(other.check)) return undefined;
    if (other.check.verdict.startsWith("agrees")) return { axes };
    return other.check.rightWith && { axes, ...other.check.rightWith };
  } catch (error) {
    // What cannot be read in the other order is not right in it.
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
