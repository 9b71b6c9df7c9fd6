import { slice } from "../ops/parts.js";
import type { EvaluationOptions } from "../trace/evaluate/evaluation.js";
import type { Axis, Op, Ref } from "../trace/op.js";
import * as plain from "../trace/recorder.js";
import type { Trace } from "../trace/trace.js";
import type { StepKind } from "./steps/step-kind.js";
import { STEPS, type StepName } from "./steps.js";

export type { Ref, StepDescription } from "../trace/recorder.js";

/** What a recipe says about a step in addition to, or instead of, the catalogue. */
export type StepOverrides = Partial<plain.StepDescription> & {
  readonly rows?: Axis;
  readonly columns?: Axis;
};

/** Records a recipe whose steps are in the catalogue. */
export interface Recorder extends plain.Recorder {
  /**
   * Records a step of the catalogue. Title, formula, axes, view and role come from the catalogue, unless `overrides`
   * replaces them. A margin or row summary belongs to the first input. Absent inputs are left out.
   */
  record<Params>(
    name: StepName,
    op: Op<Params>,
    given: readonly (Ref | undefined)[],
    ...more: undefined extends Params
      ? [params?: Params, overrides?: StepOverrides]
      : [params: Params, overrides?: StepOverrides]
  ): Ref;
  /** Records some rows or columns of a matrix. */
  cut(
    name: StepName,
    from: Ref,
    side: "rows" | "cols",
    first: number,
    count: number,
    overrides?: StepOverrides,
  ): Ref;
}

export const createRecorder = (command: string, how?: EvaluationOptions): Recorder =>
  withCatalogue(plain.createRecorder(command, how));

export const resumeRecorder = (trace: Trace, how?: EvaluationOptions): Recorder =>
  withCatalogue(plain.resumeRecorder(trace, how));

/** Returns a recorder that uses the catalogue. */
export function withCatalogue(recorder: plain.Recorder): Recorder {
  const record: Recorder["record"] = (name, op, given, ...[params, overrides]) => {
    const inputs = given.filter((ref) => ref !== undefined);
    return recorder.step<unknown>(
      op as Op<unknown>,
      inputs,
      describeStep(name, op, inputs, params, overrides),
    );
  };
  return {
    ...recorder,
    record,
    cut(name, from, side, first, count, overrides) {
      const { rows, cols } = from.shape;
      const part =
        side === "rows"
          ? { firstRow: first, firstCol: 0, rows: count, cols }
          : { firstRow: 0, firstCol: first, rows, cols: count };
      const formula = `${side === "rows" ? "rows" : "columns"} ${first} to ${first + count - 1} of ${from.key}`;
      return record(
        name,
        slice,
        [from],
        part,
        "formula" in STEPS[name] ? overrides : { formula, ...overrides },
      );
    },
  };
}

function describeStep(
  name: StepName,
  op: Pick<Op, "name">,
  inputs: readonly Ref[],
  params: unknown,
  overrides: StepOverrides = {},
): plain.DescriptionFor<unknown> {
  const kind: StepKind = STEPS[name];
  const { id = name, formula = "", view, role = name } = kind;
  const [of] = inputs;
  const isBeside = view === "margin" || view === "row-summary";
  return {
    id: overrides.id ?? id,
    title: overrides.title ?? kind.title ?? titleOf(id),
    formula: overrides.formula ?? (typeof formula === "string" ? formula : formula(inputs, op)),
    axes: overrides.axes ??
      kind.axes?.(inputs) ?? [
        overrides.rows ?? kind.rows ?? of.axes[0],
        overrides.columns ?? axisNamed(kind.columns) ?? of.axes[1],
      ],
    view: overrides.view ?? view,
    of: overrides.of ?? (isBeside ? of : undefined),
    valuesOn: overrides.valuesOn,
    blocked: overrides.blocked,
    notes: overrides.notes,
    role: overrides.role ?? role,
    params,
  };
}

/** Returns "scaled-scores" as "Scaled scores". */
const titleOf = (id: string) => id[0].toUpperCase() + id.slice(1).replaceAll("-", " ");

const axisNamed = (axis: StepKind["columns"]) => (typeof axis === "string" ? { name: axis } : axis);
