import { once } from "../../math/remember.js";
import { replay } from "../../trace/replay.js";
import { indexIn, partText } from "../../trace/scope.js";
import { findStep, type Trace } from "../../trace/trace.js";
import type { MachineDiagnosis } from "../machine/check-dump.js";
import { isOff } from "../machine/rule.js";
import { kvHeadsTiled } from "../mistakes/heads.js";
import { NORM_MISTAKES } from "../mistakes/layer-norms.js";
import { LAYER_MISTAKES } from "../mistakes/layer-parts.js";
import { MASK_MISTAKES } from "../mistakes/masks.js";
import { ifPossible, type MistakeText } from "../mistakes/mistake.js";
import { SCALE_MISTAKES } from "../mistakes/scale.js";
import { SOFTMAX_MISTAKES } from "../mistakes/softmax.js";
import { CROSS_MISTAKES } from "./cross-mistakes.js";
import { type JudgedPart, type Judging, judgePart } from "./judge-part.js";
import type { ModelHomework } from "./model-homework.js";
import { inLayer, varyStacks } from "./stacks.js";
import type { Varied } from "./variation.js";
import { VARIATIONS } from "./variations.js";

/** A way in which the other implementation may differ, ready to be compared. */
interface Candidate {
  readonly text: MistakeText;
  readonly parameters?: Varied["parameters"];
  /** The run with it, as far as layer `last`, where that is given. */
  run(last?: number): Trace | undefined;
}

/**
 * What gives the numbers of a dump: every candidate is run, and those are named that make the first wrong part right, leave
 * right what was right before it, and give most of the rest. parts: in the order of the run.
 */
export function findCauses(
  homework: ModelHomework,
  parts: readonly JudgedPart[],
  judging: Judging,
): readonly MachineDiagnosis[] {
  const firstWrong = parts.findIndex(({ units }) => units.some(isOff));
  const upToFirst = parts.slice(0, firstWrong + 1);
  const { key } = parts[firstWrong].part;
  const last = layerOf(homework.trace, key);
  const fitting = (candidates: readonly Candidate[]) =>
    candidates.flatMap((candidate) => {
      const near = candidate.run(last);
      // The nearest part to the first wrong one is looked at first: most candidates fail there.
      if (!near || !upToFirst.toReversed().every((part) => isRightIn(near, part, judging))) return [];
      const whole = last === undefined ? near : candidate.run();
      return whole ? [{ candidate, right: parts.filter((part) => isRightIn(whole, part, judging)) }] : [];
    });
  const { model } = homework;
  const layer = last ?? model.architecture.numLayers - 1;
  const general = fitting(everywhere(homework));
  const isExplained = general.some(({ right }) => right.length === parts.length);
  // Of a model that was converted layer by layer one layer alone may be wrong.
  const found = isExplained
    ? general
    : [...general, ...fitting(varied(homework, (one) => inLayer(layer, model, one)))];
  const most = Math.max(...found.map(({ right }) => right.length));
  return found
    .filter(({ right }) => right.length === most)
    .map(({ candidate: { text, parameters }, right }) => ({
      mistake: text,
      step: findStep(homework.trace, key)?.id ?? text.step,
      ...(parameters && { parameters }),
      explains: countWrong(right),
      of: countWrong(parts),
    }));
}

const countWrong = (parts: readonly JudgedPart[]) =>
  parts.reduce((count, { units }) => count + units.filter(isOff).length, 0);

const isRightIn = (trace: Trace, { part, type }: JudgedPart, judging: Judging): boolean =>
  !judgePart(trace, part, type, judging).units.some(isOff);

/** The layer as far as which a run makes a part, of the decoder where there is an encoder; undefined for one behind the layers. */
function layerOf(trace: Trace, key: string): number | undefined {
  const step = findStep(trace, key);
  if (!step) return undefined;
  if (step.scope.some((part) => partText(part) === "encoder")) return 0;
  return indexIn(step.scope, "layer") ?? (step.id.includes("embedding") ? 0 : undefined);
}

const STEP_MISTAKES = [
  ...NORM_MISTAKES,
  ...LAYER_MISTAKES,
  ...SCALE_MISTAKES,
  ...MASK_MISTAKES,
  ...SOFTMAX_MISTAKES,
  kvHeadsTiled,
  ...CROSS_MISTAKES,
];

function everywhere(homework: ModelHomework): readonly Candidate[] {
  const { model, trace } = homework;
  const problem = { matrices: {}, settings: {}, model };
  const again = { trace, problem, record: () => trace };
  const altered = STEP_MISTAKES.filter(({ id }) => !SAID_BY_VARIATIONS.includes(id)).flatMap((text) =>
    // An altered run is worked once, whatever it is compared with.
    text.apply(again).map((other): Candidate => ({ text, run: once(() => replay(other, {})) })),
  );
  return [...varied(homework, (one) => [one]), ...altered];
}

/** The variations, each as `narrow` has it. */
const varied = (homework: ModelHomework, narrow: (one: Varied) => readonly Varied[]): readonly Candidate[] =>
  VARIATIONS.flatMap((text) =>
    varyStacks(text, homework.model)
      .flatMap(narrow)
      .map(
        ({ model, parameters }): Candidate => ({
          text,
          run: (last) => ifPossible(() => homework.record(model, last)),
          ...(parameters && { parameters }),
        }),
      ),
  );

/** Named by the variations, with what stands in a config for it. */
const SAID_BY_VARIATIONS: readonly string[] = [
  "activation-gelu-variant",
  "activation-other",
  "gate-swapped",
  "norm-misplaced",
  "mask-missing",
  "scale-missing",
  "scale-by-dk",
  "scale-by-sqrt-dmodel",
];
