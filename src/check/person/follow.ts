import type { Matrix } from "../../math/matrix.js";
import { once } from "../../math/remember.js";
import type { Graph } from "../../trace/graph.js";
import type { Answer, Sheet } from "../answers.js";
import { isMatched } from "../judge-step.js";
import { valuesOf } from "../mistakes/findings.js";
import type { Homework } from "../mistakes/mistake.js";
import { truncateDecimals } from "../rounding.js";
import { recordedNumbers, sourcesOf } from "../solution.js";
import { wholeSteps } from "../whole-steps.js";
import { CarriedNumbers } from "./carried-numbers.js";
import { type Worked, workFrom } from "./cell-arithmetic.js";
import { digitsTowards, isWholeAnswer, withFewerDigits } from "./digits.js";
import { explainByPair } from "./explain-by-pair.js";
import { countBad, explainStep, isConvincing, type Named, type StepStory } from "./explain-step.js";
import { evaluationFrom, type Gap, gapBefore } from "./gap.js";
import { CellJudge, EPSILON, type JudgedCells } from "./judge-cells.js";
import { mixturesOf } from "./mixtures.js";
import { type NamedAt, Naming } from "./naming.js";
import { optionsAt } from "./options.js";
import { PRICES } from "./prices.js";
import { findLoneSlips, type SoftCell, softCellsOf } from "./soft-cells.js";
import { graphWith, listVariants, UNCHANGED, type Variant, withVariant } from "./variants.js";

/** What was done at one place of a sheet. */
export type Cause =
  | { readonly kind: "slip"; readonly key: string; readonly index: number }
  | ({ readonly kind: "mistake" } & NamedAt)
  /** The step does not come from the one before it. */
  | { readonly kind: "unexplained"; readonly key: string };

/** A written step as it was followed. */
export interface FollowedStep {
  readonly answer: Answer;
  readonly gap: Gap;
  /** The cells that went wrong. */
  readonly wrong: Uint8Array;
  /** The step as the person's own numbers give it when nothing more goes wrong. */
  readonly own: Matrix;
  /** Whether something went wrong in it or before it. */
  readonly isTainted: boolean;
  /** The solution as it was known before this step, with what the person worked with. */
  readonly before: () => Worked;
}

/** A sheet followed from its first step to its last. */
export interface Story {
  readonly steps: readonly FollowedStep[];
  readonly causes: readonly Cause[];
  /** Other right ways that were taken. */
  readonly ways: readonly Named[];
  /** The right numbers of a step, by the way that was taken. */
  readonly exactOf: (key: string) => Matrix;
  /** Whether digits were cut off instead of rounded. */
  readonly isCutting: boolean;
}

/** Fewer cells that only cut digits explain are no sign of cutting. */
const FEWEST_CUT = 3;

/** Follows a person through their sheet: each written step from what they had, whatever they did. */
export function followPerson(homework: Homework, sheet: Sheet): Story {
  const all = listVariants(homework, sheet);
  const mistakes = all.filter(({ isRight }) => !isRight);
  if (!isConfirmed(homework, sheet)) return followBy(homework, sheet, mistakes);
  const story = followBy(homework, sheet, all);
  return isSpokenAgainst(homework, story) ? followBy(homework, sheet, mistakes) : story;
}

/** Another way is right where answers confirm that what follows is: weights, or an output. */
const isConfirmed = ({ trace }: Homework, sheet: Sheet): boolean =>
  [...sheet.values()].some(({ step }) => step.view === "distribution" || valuesOf(trace, step) !== undefined);

/** Whether a step that is right as it stands lies nearer to the usual way than to the other: a 1 that is right for 1 is no rounded 0.71. */
function isSpokenAgainst({ trace }: Homework, { steps, ways, exactOf }: Story): boolean {
  if (ways.length === 0) return false;
  const exact = recordedNumbers(trace);
  return steps.some(({ answer }) => {
    const [usual, other] = [exact.used(answer.key) as Matrix, exactOf(answer.key)];
    const isRight = answer.cells.every((cell, index) => !cell || isMatched(answer, index, usual));
    return isRight && distance(usual, answer) + NOISE < distance(other, answer);
  });
}

/** As far as binary arithmetic alone may move a sum of distances. */
const NOISE = 1e-9;

const distance = ({ data }: Matrix, { values }: Answer): number =>
  values.reduce((sum, value, index) => {
    const between = Math.abs(value - data[index]);
    return Number.isFinite(between) ? sum + between : sum;
  }, 0);

