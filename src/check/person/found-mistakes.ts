import { remember } from "../../math/remember.js";
import { explainStep } from "../../trace/trace.js";
import type { Sheet } from "../answers.js";
import { conventionOf } from "../convention.js";
import type { Diagnosis } from "../diagnose.js";
import { doesNotFollow, outputNotFromWeights, valuesOf } from "../mistakes/findings.js";
import type { Homework, MistakeText } from "../mistakes/mistake.js";
import { SLIPS } from "../mistakes/slips.js";
import type { Cause, FollowedStep, Story } from "./follow.js";
import { cellAt, type MarkedJudgement } from "./mark-steps.js";
import { isMistake, type Variant } from "./variants.js";

type OfKind<Kind extends Cause["kind"]> = Extract<Cause, { kind: Kind }>;

/** What was found of one thing that was done, in the order of the steps. */
interface Found extends Diagnosis {
  readonly at: number;
}

/** What was done on a sheet, the first step first. What was done in several heads is one thing. */
export function findMistakes(
  homework: Homework,
  sheet: Sheet,
  story: Story,
  judged: readonly MarkedJudgement[],
): readonly Diagnosis[] {
  const of = judged.reduce((count, { wrong }) => count + wrong.length, 0);
  const found = [
    ...namedMistakes(homework, story, judged, of),
    ...slips(story, judged, of),
    ...unexplained(homework, story, judged, of),
  ].sort((one, other) => one.at - other.at);
  const isOnly = new Set(found.map(({ at }) => at)).size === 1;
  return found.map(({ at: _, ...diagnosis }) => {
    if (!isOnly) return diagnosis;
    const mistake = diagnosis.mistake;
    const convention = "apply" in mistake ? conventionFor(homework, story, mistake, sheet) : undefined;
    return { ...diagnosis, explains: of, ...(convention !== undefined && { convention }) };
  });
}

function conventionFor(homework: Homework, { causes }: Story, mistake: MistakeText, sheet: Sheet) {
  const variants = causes.flatMap((cause) =>
    cause.kind === "mistake" && cause.rows === undefined ? [cause.variant, ...cause.alike] : [],
  );
  const variant = variants.find(({ what }) => what === mistake);
  return variant && isMistake(variant.what)
    ? conventionOf(homework, { mistake: variant.what, altered: variant.altered }, sheet)
    : undefined;
}

const placeOf = (judged: readonly MarkedJudgement[], key: string): number =>
  judged.findIndex(({ answer }) => answer.key === key);

function namedMistakes(
  { trace }: Homework,
  { causes }: Story,
  judged: readonly MarkedJudgement[],
  of: number,
): Found[] {
  const groups = new Map<string, OfKind<"mistake">[]>();
  for (const cause of causes) {
    if (cause.kind !== "mistake") continue;
    remember(groups, `${cause.variant.what.id} ${cause.rows ?? ""}`, () => []).push(cause);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    const at = Math.min(...group.map(({ key }) => placeOf(judged, key)));
    const blamed = group.reduce((count, { key }) => {
      const marks = judged[placeOf(judged, key)]?.marks ?? [];
      return count + marks.filter((mark) => mark === "wrong").length;
    }, 0);
    const alike = first.alike.filter(({ what }) => group.every((one) => isAmong(one, what)));
    return distinct([first.variant, ...alike]).flatMap(({ what, altered }) =>
      isMistake(what)
        ? [
            {
              ...{ mistake: what, explains: blamed, of, at },
              step: what.madeAt?.(trace, altered) ?? what.step,
              ...(first.rows && { rows: first.rows }),
              ...(isInSome(group) && { heads: group.flatMap(({ variant }) => variant.head ?? []) }),
              key: first.key,
            },
          ]
        : [],
    );
  });
}

const isAmong = ({ variant, alike }: OfKind<"mistake">, what: Variant["what"]): boolean =>
  variant.what === what || alike.some((other) => other.what === what);

/** Whether it was done in some heads, and not in the whole run. */
const isInSome = (group: readonly OfKind<"mistake">[]): boolean =>
  group.every(({ variant }) => variant.head !== undefined);

const distinct = (variants: readonly Variant[]): readonly Variant[] =>
  variants.filter(({ what }, at) => variants.findIndex((other) => other.what.id === what.id) === at);

/** Slips, those of a kind in one step together. */
function slips({ causes, steps }: Story, judged: readonly MarkedJudgement[], of: number): Found[] {
  const groups = new Map<string, Found>();
  for (const cause of causes) {
    if (cause.kind !== "slip") continue;
    const at = placeOf(judged, cause.key);
    const followed = steps[at];
    const { slip, slipped } = describeSlip(followed, judged[at], cause.index);
    const known = groups.get(`${cause.key} ${slip.id}`);
    const text = slip.step === "any" ? { ...slip, formula: followed.answer.step.formula } : slip;
    groups.set(`${cause.key} ${slip.id}`, {
      ...{ mistake: text, step: followed.answer.step.id, of, at, key: cause.key },
      explains: (known?.explains ?? 0) + 1,
      slipped: [...(known?.slipped ?? []), slipped],
    });
  }
  return [...groups.values()];
}

function describeSlip({ answer, inputs }: FollowedStep, judgement: MarkedJudgement, index: number) {
  const [row, col] = cellAt(answer, index);
  const alone = { ...judgement, wrong: [index] };
  const found = SLIPS.find((slip) => slip.find(alone, inputs()).length > 0);
  const arithmetic = explainStep(answer.step, inputs(), row, col);
  return { slip: found ?? SLIPS[SLIPS.length - 1], slipped: { step: answer.step, row, col, arithmetic } };
}

/** Steps that do not come from the one before them, and nobody knows how. */
function unexplained(
  { trace }: Homework,
  { causes, steps }: Story,
  judged: readonly MarkedJudgement[],
  of: number,
): Found[] {
  return causes.flatMap((cause) => {
    if (cause.kind !== "unexplained") return [];
    const at = placeOf(judged, cause.key);
    const { answer, inputs } = steps[at];
    const { step } = answer;
    const wrong = judged[at].marks.flatMap((mark, index) => (mark === "wrong" ? [index] : []));
    const isOfOwnWeights = valuesOf(trace, step) !== undefined && placeOf(judged, step.inputs[0]) >= 0;
    const [row, col] = cellAt(answer, wrong[0] ?? 0);
    const arithmetic = explainStep(step, inputs(), row, col);
    const text = isOfOwnWeights ? outputNotFromWeights : { ...doesNotFollow, formula: step.formula };
    return [
      {
        ...{ mistake: text, step: step.id, explains: wrong.length, of, at, key: cause.key },
        slipped: [{ step, row, col, arithmetic }],
      },
    ];
  });
}
