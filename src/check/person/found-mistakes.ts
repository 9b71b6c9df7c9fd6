import type { Matrix } from "../../math/matrix.js";
import type { Trace } from "../../trace/trace.js";
import type { Sheet } from "../answers.js";
import { conventionOf } from "../convention.js";
import type { Diagnosis } from "../diagnosis.js";
import {
  doesNotFollow,
  lookGuessed,
  notOfGiven,
  outputNotFromWeights,
  softmaxGuessed,
  valuesOf,
} from "../mistakes/findings.js";
import { type Homework, type MistakeText, tellingOf } from "../mistakes/mistake.js";
import { MISTAKES } from "../mistakes/registry.js";
import { cellsSwapped, rowBent, SLIPS } from "../mistakes/slips.js";
import { alteredSteps } from "./changes.js";
import type { MarkedJudgement } from "./mark-steps.js";
import { areSame } from "./numbers.js";
import { MOST_OFF, showCells, slippedCell, whatFollows } from "./shown-cells.js";
import type { Cause, FollowedStep, Story } from "./story.js";
import { isMistake, listVariants, type Variant, withVariant } from "./variants.js";

type OfKind<Kind extends Cause["kind"]> = Extract<Cause, { kind: Kind }>;

/** What was found of one thing that was done, in the order of the steps. */
interface Found extends Diagnosis {
  readonly at: number;
  /** The index in the run of the first step that the mistake changes. */
  readonly from?: number;
  /** The written steps that show it. */
  readonly keys?: readonly string[];
  /** The cells that show it, the best first. */
  readonly shows: readonly number[];
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
    ...slips(homework, story, judged, of),
    ...unexplained(homework, story, judged, of),
  ]
    .map((one) => ({ ...one, ...showCells(one, story, judged) }))
    .sort((one, other) => one.at - other.at || placeIn(one) - placeIn(other));
  const followsOf = whatFollows(homework.trace, found, judged);
  const follows = judged.reduce(
    (count, { marks }) => count + marks.filter((mark) => mark === "follows").length,
    0,
  );
  const isOnly = new Set(found.map(({ cause }) => cause)).size === 1;
  return found.map(({ at: _at, from: _from, shows: _shows, keys: _keys, ...rest }) => {
    const diagnosis = { ...rest, follows: followsOf(rest.cause) };
    const { mistake } = diagnosis;
    const other = isOnly ? undefined : otherOf(found, mistake);
    if (other !== undefined) return { ...diagnosis, explains: of, with: other };
    // What follows is counted with the first of them.
    const first = diagnosis.cause === found[0].cause ? diagnosis.explains + follows : diagnosis.explains;
    // No scale on the way there and none on the way back are two things and one convention.
    const convention = "apply" in mistake ? conventionFor(homework, story, mistake, sheet) : undefined;
    return {
      ...diagnosis,
      explains: isOnly ? of : first,
      ...(convention !== undefined && { convention }),
    };
  });
}

/**
 * Returns the place of a mistake within a step. Slips come last, because they are described after the other mistakes of
 * the step.
 */
const placeIn = ({ from, slipped }: Found) => (slipped ? Number.MAX_VALUE : (from ?? 0));

