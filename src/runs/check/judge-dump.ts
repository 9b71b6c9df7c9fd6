import type { Homework } from "../../check/check.js";
import { checkDump, type Dumped, type MachineCheck } from "../../check/machine/check-dump.js";
import type { FloatName } from "../../check/machine/float-names.js";
import { FLOAT_TYPES } from "../../check/machine/float-types.js";
import { checkModelDump } from "../../check/model/check-model.js";
import type { DumpedTensor } from "../../check/model/dumped-tensor.js";
import type { ModelHomework } from "../../check/model/model-homework.js";
import { UserError } from "../../errors.js";
import type { GivenAnswer } from "../../input/answers.js";
import { inputNamed } from "../../input/names.js";
import { type Matrix, matrixFromRows } from "../../math/matrix.js";
import { toleranceOf } from "../../math/written.js";
import type { PrecisionSettings } from "../arithmetic/rounding-settings.js";
import type { FinishedRun } from "../finished-run.js";
import { recordProblem } from "../record.js";

/** Judges the answers of a machine. Throws UNKNOWN_STEP, SHAPE_MISMATCH, and USAGE when nothing is left to compare. */
export function judgeDump(
  homeworks: readonly Homework[],
  answers: readonly GivenAnswer[],
  { settings, views }: FinishedRun,
): MachineCheck {
  const { rule, head } = views;
  const rules = rulesOf({ settings, views });
  const asked = head === undefined ? answers : answers.filter(({ key }) => headOf(key) === head);
  const batches = homeworks.map((homework, index) => ({
    ...(homeworks.length > 1 && { batch: index }),
    homework,
    answers: asked.flatMap((answer) =>
      (answer.batch ?? 0) !== index || isInputOf(homework, answer) ? [] : [toDumped(answer, rules.dtype)],
    ),
  }));
  if (batches.every((batch) => batch.answers.length === 0)) {
    throw new UserError("USAGE", "Nothing was answered: there is nothing to compare.", {
      hint:
        asked.length < answers.length
          ? `Leave out --head ${head}: there is no answer of that head alone.`
          : "Name an output: --check output=o.npy.",
    });
  }
  return checkDump(batches, { ...rules, rule: rule === "sigma" ? undefined : rule });
}

/** What options say of the precision that is expected of a machine. */
function rulesOf({ settings, views: { atol, rtol } }: Pick<FinishedRun, "settings" | "views">) {
  const { dtype } = settings as Partial<PrecisionSettings>;
  const isSaid = (atol ?? rtol) !== undefined;
  return { dtype, ...(isSaid && { tolerance: { atol: atol ?? 0, rtol: rtol ?? 0 } }) };
}

/** The head that an answer is of. */
function headOf(key: string): number | undefined {
  const [, head] = /^\s*head[\s_-]*(\d+)/i.exec(key) ?? [];
  return head === undefined ? undefined : Number(head);
}

/** What a dump holds of what went in is no answer, if it is what went in here. Throws CONFLICTING_INPUTS if it is not. */
function isInputOf({ trace }: Homework, { key, stored, source }: GivenAnswer): boolean {
  const name = inputNamed(key);
  const input = trace.inputs.find((one) => one.name === name)?.matrix;
  if (!input || !stored || trace.steps.some((step) => step.key === key)) return false;
  const { data } = stored.matrix;
  if (data.length === input.data.length && data.every((value, at) => Object.is(value, input.data[at])))
    return true;
  const message = `"${key}" is an input of this run, and it is not the one that was given.`;
  throw new UserError("CONFLICTING_INPUTS", message, {
    hint: `Leave it out of ${source}, or give it as the input.`,
    location: { source },
  });
}

function toDumped({ key, source, stored, rows }: GivenAnswer, dtype: FloatName | undefined): Dumped {
  if (stored)
    return { key, source, matrix: stored.matrix, kept: isFloat(stored.type) ? stored.type : "float64" };
  const numbers = rows.map((row) => row.map((cell) => cell?.value ?? Number.NaN));
  const slack = Float64Array.from(rows.flat(), (cell) =>
    cell && Number.isFinite(cell.value) ? toleranceOf(cell) : 0,
  );
  const printed = dtype === "tf32" ? "float32" : dtype;
  return {
    key,
    source,
    matrix: matrixOf(numbers, key, source),
    slack,
    kept: printed ?? "float64",
    isPrinted: true,
  };
}

const isFloat = (type: string): type is FloatName => Object.hasOwn(FLOAT_TYPES, type);

function matrixOf(rows: readonly number[][], key: string, source: string): Matrix {
  if (rows.length > 0) return matrixFromRows(rows);
  throw new UserError("EMPTY_MATRIX", `${key} is not answered.`, {
    hint: "Leave it out, or give its numbers.",
    location: { source },
  });
}

/** Arrays of another implementation, and which of several texts in them is meant. */
export interface ModelDump {
  readonly tensors: readonly DumpedTensor[];
  readonly batch: number | undefined;
}

/** Compares the arrays of another implementation with the run of a model. Throws as checkModelDump does. */
export function judgeModelDump(run: FinishedRun, { tensors, batch }: ModelDump): MachineCheck {
  const { command, reading, settings, trace, views } = run;
  const { model } = reading;
  const { ids, decoderIds } = Object.fromEntries(
    ["ids", "decoderIds"].map((name) => [name, trace.facts[name]?.value as readonly number[] | undefined]),
  );
  if (!model || !ids) throw new RangeError("there is no model to compare with");
  const { text: _, decoderText: _target, ...rest } = settings;
  const again = { ...rest, ids, ...(decoderIds && { decoderIds }), logitLens: false };
  const record: ModelHomework["record"] = (other, layer) =>
    recordProblem(command, { ...reading, settings: again, model: other }, { needs: "steps", layer });
  return checkModelDump({ trace, model, ids, decoderIds, record }, tensors, {
    ...rulesOf(run),
    batch,
    head: views.head,
  });
}
