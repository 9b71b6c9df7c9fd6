import { splitHead } from "../../attention/names.js";
import type { Homework } from "../../check/check.js";
import type { Dumped, DumpedBatch, DumpRules, MachineCheck } from "../../check/machine/check-dump.js";
import { FLOAT_NAMES, type FloatName } from "../../check/machine/float-names.js";
import { checkModelDump } from "../../check/model/check-model.js";
import type { DumpedTensor } from "../../check/model/dumped-tensor.js";
import type { ModelHomework } from "../../check/model/model-homework.js";
import { refuse, setting } from "../../errors.js";
import type { GivenAnswer } from "../../input/answers.js";
import { inputNamed } from "../../input/names.js";
import { refuseIn } from "../../input/source.js";
import { matrixFromRows } from "../../math/matrix.js";
import { halfUnitOf } from "../../math/written.js";
import { keptAs, rulesOf } from "../arithmetic/rounding-settings.js";
import type { FinishedRun } from "../finished-run.js";
import { recordProblem } from "../record-problem.js";

/** A machine's answers for each batch, and the rules for judging them. */
export interface AnsweredDump {
  readonly batches: readonly DumpedBatch[];
  readonly rules: DumpRules;
}

/** Returns the answers of a sheet that are judged, with the rules. Throws USAGE if there is nothing to compare. */
export function answeredDump(
  homeworks: readonly Homework[],
  answers: readonly GivenAnswer[],
  { settings, views }: FinishedRun,
): AnsweredDump {
  const { rule, head, critique, rows } = views;
  const rules = rulesOf({ ...settings, ...views });
  const asked = answers.filter(({ key }) => head === undefined || headOf(key) === head);
  const batches = homeworks.map((homework, batch) => ({
    ...(homeworks.length > 1 && { batch }),
    homework,
    answers: asked
      // A sum over all batches is judged with the first one.
      .filter((answer) => (Number(answer.batch) || 0) === batch && !isInputOf(homework, answer))
      .map((answer) => toDumped(answer, rules.dtype)),
  }));
  if (batches.every((batch) => batch.answers.length === 0)) {
    const isLeftOut = asked.length < answers.length;
    refuse(
      "Nothing was answered: there is nothing to compare.",
      isLeftOut
        ? `Leave out ${setting("head")} ${head}: there is no separate answer of that head.`
        : `Name an output: ${setting("check")} output=o.npy.`,
    );
  }
  return { batches, rules: { ...rules, rule: rule === "sigma" ? undefined : rule, critique, rows } };
}

/** Returns the head of an answer. */
function headOf(key: string) {
  const { head, isKv } = splitHead(key) ?? {};
  return isKv ? undefined : head;
}

/**
 * Whether an array in a dump is an input of the run. Throws CONFLICTING_INPUTS if its numbers differ from the input.
 */
function isInputOf({ trace }: Homework, { key, stored, source }: GivenAnswer) {
  const name = inputNamed(key);
  const input = trace.inputs.find((known) => known.name === name)?.matrix;
  if (!input || !stored || trace.steps.some((step) => step.key === key)) return false;
  const { data } = stored.matrix;
  if (data.length === input.data.length && data.every((value, at) => Object.is(value, input.data[at])))
    return true;
  return refuseIn(
    source,
    "CONFLICTING_INPUTS",
    `"${key}" is an input of this run, but it differs from the given one.`,
    `Leave it out of ${source}, or give it as the input.`,
  );
}

function toDumped(answer: GivenAnswer, dtype: FloatName = "float64"): Dumped {
  const { key, source, stored, called } = answer;
  const named = {
    key,
    source,
    ...(called !== undefined && { called }),
    ...(answer.batch === "all" && { isOfAllBatches: true as const }),
  };
  if (stored) {
    const { matrix, type } = stored;
    return { ...named, matrix, kept: FLOAT_NAMES.find((name) => name === type) ?? "float64" };
  }
  const { rows } = answer;
  if (rows.length === 0)
    refuseIn(source, "EMPTY_MATRIX", `${key} is not answered.`, "Leave it out, or give its numbers.");
  return {
    ...named,
    matrix: matrixFromRows(rows.map((row) => row.map((cell) => cell?.value ?? Number.NaN))),
    slack: Float64Array.from(rows.flat(), (cell) =>
      cell && Number.isFinite(cell.value) ? halfUnitOf(cell) : 0,
    ),
    kept: keptAs(dtype),
    isPrinted: true,
  };
}

/** The arrays of another implementation. `batch` chooses one of several texts in them. */
export interface ModelDump {
  readonly tensors: readonly DumpedTensor[];
  readonly batch: number | undefined;
}

/** Compares the arrays of another implementation with the run of a model. Throws the errors of checkModelDump. */
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
    ...rulesOf({ ...settings, ...views }),
    batch,
    head: views.head,
  });
}
