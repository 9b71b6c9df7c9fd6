import { slice } from "../ops/parts.js";
import type { EvaluationOptions } from "../trace/evaluate/evaluation.js";
import type { Axis, Op, Ref } from "../trace/op.js";
import * as plain from "../trace/recorder.js";
import type { Trace } from "../trace/trace.js";
import type { StepKind } from "./steps/step-kind.js";
import { STEPS, type StepName } from "./steps.js";

export type { Ref, StepDescription } from "../trace/recorder.js";

/** What a recipe says about a step in addition to, or instead of, the catalogue. */
export type Said = Partial<plain.StepDescription> & { readonly rows?: Axis; readonly columns?: Axis };

/** Records a recipe whose steps are in the catalogue. */
export interface Recorder extends plain.Recorder {
  /**
   * Records a step of the catalogue. Title, formula, axes, view and role come from the catalogue, unless `said`
   * replaces them. A margin or row summary belongs to the first input. Absent inputs are left out.
   */
  record<Params>(
    name: StepName,
    op: Op<Params>,
    given: readonly (Ref | undefined)[],
    ...more: undefined extends Params ? [params?: Params, said?: Said] : [params: Params, said?: Said]
  ): Ref;
  /** Records some rows or columns of a matrix. */
  cut(name: StepName, from: Ref, side: "rows" | "cols", first: number, count: number, said?: Said): Ref;
}

export const createRecorder = (command: string, how?: EvaluationOptions): Recorder =>
  withCatalogue(plain.createRecorder(command, how));

export const resumeRecorder = (trace: Trace, how?: EvaluationOptions): Recorder =>
  withCatalogue(plain.resumeRecorder(trace, how));

/** Returns a recorder that uses the catalogue. */
export function withCatalogue(recorder: plain.Recorder): Recorder {
  const record: Recorder["record"] = (name, op, given, ...[params, said]) => {
    const inputs = given.filter((ref) => ref !== undefined);
    return recorder.step<unknown>(op as Op<unknown>, inputs, describeStep(name, op, inputs, params, said));
  };
  return {
    ...recorder,
    record,
    cut(name, from, side, first, count, said) {
      const { rows, cols } = from.shape;
      const part =
        side === "rows"
          ? { firstRow: first, firstCol: 0, rows: count, cols }
          : { firstRow: 0, firstCol: first, rows, cols: count };
      const formula = `${side === "rows" ? "rows" : "columns"} ${first} to ${first + count - 1} of ${from.key}`;
      return record(name, slice, [from], part, "formula" in STEPS[name] ? said : { formula, ...said });
    },
  };
}

function describeStep(
  name: StepName,
  op: Pick<Op, "name">,
  inputs: readonly Ref[],
  params: unknown,
  said: Said = {},
): plain.DescriptionFor<unknown> {
  const kind: StepKind = STEPS[name];
  const { id = name, formula = "", view, role = name } = kind;
  const [of] = inputs;
  const isBeside = view === "margin" || view === "row-summary";
  return {
    id: said.id ?? id,
    title: said.title ?? kind.title ?? titleOf(id),
    formula: said.formula ?? (typeof formula === "string" ? formula : formula(inputs, op)),
    axes: said.axes ??
      kind.axes?.(inputs) ?? [
        said.rows ?? kind.rows ?? of.axes[0],
        said.columns ?? axisNamed(kind.columns) ?? of.axes[1],
      ],
    view: said.view ?? view,
    of: said.of ?? (isBeside ? of : undefined),
    valuesOn: said.valuesOn,
    blocked: said.blocked,
    notes: said.notes,
    role: said.role ?? role,
    params,
  };
}

/** Returns "scaled-scores" as "Scaled scores". */
const titleOf = (id: string) => id[0].toUpperCase() + id.slice(1).replaceAll("-", " ");

const axisNamed = (axis: StepKind["columns"]) => (typeof axis === "string" ? { name: axis } : axis);
