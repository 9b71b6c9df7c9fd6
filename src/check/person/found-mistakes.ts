import { sumOver } from "../../math/lists.js";
import { remember } from "../../math/remember.js";
import type { Trace } from "../../trace/trace.js";
import type { Sheet } from "../answers.js";
import { conventionOf } from "../convention.js";
import type { Diagnosis } from "../diagnosis.js";
import { indicesOf, type Judgement } from "../judgement.js";
import {
  doesNotFollow,
  notOfGiven,
  outputNotFromWeights,
  seemGuessed,
  softmaxGuessed,
  valuesOf,
} from "../mistakes/findings.js";
import type { Homework, MistakeText } from "../mistakes/mistake.js";
import { MISTAKES } from "../mistakes/registry.js";
import { rowDistorted, SLIPS } from "../mistakes/slips.js";
import { alteredSteps } from "./changes.js";
import { areSame } from "./numbers.js";
import { type Found, showCells, whatFollows, wrongCell } from "./shown-cells.js";
import { candidatesOf } from "./step-case.js";
import type { Cause, Story } from "./story.js";
import { listVariants, type Variant, withVariant } from "./variants.js";

type OfKind<Kind extends Cause["kind"]> = Extract<Cause, { kind: Kind }>;

/** A sheet after it was followed and marked. */
interface Marked {
  readonly homework: Homework;
  readonly story: Story;
  /** The judged steps, in the order of the story. */
  readonly judged: readonly Judgement[];
}

/** Returns the mistakes of a sheet in the order of the steps. The same mistake in several heads is one mistake. */
export function findMistakes(sheet: Sheet, marked: Marked): readonly Diagnosis[] {
  const { homework, story, judged } = marked;
  const found = [...namedMistakes(marked), ...slips(marked), ...unexplained(marked)]
    .map((one) => ({ ...one, ...showCells(one, story, judged) }))
    .sort((one, other) => one.at - other.at || placeIn(one) - placeIn(other));
  const followsOf = whatFollows(homework.trace, found, judged);
  const of = sumOver(judged, ({ wrong }) => wrong.length);
  const follows = sumOver(judged, ({ marks }) => indicesOf(marks, "follows").length);
  const isOnly = new Set(found.map(({ cause }) => cause)).size === 1;
  return found.map((one): Diagnosis => {
    const { mistake, cause, explains, rows, named } = one;
    const diagnosis = { ...one, of, follows: followsOf(cause) };
    const partner = isOnly ? undefined : otherOf(found, mistake);
    if (partner !== undefined) return { ...diagnosis, explains: of, with: partner };
    // Cells that follow from mistakes are counted with the first mistake.
    const first = cause === found[0].cause ? explains + follows : explains;
    // Two mistakes may be one convention: no scale in the forward pass, and none in the backward pass.
    const convention = named && !rows ? conventionOf(homework, named, sheet) : undefined;
    return { ...diagnosis, explains: isOnly ? of : first, convention };
  });
}

/**
 * Returns the place of a mistake within a step. Slips come last, because they are described after the other mistakes of
 * the step.
 */
const placeIn = ({ from, named }: Found) => (named ? (from ?? 0) : Number.MAX_VALUE);

/** Returns the other one of two mistakes that only together explain a step. */
function otherOf(found: readonly Found[], mistake: MistakeText): string | undefined {
  const [one, other, ...more] = found;
  const areTogether = more.length === 0 && one.key === other?.key && one.from !== undefined;
  if (!areTogether || other.from === undefined || one.cause === other.cause) return undefined;
  return (one.mistake === mistake ? other : one).mistake.id;
}

const placeOf = (judged: readonly Judgement[], key: string): number =>
  judged.findIndex(({ answer }) => answer.key === key);

function namedMistakes(marked: Marked): readonly Found[] {
  const { homework, story, judged } = marked;
  return groupsOf(story.causes).flatMap((group) => {
    const [{ key, rows, variant, badBefore }] = group;
    const heads = showsElsewhere(homework, story, group) && headsOf(group);
    const places = group.map((one) => placeOf(judged, one.key)).sort((one, other) => one - other);
    // The same step of other heads is not worth naming.
    const [, ...again] = new Map(
      places.map((at) => [judged[at].answer.step.id, judged[at].answer.step]),
    ).values();
    return inOrder(sharedBy(group)).map((one): Found => {
      const { mistake, altered } = one;
      return {
        named: one,
        specificTitle: altered.specificTitle,
        rows,
        heads: heads || undefined,
        again: again.length > 0 ? again : undefined,
        mistake,
        key,
        at: places[0],
        keys: group.map((one) => one.key),
        explains: sumOver(places, (at) => indicesOf(judged[at]?.marks ?? [], "wrong").length),
        step: placeMade(homework.trace, altered) ?? mistake.step,
        cause: `${key} ${variant.what.id} ${rows ?? ""}`,
        shows: Array.from(badBefore.keys()).filter((index) => badBefore[index] === 1),
        from: homework.trace.steps.findIndex((step) => variant.nodes.has(step.key)),
      };
    });
  });
}

type OfMistake = OfKind<"mistake">;

/** Groups mistakes that were made in several steps or heads, in the same rows. */
function groupsOf(causes: Story["causes"]): readonly (readonly OfMistake[])[] {
  const groups: OfMistake[][] = [];
  for (const cause of causes) {
    if (cause.kind !== "mistake") continue;
    const { what, head } = cause.variant;
    const isSame = (group: readonly OfMistake[]) =>
      String(group[0].rows) === String(cause.rows) &&
      sharedBy([...group, cause]).length > 0 &&
      group.every(({ variant }) => variant.what === what || variant.head !== head);
    const known = groups.find(isSame);
    if (known) known.push(cause);
    else groups.push([cause]);
  }
  return groups;
}

