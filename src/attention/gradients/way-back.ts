import { sumOver } from "../../math/lists.js";
import type { Shape } from "../../math/matrix.js";
import { remember } from "../../math/remember.js";
import { add } from "../../ops/elementwise.js";
import { placeParts } from "../../ops/parts.js";
import type { GradientText, Op, ParamsOf, Place, WayBack } from "../../trace/op.js";
import { keyIn, type Scope, sameScope } from "../../trace/scope.js";
import type { Step } from "../../trace/trace.js";
import type { Recorder, Ref, StepDescription } from "../recorder.js";
import { differentiatedIn, findPath } from "./path.js";
import { describeGradient, type GradientWords, gradientSymbol } from "./words.js";

/**
 * Records the gradients of a loss by all that a result was made of, from the gradient by the result back to the inputs that
 * `isVariable` names, and gives them by key. Each is the step `d-` and the id of what it is by, in the scope of that (those
 * of inputs in that of the result); what is used several times has the sum of its parts.
 */
export function recordWayBack(
  recorder: Recorder,
  { result, gradient: ofResult }: { readonly result: Ref; readonly gradient: Ref },
  isVariable: (input: string) => boolean,
  words: GradientWords,
): ReadonlyMap<string, Ref> {
  const { steps: path, uses } = findPath(recorder, result.key, isVariable);
  const steps = new Map(recorder.trace().steps.map((step) => [step.key, step]));
  const contributions = new Map<string, Contribution[]>();
  // Those that are whole, by the key of what they are by.
  const gradients = new Map([[result.key, ofResult]]);
  // Cells that are 0 since they are masked, by the key of a gradient.
  const masked = new Map<string, Step["blocked"]>();
  const taken = new Set(steps.keys());
  // What records the gradients of steps in scopes further in, once these are come to.
  const awaited = new Map<string, (() => void)[]>();

  const idOf = (key: string) => steps.get(key)?.id ?? key;
  const scopeOf = (key: string) => (steps.get(key) ?? steps.get(result.key))?.scope ?? [];

  const record = <Params>(
    scope: Scope,
    op: Op<Params>,
    inputs: readonly Ref[],
    description: StepDescription,
    [params]: ParamsOf<Params>,
  ): Ref => {
    const ref = recorder.within(scope, () => recorder.step(op, inputs, { ...description, params }));
    masked.set(ref.key, description.blocked);
    taken.add(ref.key);
    return ref;
  };

  /** Takes in what one step gives; once all have given theirs, the gradient is whole. */
  const contribute = ({ key, shape }: Ref, contribution: Contribution): void => {
    const given = remember(contributions, key, () => []);
    given.push(contribution);
    if (given.length < (uses.get(key) ?? 0)) return;
    if (given.length === 1 && !contribution.at) {
      gradients.set(key, contribution.gradient);
      return;
    }
    const [id, scope] = [`d-${idOf(key)}`, scopeOf(key)];
    const named = { id, of: steps.get(key), ref: recorder.ref(key) };
    const describe = (formula: string) => describeGradient(named, { formula }, words);
    taken.add(keyIn(scope, id));
    gradients.set(
      key,
      recorder.within(scope, () => recordSum(recorder, shape, given, describe)),
    );
  };

  /** What a gradient is called that comes by way of one step, and where it stands: a part, when there are several. */
  const namePart = (key: string, step: Step, to: number): { readonly scope: Scope; readonly id: string } => {
    const [id, scope] = [`d-${idOf(key)}`, scopeOf(key)];
    if (uses.get(key) === 1) return { scope, id };
    const isWithin = !sameScope(scope, step.scope);
    const part = words.part(step, to, id) ?? (isWithin ? id : `${id}-from-${step.id}`);
    const ids = [part, `${id}-from-${step.id}`, `${id}-from-${step.id}-${to}`];
    const own = (one: string) => keyIn(step.scope, one);
    const free = ids.find((one) => own(one) !== keyIn(scope, id) && !taken.has(own(one)));
    return { scope: step.scope, id: free ?? part };
  };

  /** What the op of a step records with. */
  const wayBackFrom = (step: Step, gradient: Ref): WayBack => {
    const targets = differentiatedIn(recorder, step);
    return {
      symbol: ({ key }) => words.symbol(idOf(key)) ?? idOf(key),
      give(to, op, inputs, said, ...params) {
        const ref = targets[to];
        if (!uses.has(ref.key)) return;
        const of = steps.get(ref.key);
        const text = gradientText(said);
        const give = () => {
          const { scope, id } = namePart(ref.key, step, to);
          const by = uses.get(ref.key) === 1 ? undefined : step;
          const blocked = text.isZeroWhereMasked && (step.blocked ?? masked.get(gradient.key));
          const description = {
            ...describeGradient({ id, ref, of, by }, text, words),
            blocked: blocked || undefined,
          };
          contribute(ref, { gradient: record(scope, op, inputs, description, params) });
        };
        // What a head is given is recorded among its other steps.
        const isWithin = of !== undefined && of.scope.length > step.scope.length;
        if (isWithin) remember(awaited, ref.key, () => []).push(give);
        else give();
      },
      place(to, part, at) {
        if (uses.has(targets[to].key)) contribute(targets[to], { gradient: part, at });
      },
      between(description, op, inputs, text, ...params) {
        const { id } = description;
        const said = { role: id, ...description, ...gradientText(text), ...words.describe(id) };
        return record(step.scope, op, inputs, said, params);
      },
    };
  };

  for (const step of path) {
    for (const give of awaited.get(step.key) ?? []) give();
    const gradient = gradients.get(step.key);
    if (!gradient) throw new RangeError(`nothing was recorded of the gradient by "${step.key}"`);
    step.op.gradient?.(wayBackFrom(step, gradient), {
      inputs: step.inputs.map(recorder.ref),
      params: step.params,
      output: recorder.ref(step.key),
      gradient,
      d: gradientSymbol(step.id, words),
      nodes: recorder.numbers.nodes,
    });
  }
  return gradients;
}

