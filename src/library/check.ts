import { parseSettings } from "../attention/setting.js";
import { checkAnswers, type Homework } from "../check/check.js";
import { checkDump } from "../check/machine/check-dump.js";
import type { FloatName } from "../check/machine/float-names.js";
import { refuse, refuseAs, UserError } from "../errors.js";
import { writtenFrom } from "../input/answer-cells.js";
import { checkToJson, type SheetReport } from "../render/check-json.js";
import { type MachineReport, machineCheckToJson } from "../render/check-machine-json.js";
import { keptAs, PRECISION_SETTINGS, rulesOf } from "../runs/arithmetic/rounding-settings.js";
import { VIEW_SETTINGS } from "../runs/views.js";
import type { Trace } from "../trace/trace.js";
import { type GivenArray, toMatrix } from "./arrays.js";
import { homeworkOf } from "./homework.js";
import { inKeys, textsInKeys } from "./in-keys.js";
import { requireRun } from "./run.js";

export type { MistakeReport, SheetReport, StepReport } from "../render/check-json.js";
export type { KernelMistakeReport, MachineReport, MachineStepReport } from "../render/check-machine-json.js";

/**
 * What a person wrote in one cell. Text keeps its digits: "0.50" claims two decimals, "1/3" and "√2" are exact. A
 * number claims the fewest decimals it can be written with. null and "" are unanswered.
 */
export type WrittenCell = string | number | null;

/** The answer to one step: rows of cells, or null for a blank step. A machine's numbers are in typed arrays. */
export type GivenRows = readonly (readonly WrittenCell[])[] | GivenArray | null;

/** How answers are judged. */
export interface CheckSettings {
  /** The steps that a person must answer. "all" means every step that leads to the result. */
  readonly require?: "all" | readonly string[];
  /** Whether only a person's own digits count. Then the rounding of earlier steps excuses no number. */
  readonly strict?: boolean;
  /** The type that a machine computed in. With this setting, atol or rtol, plain rows count as a machine's numbers. */
  readonly dtype?: FloatName;
  /** The tolerance for a machine's numbers, atol + rtol·|right|. It replaces the expected error of its precision. */
  readonly atol?: number;
  readonly rtol?: number;
}

const { require, strict, atol, rtol } = VIEW_SETTINGS;
const CHECK_SETTINGS = { require, strict, atol, rtol, dtype: PRECISION_SETTINGS.dtype };

/**
 * Checks answers by step, as `--check` does: `check(trace, { weights: [["0.73", "0.27"]] })`. The report says whether
 * they are right, which step is the first wrong one, and names the mistake. Typed arrays and a Matrix are a machine's
 * numbers, and are judged by the expected error of their precision. All others are a person's, and are judged by their
 * digits. Throws UNKNOWN_STEP, SHAPE_MISMATCH, RAGGED_ROWS and NOT_A_NUMBER for answers that do not fit the trace.
 * Throws USAGE for a trace that no command of this library recorded (a replay), for answers of both kinds at once, and
 * for settings that do not apply to them. Throws UNKNOWN_KEY and BAD_VALUE for unknown settings and values.
 */
export function check(
  trace: Trace,
  answers: Readonly<Record<string, GivenRows>>,
  given: CheckSettings = {},
): SheetReport | MachineReport {
  return inKeys(() => textsInKeys(reportOn(trace, answers, given)));
}

function reportOn(trace: Trace, answers: Readonly<Record<string, GivenRows>>, given: CheckSettings) {
  requireRun("check", trace);
  const settings: CheckSettings = parseSettings(CHECK_SETTINGS, { ...given });
  const homework = homeworkOf(trace);
  if (!homework) {
    refuse(
      "A replay changed this trace, so it solves no known problem.",
      "Check a trace that attend, multihead or another command returned.",
    );
  }
  const kinds = new Set(Object.values(answers).map((rows) => isOfMachine(rows, settings)));
  if (kinds.size > 1) {
    refuse(
      "Some answers are a person's, others a machine's.",
      'Check them in two calls, or give the type of all: { dtype: "float32" }.',
    );
  }
  return kinds.has(true)
    ? checkStored(homework, answers, settings)
    : checkWritten(homework, answers, settings);
}

/** Whether a program computed the numbers, instead of a person. */
function isOfMachine(rows: GivenRows, { dtype, atol, rtol }: CheckSettings) {
  if (dtype !== undefined || atol !== undefined || rtol !== undefined) return true;
  if (rows === null || typeof rows !== "object") return false;
  return "data" in rows || (Array.isArray(rows) && rows.length > 0 && rows.every(ArrayBuffer.isView));
}

function checkWritten(
  homework: Homework,
  answers: Readonly<Record<string, GivenRows>>,
  { require, strict = false }: CheckSettings,
) {
  const given = Object.entries(answers).map(([key, rows]) => toWritten(key, rows as WrittenCell[][] | null));
  return checkToJson(checkAnswers(homework, given, { require, strict }));
}

function toWritten(key: string, given: readonly (readonly WrittenCell[])[] | null) {
  if (given !== null && !(Array.isArray(given) && given.every(Array.isArray))) {
    throw badAnswer(key, "is not a list of rows");
  }
  const rows = (given ?? []).map((row) => row.map((cell) => toCell(key, cell)));
  if (rows.some((row) => row.length !== rows[0].length)) {
    refuseAs(
      "RAGGED_ROWS",
      `The rows of ${key} have different lengths.`,
      "Write null for an unanswered cell.",
      key,
    );
  }
  return { key, rows, source: "the answers" };
}

function toCell(key: string, cell: WrittenCell) {
  const isCell = typeof cell === "string" || typeof cell === "number";
  const written = cell === null ? null : isCell ? writtenFrom(String(cell).trim()) : undefined;
  if (written === undefined) throw badAnswer(key, `contains ${JSON.stringify(cell)}, which is not a number`);
  return written;
}

const badAnswer = (key: string, problem: string) =>
  new UserError("NOT_A_NUMBER", `${key} ${problem}.`, 'Give rows such as [["0.67", 0.33, null]].', key);

function checkStored(
  homework: Homework,
  answers: Readonly<Record<string, GivenRows>>,
  { require, strict, dtype, atol, rtol }: CheckSettings,
) {
  const idle = require !== undefined ? "require" : strict ? "strict" : undefined;
  if (idle) {
    refuse(`${idle} is for people's sheets, and these are a machine's numbers.`, `Leave out ${idle}.`);
  }
  const dumped = Object.entries(answers).map(([key, rows]) => toDumped(key, rows as GivenArray, dtype));
  const checked = checkDump([{ homework, answers: dumped }], rulesOf({ dtype, atol, rtol }));
  return machineCheckToJson(checked);
}

function toDumped(key: string, rows: GivenArray, dtype: FloatName = "float64") {
  const isFloat32 = Array.isArray(rows) && rows.every((row) => row instanceof Float32Array);
  const kept = isFloat32 ? "float32" : keptAs(dtype);
  return { key, source: "the answers", matrix: toMatrix(key, rows), kept };
}
