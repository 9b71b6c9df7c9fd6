import type { MachineCheck } from "../check/machine/check-dump.js";
import { checkModelDump } from "../check/model/check-model.js";
import type { DumpedTensor } from "../check/model/dumped-tensor.js";
import { recordProblem } from "../commands/record.js";
import { UserError } from "../errors.js";
import type { FinishedRun } from "./finished-run.js";
import type { PrecisionSettings } from "./rounding-settings.js";

/** Arrays of another implementation, and which of several texts in them is meant. */
export interface ModelDump {
  readonly tensors: readonly DumpedTensor[];
  readonly batch: number | undefined;
}

/** Compares the arrays of another implementation with the run of a model. Throws as checkModelDump does. */
export function judgeModelDump(run: FinishedRun, { tensors, batch }: ModelDump): MachineCheck {
  const { command, reading, settings, trace, views } = run;
  const { model } = reading;
  const ids = trace.facts.ids?.value;
  if (!model || !Array.isArray(ids)) throw new RangeError("there is no model to compare with");
  if (views.rule !== undefined) {
    throw new UserError("USAGE", "--rule is about one attention, and a dump of a whole model is compared.", {
      hint: "Leave out --rule.",
    });
  }
  const { dtype } = settings as Partial<PrecisionSettings>;
  const { atol, rtol } = views;
  const decoderIds = trace.facts.decoderIds?.value as readonly number[] | undefined;
  const { text: _, decoderText: _target, ...rest } = settings;
  const tokens = { ids, ...(decoderIds && { decoderIds }) };
  const again = { ...reading, settings: { ...rest, ...tokens, logitLens: false } };
  return checkModelDump(
    {
      ...{ trace, model, ids: ids as readonly number[], decoderIds },
      record: (other, layer) =>
        recordProblem(
          command,
          { ...again, model: other },
          { needs: "steps", ...(layer !== undefined && { layer }) },
        ),
    },
    tensors,
    {
      ...{ dtype, batch },
      ...((atol !== undefined || rtol !== undefined) && { tolerance: { atol: atol ?? 0, rtol: rtol ?? 0 } }),
    },
  );
}