function followBy(homework: Homework, sheet: Sheet, variants: readonly Variant[]): Story {
  const rounding = new Follower(homework, sheet, variants, false);
  const story = rounding.follow();
  const { cut, rounded } = rounding.evidence;
  const isLikely = cut >= FEWEST_CUT && cut > 2 * rounded;
  // Of fewer cells all must be cut, and nothing else be wrong.
  if (!isLikely && (cut === 0 || rounded > 0)) return story;
  const cutting = new Follower(homework, sheet, variants, true).follow();
  return isLikely || cutting.steps.every(({ wrong }) => !wrong.includes(1)) ? cutting : story;
}

class Follower {
  /** Cells that tell cut digits from rounded ones. */
  readonly evidence = { cut: 0, rounded: 0 };
  readonly #graph: Graph;
  readonly #sheet: Sheet;
  readonly #isCutting: boolean;
  readonly #variants: readonly Variant[];
  readonly #isWhole: (key: string) => boolean;
  readonly #exact: (key: string) => Matrix;
  readonly #carried = new CarriedNumbers();
  readonly #naming: Naming;
  readonly #steps: FollowedStep[] = [];
  readonly #causes: Cause[] = [];
  readonly #soft: SoftCell[] = [];
  /** Written steps in which, or before which, something went wrong. */
  readonly #tainted = new Set<string>();

  constructor({ trace }: Homework, sheet: Sheet, variants: readonly Variant[], isCutting: boolean) {
    this.#graph = sourcesOf(trace);
    this.#sheet = new Map([...sheet].filter(([, { cells }]) => cells.some(Boolean)));
    this.#isCutting = isCutting;
    this.#variants = variants;
    this.#naming = new Naming(this.#graph);
    const exact = recordedNumbers(trace);
    this.#isWhole = wholeSteps(exact);
    this.#exact = (key) => exact.used(key) as Matrix;
  }

