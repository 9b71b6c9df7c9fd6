import { refuseAs, setting } from "../errors.js";
import { present } from "../math/lists.js";
import type { Shape } from "../math/matrix.js";
import { slice } from "../ops/parts.js";
import type { Arithmetic, EvaluationOptions } from "../trace/evaluate/evaluation.js";
import type { Axis, Op, Ref } from "../trace/op.js";
import * as plain from "../trace/recorder.js";
import type { Trace } from "../trace/trace.js";
import { hasRole, isPairwise, STEPS, type StepKind, type StepName } from "./steps.js";

export type { Ref, StepDescription } from "../trace/recorder.js";

/** What a recipe says about a step in addition to, or instead of, the catalogue. */
export type StepOverrides = Partial<plain.StepDescription> & {
  readonly rows?: Axis;
  readonly columns?: Axis;
};

/** The same, or the formula alone. */
export type StepText = StepOverrides | string;

const overridesOf = (text: StepText = {}) => (typeof text === "string" ? { formula: text } : text);

/**
 * The recorder of the recipe that runs now. A recipe records all its steps without waiting, so there is one at a time. A
 * recording inside another one (a sample of a sweep) ends before the outer one continues.
 */
export let recorder: plain.Recorder;

/** Returns the numbers of an input or a step of the recipe that runs now. */
export const numbersOf = (ref: Ref) => recorder.numbers.of(ref);

/** Records what `body` records with this recorder. */
export function recordWith<T>(inner: plain.Recorder, body: () => T): T {
  const outer = recorder;
  recorder = inner;
  try {
    return body();
  } finally {
    recorder = outer;
  }
}

/** Records a recipe from its first step to its last. */
export const recordRecipe = (command: string, how: EvaluationOptions, recipe: () => void): Trace =>
  recordWith(plain.createRecorder(command, how), () => {
    recipe();
    return recorder.trace();
  });

/**
 * Records a step of the catalogue. Title, formula, axes, view and role come from the catalogue, unless `text`
 * replaces them. A margin or row summary belongs to the first input. Absent inputs are left out.
 */
export function record<Params>(
  name: StepName,
  op: Op<Params>,
  given: readonly (Ref | undefined)[],
  ...[params, text]: undefined extends Params
    ? [params?: Params, text?: StepText]
    : [params: Params, text?: StepText]
): Ref {
  const inputs = present(given);
  return recorder.step(op as Op<unknown>, inputs, describeStep(name, op, inputs, params, overridesOf(text)));
}

/** Records some rows or columns of a matrix. */
export function cut(
  name: StepName,
  from: Ref,
  side: "rows" | "cols",
  first: number,
  count: number,
  text?: StepText,
): Ref {
  const part =
    side === "rows"
      ? { firstRow: first, firstCol: 0, ...from.shape, rows: count }
      : { firstRow: 0, firstCol: first, ...from.shape, cols: count };
  const formula = `${side === "rows" ? "rows" : "columns"} ${first} to ${first + count - 1} of ${from.key}`;
  const stated = "formula" in STEPS[name] ? {} : { formula };
  return record(name, slice, [from], part, { ...stated, ...overridesOf(text) });
}

function describeStep(
  name: StepName,
  op: Pick<Op, "name">,
  inputs: readonly Ref[],
  params: unknown,
  { axes, rows, columns, ...overrides }: StepOverrides,
): plain.DescriptionFor<unknown> {
  const kind: StepKind = STEPS[name];
  const { id = name, title = titleOf(id), formula = "", view, role = name, columns: across } = kind;
  const [of] = inputs;
  const isBeside = view === "margin" || view === "row-summary";
  return {
    id,
    title,
    view,
    role,
    params,
    formula: typeof formula === "string" ? formula : formula(inputs, op),
    of: isBeside ? of : undefined,
    axes: axes ??
      kind.axes?.(inputs) ?? [
        rows ?? kind.rows ?? of.axes[0],
        columns ?? (typeof across === "string" ? { name: across } : across) ?? of.axes[1],
      ],
    ...overrides,
  };
}

/** Returns "scaled-scores" as "Scaled scores". */
const titleOf = (id: string) => id[0].toUpperCase() + id.slice(1).replaceAll("-", " ");