/** Returns the other one of two mistakes that only together explain a step. */
function otherOf(found: readonly Found[], mistake: MistakeText): string | undefined {
  const [one, other, ...more] = found;
  const areTogether = more.length === 0 && one.key === other?.key && one.from !== undefined;
  if (!areTogether || other.from === undefined || one.cause === other.cause) return undefined;
  return (one.mistake === mistake ? other : one).mistake.id;
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
  homework: Homework,
  story: Story,
  judged: readonly MarkedJudgement[],
  of: number,
): Found[] {
  const groups: OfKind<"mistake">[][] = [];
  for (const cause of story.causes) {
    if (cause.kind !== "mistake") continue;
    const isSame = (group: (typeof groups)[number]) =>
      String(group[0].rows) === String(cause.rows) &&
      sharedBy([...group, cause]).length > 0 &&
      group.every(
        ({ variant: { what, head } }) => what === cause.variant.what || head !== cause.variant.head,
      );
    const known = groups.find(isSame);
    if (known) known.push(cause);
    else groups.push([cause]);
  }
  return groups.flatMap((group) => {
    const [first] = group;
    const heads = showsElsewhere(homework, story, group) && headsOf(group);
    const at = Math.min(...group.map(({ key }) => placeOf(judged, key)));
    const blamed = group.reduce((count, { key }) => {
      const marks = judged[placeOf(judged, key)]?.marks ?? [];
      return count + marks.filter((mark) => mark === "wrong").length;
    }, 0);
    return inOrder(sharedBy(group)).map(({ mistake, altered }): Found => {
      const telling = tellingOf(altered);
      return {
        ...(telling && { telling }),
        ...{ mistake, explains: blamed, of, at },
        step: placeMade(homework.trace, altered) ?? mistake.step,
        ...(first.rows && { rows: first.rows }),
        ...(heads && { heads }),
        key: first.key,
        keys: group.map(({ key }) => key),
        cause: `${first.key} ${first.variant.what.id} ${first.rows ?? ""}`,
        shows: Array.from(first.blamed.keys()).filter((index) => first.blamed[index] === 1),
        from: homework.trace.steps.findIndex(({ key }) => first.variant.nodes.has(key)),
      };
    });
  });
}

/** The id of the first step that is done otherwise; undefined where the whole run was recorded again. */
export function placeMade(trace: Trace, altered: Trace): string | undefined {
  const others = alteredSteps(trace, altered);
  return others.length < altered.steps.length ? others[0]?.id : undefined;
}

const candidatesOf = ({ variant, alike }: OfKind<"mistake">): readonly Variant[] => [variant, ...alike];

/** What may have been done in each place of a group: one head may tell what another leaves open. */
function sharedBy([first, ...others]: readonly OfKind<"mistake">[]): readonly Variant[] {
  const isIn = (what: Variant["what"]) => (one: OfKind<"mistake">) =>
    candidatesOf(one).some((other) => other.what === what);
  return candidatesOf(first).filter(({ what }) => others.every(isIn(what)));
}

/** The heads in which it was done; undefined where it was done in the whole run. */
function headsOf(group: readonly OfKind<"mistake">[]): readonly string[] | undefined {
  const heads = group.flatMap(({ variant }) => variant.head ?? []);
  return heads.length === group.length ? heads : undefined;
}

/** Whether what was done in some heads would show in the others, too: where it changes nothing that is written, nobody knows. */
function showsElsewhere(homework: Homework, { steps }: Story, group: readonly OfKind<"mistake">[]): boolean {
  const [{ variant }] = group;
  const whole = listVariants(homework).find(
    ({ head, nodes }) =>
      head === undefined && [...variant.nodes].every(([key, node]) => nodes.get(key) === node),
  );
  return steps.some(({ answer: { key, cells }, before }) => {
    if (!whole || group.some((one) => one.key === key)) return !whole;
    const numbers = before();
    const other = numbers.with(withVariant(numbers.graph, numbers.changes, whole));
    return cells.some(Boolean) && !areSame(numbers.of(key), other.of(key));
  });
}

/** Returns each mistake once, in the order of the list, which begins with the likelier ones. */
const inOrder = (variants: readonly Variant[]) =>
  MISTAKES.flatMap((mistake) => {
    const variant = variants.find(({ what }) => what === mistake);
    return variant ? { mistake, altered: variant.altered } : [];
  });