  follow(): Story {
    for (const answer of this.#sheet.values()) this.#followStep(answer);
    this.#takeLoneSlips();
    this.#naming.doubtWays();
    const mistakes = this.#naming.all.filter(({ variant }) => !variant.isRight);
    for (const { key, blamed } of mistakes) {
      const wrong = this.#steps.find(({ answer }) => answer.key === key)?.wrong;
      for (const [index, isBad] of blamed.entries()) if (isBad && wrong) wrong[index] = 1;
    }
    const ways = this.#naming.all.filter(({ variant }) => variant.isRight);
    return {
      ...{ steps: this.#steps, ways },
      causes: [...mistakes.map((one) => ({ ...one, kind: "mistake" as const })), ...this.#causes],
      exactOf: exactOf(this.#graph, ways, this.#exact),
      isCutting: this.#isCutting,
    };
  }

  #followStep(written: Answer): void {
    const gap = gapBefore(this.#graph, written.key, (key) => this.#carried.isWritten(key));
    const [answer, judge, before] = this.#judgeFirst(written, gap);
    const first = this.#naming.settle(judge, gap, before);
    const isWritten = (key: string) => this.#carried.isWritten(key);
    const given = {
      ...{ judge, graph: this.#graph, gap, changes: this.#naming.changes, first, size: written.step.shape },
      ...optionsAt(gap, this.#variants, { isWritten, named: this.#naming.all }),
    };
    const story = explainStep(given);
    const most = mostSlips(answer);
    const settled = isConvincing(story, first, most)
      ? story
      : (explainByPair(given, most) ?? { changes: given.changes, named: [], judged: first });
    this.#takeIn(answer, judge, first, { ...settled, gap, most });
  }

  /** The step by what is known; of one whose last digits are all 0 by fewer digits, where these alone make it right. */
  #judgeFirst(written: Answer, gap: Gap): readonly [Answer, CellJudge, JudgedCells] {
    const judgeBy = (answer: Answer): readonly [Answer, CellJudge, JudgedCells] => {
      const isCutting = this.#isCutting;
      const digits = digitsTowards(answer, this.#sheet, this.#isWhole, isCutting);
      const setting = { answer, gap, courses: this.#carried, digits, isCutting, exact: this.#exact(gap.key) };
      const judge = new CellJudge(setting);
      const judged = judge.judge(this.#naming.graph, true);
      if (!judged) throw new RangeError(`${gap.key} has another shape than its answer`);
      return [answer, judge, judged];
    };
    const asWritten = judgeBy(written);
    const fewer = countOff(asWritten[2]) < FEWEST_OFF ? undefined : withFewerDigits(written);
    const byFewer = fewer && judgeBy(fewer);
    return byFewer && countOff(byFewer[2]) === 0 ? byFewer : asWritten;
  }

  /** Notes what was found, and goes on from it. */
  #takeIn(
    answer: Answer,
    judge: CellJudge,
    first: JudgedCells,
    { judged, named, gap, most }: StepStory & { readonly gap: Gap; readonly most: number },
  ): void {
    const { key } = answer;
    const left = countBad(judged);
    const isTaintedBefore = gap.sources.some((source) => this.#tainted.has(source)) || this.#isAltered(gap);
    // What is right here is worked without the mistakes that are named here.
    const before = this.#workedBefore();
    this.#naming.add(named.map((one) => ({ ...one, key, blamed: first.bad })));
    const isTainted = isTaintedBefore || left > 0 || named.some(({ variant }) => !variant.isRight);
    if (isTainted) this.#tainted.add(key);
    this.#steps.push({
      ...{ answer, gap, isTainted, wrong: judged.bad.slice(), own: this.#carried.ofSheet(first) },
      before,
    });
    if (left > most) this.#causes.push({ kind: "unexplained", key });
    else
      for (const [index, isBad] of judged.bad.entries())
        if (isBad) this.#causes.push({ kind: "slip", key, index });
    if (!isTaintedBefore && named.length === 0)
      this.#soft.push(...softCellsOf(judge, judged, this.#mixtures(judge, gap), answer));
    this.#countEvidence(answer, first);
    this.#carried.goOn(answer, judged, most);
  }

  /** Whether an earlier mistake is made in this gap, too. */
  #isAltered({ nodes }: Gap): boolean {
    const mistakes = this.#naming.all.filter(({ variant }) => !variant.isRight);
    return mistakes.some(({ variant }) => nodes.some(({ key }) => variant.nodes.has(key)));
  }

  /** What the person worked with before a step: their own numbers, and what follows from them. */
  #workedBefore(): () => Worked {
    const [graph, sheet] = [this.#naming.graph, new Map(this.#carried.sheets[0])];
    return once(() => workFrom(graph, sheet));
  }

  /** What the step comes to for somebody who rounds now and then. */
  #mixtures(judge: CellJudge, gap: Gap): () => readonly Matrix[] {
    const [graph, courses] = [this.#naming.graph, this.#carried.copies()];
    return once(() => [...mixturesOf(graph, gap, courses, judge.digits)]);
  }

  #countEvidence(answer: Answer, first: JudgedCells): void {
    if (isWholeAnswer(answer)) return;
    const from = [first.courses[0], this.#carried.ofSheet(first)];
    for (const [index, cell] of answer.cells.entries()) {
      if (!cell || !Number.isFinite(cell.value)) continue;
      const isCut = from.some(
        ({ data }) => Math.abs(truncateDecimals(data[index], cell.decimals) - cell.value) <= EPSILON,
      );
      const isRounded = from.some(
        ({ data }) => Math.abs(data[index] - cell.value) <= answer.tolerances[index],
      );
      if (isCut && !isRounded) this.evidence.cut++;
      if (isRounded && !isCut) this.evidence.rounded++;
    }
  }

  #takeLoneSlips(): void {
    const size = [...this.#sheet.values()].reduce((sum, { cells }) => sum + cells.length, 0);
    for (const { key, index } of findLoneSlips(this.#soft, size)) {
      const step = this.#steps.find(({ answer }) => answer.key === key);
      if (!step) continue;
      step.wrong[index] = 1;
      this.#causes.push({ kind: "slip", key, index });
    }
  }
}

/** The right numbers where other right ways were taken. */
function exactOf(graph: Graph, ways: readonly Named[], exact: (key: string) => Matrix): Story["exactOf"] {
  if (ways.length === 0) return exact;
  const changes = ways.reduce((all, { variant, rows }) => withVariant(graph, all, variant, rows), UNCHANGED);
  const numbers = evaluationFrom(graphWith(graph, changes), new Map());
  return (key) => numbers.of({ key });
}

/** Cells that are not as any course gives them. */
const countOff = ({ bits }: JudgedCells): number => bits.filter((by) => by >= PRICES.near).length;
/** Fewer cells that are off say nothing of the digits that were kept. */
const FEWEST_OFF = 2;

/** More bad cells than this in one step are no slips. */
function mostSlips({ cells }: Answer): number {
  return Math.min(Math.max(3, Math.floor(cells.length / 5)), Math.ceil(cells.length / 2));
}