/** The purpose of a recording: to look at it, for its output or its costs alone, or to read every step repeatedly. */
export type Needs = "view" | "output" | "costs" | "steps";

/** How a recipe records. */
export interface RecordOptions {
  /** Default: "view". */
  readonly needs?: Needs | undefined;
  /** The number of attentions of this size in the run. The limit for kept steps applies to all of them together. */
  readonly attentions?: number | undefined;
  /** Whether only outputs and log-sum-exps are compared with those of a machine. Then only small n×m steps are kept. */
  readonly comparesOutputs?: boolean | undefined;
  /** Whether to record the log-sum-exp of each row even if it is not recorded by default. */
  readonly logSumExp?: boolean | undefined;
  /** The last layer of a model that is needed. */
  readonly layer?: number | undefined;
  /** How steps are computed. Default: in float64. */
  readonly arithmetic?: Arithmetic | undefined;
}

/** The maximum number of cells of a kept n×m step, unless `stream` is set: 2048 queries × 2048 keys. */
const MAX_KEPT_CELLS = 2048 * 2048;

/** The same limit for a run that is only judged. Its rows are computed when they are asked for. */
const MAX_COMPARED_CELLS = 64 * 64;

/**
 * Decides which n×m steps are kept and which are computed in blocks of rows for the steps that need them. Throws
 * BAD_VALUE if `stream` is set but every weight is needed, for the reason in `obstacle`.
 */
export function settleEvaluation(
  { stream }: { readonly stream?: boolean | undefined },
  { arithmetic, needs, attentions = 1, comparesOutputs = false }: RecordOptions,
  obstacle?: string,
): EvaluationOptions {
  if (stream === true && obstacle)
    refuseAs("BAD_VALUE", `${setting("stream")}: ${obstacle}.`, "Leave it out, and every step is kept.");

  const hint = obstacle ? "Make it smaller." : `Add ${setting("stream")}, which keeps no n×m step.`;
  const most = comparesOutputs ? MAX_COMPARED_CELLS : Math.floor(MAX_KEPT_CELLS / attentions);
  const isKept = ({ rows, cols }: Shape) => {
    const isStreamed = stream ?? (!obstacle && needs !== "steps" && rows * cols > most);
    if (!isStreamed) refuseTooLarge(rows, cols, hint);
    return !isStreamed;
  };
  return { arithmetic, areStepsShown: needs !== "output" && !comparesOutputs, keeps: keepsPairs(isKept) };
}

/** Keeps every step except n×m steps that are too large or that depend on steps that are not kept. */
function keepsPairs(
  isKept: (shape: Shape) => boolean,
  unkept = new Set<string>(),
): EvaluationOptions["keeps"] {
  return (node) => {
    if (!isPairwise(node)) return true;
    if (!node.inputs.some((key) => unkept.has(key)) && isKept(node.shape)) return true;
    unkept.add(node.key);
    return false;
  };
}

/**
 * Decides which steps are kept when a recording is continued: steps as large as those that were not kept are not kept
 * either.
 */
export function settleResumedEvaluation({ steps }: Trace): EvaluationOptions {
  const least = steps
    .filter((step) => !step.isKept && hasRole(step, "scores"))
    .reduce((size, { shape }) => Math.min(size, shape.rows * shape.cols), Number.POSITIVE_INFINITY);
  const passing = new Set(steps.flatMap(({ key, isKept }) => (isKept ? [] : [key])));
  return { keeps: keepsPairs(({ rows, cols }) => rows * cols < least, passing) };
}

/** States that n×m steps are not kept. */
export function stateStream() {
  recorder.convention("stream", true, "row by row: no step of n×m numbers is kept");
}

/** The maximum number of cells of a step. More cells take more than 2 GiB, and a run has several steps of this size. */
const MAX_CELLS = 2 ** 28;

/** Throws BAD_VALUE for a step that is too large to keep, before it is computed. */
export function refuseTooLarge(rows: number, cols: number, hint: string) {
  if (rows * cols <= MAX_CELLS) return;
  refuseAs(
    "BAD_VALUE",
    `a step of this run has ${rows}×${cols} numbers, more than fit into memory: at most ${MAX_CELLS} are kept.`,
    hint,
  );
}