/** Slips, those of a kind in one step together. */
function slips(
  { trace }: Homework,
  { causes, steps }: Story,
  judged: readonly MarkedJudgement[],
  of: number,
): Found[] {
  const groups = new Map<string, Found>();
  for (const cause of causes) {
    if (cause.kind !== "slip") continue;
    const at = placeOf(judged, cause.key);
    const followed = steps[at];
    const isSwapped = swappedWith(causes, followed, cause.index);
    const slip = isSwapped ? cellsSwapped : nameSlip(trace, followed, judged, cause.index);
    const known = groups.get(`${cause.key} ${slip.id}`);
    const text = slip.step === "any" ? { ...slip, formula: followed.answer.step.formula } : slip;
    groups.set(`${cause.key} ${slip.id}`, {
      ...{
        mistake: text,
        step: followed.answer.step.id,
        of,
        at,
        key: cause.key,
        cause: `${cause.key} ${slip.id}`,
      },
      explains: (known?.explains ?? 0) + 1,
      shows: [...(known?.shows ?? []), cause.index],
      slipped: [...(known?.slipped ?? []), slippedCell(followed, cause.index)],
    });
  }
  return [...groups.values()];
}

/** Whether another slip of a step has the right number of a cell, and that cell the right one of the other. */
function swappedWith(causes: Story["causes"], { answer, own }: FollowedStep, index: number): boolean {
  const isRightOf = (at: number, other: number) =>
    Math.abs(answer.values[at] - own.data[other]) <= MOST_OFF * answer.tolerances[at];
  return causes.some(
    (cause) =>
      cause.kind === "slip" &&
      cause.key === answer.key &&
      cause.index !== index &&
      isRightOf(index, cause.index) &&
      isRightOf(cause.index, index),
  );
}

function nameSlip(trace: Trace, followed: FollowedStep, judged: readonly MarkedJudgement[], index: number) {
  const { answer, before } = followed;
  const alone = { ...judged[placeOf(judged, answer.key)], wrong: [index] };
  const inputs = before().inputsOf(answer.step);
  return SLIPS.find((one) => one.find(alone, inputs).length > 0) ?? nameless(trace, followed, judged);
}

/** Steps that do not come from the one before them, and nobody knows how. */
function unexplained(
  { trace }: Homework,
  { causes, steps }: Story,
  judged: readonly MarkedJudgement[],
  of: number,
): Found[] {
  return causes.flatMap((cause): Found[] => {
    if (cause.kind !== "unexplained") return [];
    const at = placeOf(judged, cause.key);
    const { answer, before } = steps[at];
    const { step } = answer;
    const wrong = judged[at].marks.flatMap((mark, index) => (mark === "wrong" ? [index] : []));
    const found = { step: step.id, explains: wrong.length, of, at, key: cause.key, cause: cause.key };
    const slip = slipInAll(judged[at], wrong, before().inputsOf(step));
    const shows = slip ? wrong : wrong.slice(0, 1);
    const slipped = shows.map((index) => slippedCell(steps[at], index));
    const isUnknown = slip ? {} : { isUnknown: true as const };
    return [{ ...found, ...isUnknown, shows, slipped, mistake: slip ?? nameless(trace, steps[at], judged) }];
  });
}

/** A slip that was made in every wrong cell of a step; rows are bent in any number of them, others happen in few. */
function slipInAll(judgement: MarkedJudgement, wrong: readonly number[], inputs: readonly Matrix[]) {
  const isLikely = (slip: (typeof SLIPS)[number]) => slip === rowBent || wrong.length <= MOST_SLIPS;
  const inAll = (slip: (typeof SLIPS)[number]) =>
    slip.find({ ...judgement, wrong }, inputs).length === wrong.length;
  const slip = SLIPS.find((one) => isLikely(one) && inAll(one));
  return slip?.step === "any" ? { ...slip, formula: judgement.answer.step.formula } : slip;
}

/** The maximum number of wrong cells in one step that can be slips of arithmetic. */
const MOST_SLIPS = 3;

/** What is said of a step of which nobody knows how its numbers came about. */
function nameless(
  trace: Trace,
  { answer, gap }: FollowedStep,
  judged: readonly MarkedJudgement[],
): MistakeText {
  const { step } = answer;
  const isOfOwnWeights = valuesOf(trace, step) !== undefined && placeOf(judged, step.inputs[0]) >= 0;
  if (isOfOwnWeights) return outputNotFromWeights;
  if (step.view === "distribution" && lookGuessed(answer)) return softmaxGuessed;
  return { ...(gap.sources.length > 0 ? doesNotFollow : notOfGiven), formula: step.formula };
}