const gradientText = (text: string | GradientText): GradientText =>
  typeof text === "string" ? { formula: text } : text;

/** A gradient as far as it comes by way of one step; that of a part alone where it has a place. */
interface Contribution {
  readonly gradient: Ref;
  readonly at?: Place;
}

/** Records the gradient by something that is used several times, or of which a part is used: the sum of what each use gives. */
function recordSum(
  recorder: Recorder,
  { rows, cols }: Shape,
  given: readonly Contribution[],
  describe: (formula: string) => StepDescription,
): Ref {
  const parts = given.map(({ gradient }) => gradient);
  if (given.every(({ at }) => !at)) {
    return recorder.step(add, parts, describe(listParts(parts, " + ")));
  }
  const places = given.map(({ at = { firstRow: 0, firstCol: 0 } }) => at);
  return recorder.step(placeParts, parts, {
    ...describe(placedText(parts, rows * cols)),
    params: { rows, cols, places },
  });
}

/** How parts that are put in their places make up a whole of so many cells. */
function placedText(parts: readonly Ref[], cells: number): string {
  const sizes = parts.map(({ shape }) => shape.rows * shape.cols);
  if (sizes.every((size) => size === cells)) return listParts(parts, " + ");
  const isShared = sumOver(sizes) > cells;
  return `${listParts(parts, ", ")}, each in its place${isShared ? ", added where they share one" : ""}`;
}

/** More parts than these are not all written. */
const MOST_WRITTEN = 4;

function listParts(parts: readonly Ref[], separator: string): string {
  const keys = parts.map(({ key }) => key);
  if (keys.length <= MOST_WRITTEN) return keys.join(separator);
  return [keys[0], keys[1], "…", keys[keys.length - 1]].join(separator);
}