/** Returns the id of the first step that differs, or undefined if the whole run was recorded again. */
export function placeMade(trace: Trace, altered: Trace): string | undefined {
  const others = alteredSteps(trace, altered);
  return others.length < altered.steps.length ? others[0]?.id : undefined;
}

/** Returns the variants that are possible in every place of a group. One head may decide what another leaves open. */
function sharedBy([first, ...others]: readonly OfMistake[]): readonly Variant[] {
  const isIn = (what: Variant["what"]) => (one: OfMistake) =>
    candidatesOf(one).some((other) => other.what === what);
  return candidatesOf(first).filter(({ what }) => others.every(isIn(what)));
}

/** Returns the heads of a mistake, or undefined if it was made in the whole run. */
function headsOf(group: readonly OfMistake[]): readonly string[] | undefined {
  const heads = group.flatMap(({ variant }) => variant.head ?? []);
  return heads.length === group.length ? heads : undefined;
}

/**
 * Whether a mistake in some heads would also be visible in the others. If it changes no written number there, nobody
 * knows.
 */
function showsElsewhere(homework: Homework, { steps }: Story, group: readonly OfMistake[]): boolean {
  const [{ variant }] = group;
  const whole = listVariants(homework).find(
    ({ head, nodes }) =>
      head === undefined && [...variant.nodes].every(([key, node]) => nodes.get(key) === node),
  );
  return steps.some(({ answer: { key, cells }, before }) => {
    if (!whole || group.some((one) => one.key === key)) return !whole;
    const numbers = before();
    const withMistake = numbers.with(withVariant(numbers.graph, numbers.changes, whole));
    return cells.some(Boolean) && !areSame(numbers.of(key), withMistake.of(key));
  });
}

/** Returns each mistake once, in the order of the list, which begins with the likelier ones. */
const inOrder = (variants: readonly Variant[]) =>
  MISTAKES.flatMap((mistake) => {
    const variant = variants.find(({ what }) => what === mistake);
    return variant ? { mistake, altered: variant.altered } : [];
  });

/** Returns a mistake that is recognised in cells of a step. */
function inCells(
  { story: { steps } }: Marked,
  at: number,
  { mistake, cause, explains, shows }: Pick<Found, "mistake" | "explains" | "shows"> & { cause: string },
): Found {
  const { step, key } = steps[at].answer;
  const text = mistake.step === "any" ? { ...mistake, formula: step.formula } : mistake;
  return { mistake: text, step: step.id, key, at, cause, explains, shows };
}

/** Returns the slips. Slips of the same kind in one step are grouped. */
function slips(marked: Marked): readonly Found[] {
  const groups = new Map<string, { readonly at: number; readonly mistake: MistakeText; shows: number[] }>();
  for (const cause of marked.story.causes) {
    if (cause.kind !== "slip") continue;
    const at = placeOf(marked.judged, cause.key);
    const mistake = slipIn(marked, at, [cause.index]) ?? nameless(marked, at);
    remember(groups, `${cause.key} ${mistake.id}`, () => ({ at, mistake, shows: [] })).shows.push(
      cause.index,
    );
  }
  return Array.from(groups, ([cause, { at, mistake, shows }]) =>
    inCells(marked, at, { mistake, cause, explains: shows.length, shows }),
  );
}

/** Returns the slip that explains each of these cells. */
function slipIn({ story, judged }: Marked, at: number, wrong: readonly number[], among = SLIPS) {
  const cells = wrong.map((index) => wrongCell({ ...judged[at], wrong }, story.steps[at], index));
  return among.find((slip) => cells.every((cell) => slip.asks(cell)));
}

/** Returns the steps that do not follow from the step before, with no known reason. */
const unexplained = (marked: Marked): readonly Found[] =>
  marked.story.causes.flatMap((cause) => {
    if (cause.kind !== "unexplained") return [];
    const at = placeOf(marked.judged, cause.key);
    const { marks } = marked.judged[at];
    const wrong = indicesOf(marks, "wrong");
    const answered = marks.filter(Boolean).length;
    // A distorted row may have any number of wrong cells, other slips only a few.
    const slip = slipIn(marked, at, wrong, wrong.length <= MAX_SLIPS ? SLIPS : [rowDistorted]);
    const mistake = slip ?? nameless(marked, at);
    const shows = slip ? wrong : wrong.slice(0, 1);
    const found = inCells(marked, at, { mistake, cause: cause.key, explains: wrong.length, shows });
    if (slip) return [found];
    const some = () => mistake.title.replace("These", `${wrong.length} of these ${answered}`);
    const isUnknown = true as const;
    return [{ ...found, isUnknown, specificTitle: wrong.length < answered ? some : undefined }];
  });

/** The maximum number of wrong cells in one step that can be slips of arithmetic. */
const MAX_SLIPS = 3;

/** Returns the text for a step whose numbers have no known reason. */
function nameless({ homework: { trace }, story: { steps }, judged }: Marked, at: number): MistakeText {
  const { answer, gap } = steps[at];
  const { step } = answer;
  const isOfOwnWeights = valuesOf(trace, step) !== undefined && placeOf(judged, step.inputs[0]) >= 0;
  if (isOfOwnWeights) return outputNotFromWeights;
  if (step.view === "distribution" && seemGuessed(answer)) return softmaxGuessed;
  return gap.sources.length > 0 ? doesNotFollow : notOfGiven;
}
