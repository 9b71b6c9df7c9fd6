import { sumOver } from "../../math/lists.js";
import type { Matrix } from "../../math/matrix.js";
import { once } from "../../math/remember.js";
import type { Graph } from "../../trace/graph.js";
import type { Trace } from "../../trace/trace.js";
import type { Answer, Sheet } from "../answers.js";
import { cellAt, isMatched } from "../judgement.js";
import { numbersOf, sourcesOf } from "../solution.js";
import { wholeSteps } from "../whole-steps.js";
import { CarriedNumbers } from "./carried-numbers.js";
import { digitsTowards, isWholeAnswer, withFewerDigits } from "./digits.js";
import { explainByPair } from "./explain-by-pair.js";
import { explainStep, isConvincing } from "./explain-step.js";
import { type Gap, gapBefore } from "./gap.js";
import { CellJudge, type JudgedCells } from "./judge-cells.js";
import { isOfProgram } from "./last-digits.js";
import { mixturesOf } from "./mixtures.js";
import { type NamedAt, Naming } from "./naming.js";
import { Numbers } from "./numbers.js";
import { optionsAt } from "./options.js";
import { PRICES } from "./prices.js";
import { findLoneSlips, type SoftCell, softCellsOf } from "./soft-cells.js";
import { cellsShowing, countBad, type StepStory } from "./step-case.js";
import type { Cause, Followed, FollowedStep } from "./story.js";
import { type StepNumbers, type Variant, withVariant } from "./variants.js";
import { WrittenCells } from "./written-cells.js";

/** Returns the possible variants at a written step. */
export type Variants = (...at: StepNumbers) => readonly Variant[];

/** The place of a written step. */
interface StepPlace {
  readonly gap: Gap;
  /** The maximum number of bad cells that can be slips. */
  readonly most: number;
  /** Whether something went wrong before it. */
  readonly isTainted: boolean;
  /** The step as computed by a person who rounds only some of the steps. */
  readonly mixtures: () => readonly Matrix[];
}

/** Follows a person from step to step, with one way to round. */
export class Follower {
  /** The number of cells that show cut digits, and of those that show rounded digits. */
  readonly evidence = { cut: 0, rounded: 0 };
  readonly #graph: Graph;
  readonly #sheet: Sheet;
  readonly #isCutting: boolean;
  readonly #variants: Variants;
  readonly #isWhole: (key: string) => boolean;
  readonly #exact: (key: string) => Matrix;
  /** Whether a program printed the steps. Then one or two cells may be off by chance, and are no slips. */
  readonly #isPrinted: boolean;
  readonly #carried = new CarriedNumbers();
  readonly #naming: Naming;
  readonly #steps: FollowedStep[] = [];
  readonly #causes: Cause[] = [];
  readonly #soft: SoftCell[] = [];
  /**
   * The unwritten steps before written steps that do not follow. What was done there is unknown, and may appear again.
   */
  readonly #unknown = new Set<string>();
  /** Written steps with something wrong in them or before them. */
  readonly #tainted = new Set<string>();

  constructor(trace: Trace, sheet: Sheet, variants: Variants, isCutting: boolean) {
    this.#graph = sourcesOf(trace);
    this.#sheet = new Map([...sheet].filter(([, { cells }]) => cells.some(Boolean)));
    this.#isCutting = isCutting;
    this.#variants = variants;
    this.#naming = new Naming(this.#graph);
    this.#isWhole = wholeSteps(trace);
    this.#exact = numbersOf(trace);
    this.#isPrinted = isOfProgram(trace);
  }

  follow(): Followed {
    for (const answer of this.#sheet.values()) this.#followStep(answer);
    this.#takeLoneSlips();
    const { mistakes, faults } = this.#naming;
    for (const { key, badBefore } of faults) {
      const wrong = this.#steps.find(({ answer }) => answer.key === key)?.wrong;
      for (const [index, isBad] of badBefore.entries()) if (isBad && wrong) wrong[index] = 1;
    }
    const others = this.#causes.filter((cause) => !mistakes.some((one) => this.#isMadeBy(one, cause)));
    return {
      steps: this.#steps,
      causes: [...mistakes.map((one) => ({ ...one, kind: "mistake" as const })), ...others],
      ways: this.#naming.all.filter(({ variant }) => variant.isRight),
      isCutting: this.#isCutting,
    };
  }

  /** Whether a cell that looked like a slip is what a mistake gives that only a later step showed. */
  #isMadeBy({ key, variant, rows }: NamedAt, cause: Cause): boolean {
    const step = this.#steps.find(({ answer }) => answer.key === cause.key);
    if (cause.kind !== "slip" || !step || key === cause.key) return false;
    const { answer, gap, before } = step;
    const isIn = (index: number) => rows?.includes(cellAt(answer, index)[0]) ?? true;
    if (!isIn(cause.index) || !gap.nodes.some((node) => variant.nodes.has(node.key))) return false;
    const numbers = before();
    const made = numbers.with(withVariant(this.#graph, numbers.changes, variant)).of(cause.key);
    return answer.cells.every((_, index) => !isIn(index) || isMatched(answer, index, made));
  }

  #followStep(written: Answer): void {
    const gap = gapBefore(this.#graph, written.key, (key) => this.#carried.isWritten(key));
    const [judge, before] = this.#judgeFirst(written, gap);
    const settled = this.#naming.settle(judge, gap, before);
    const most = mostSlips(judge.cells.answer);
    const isTainted = this.#isTainted(gap);
    const mixtures = this.#mixtures(judge, gap);
    const { first, ...story } = this.#explainBest(judge, settled, gap, most);
    this.#recordStep(judge, first, { ...story, gap, most, isTainted, mixtures });
  }

  /**
   * Explains a step by what was found so far. If several mistakes fit up to here, the step is explained beside each,
   * because it may show another mistake, too. An explanation that saves a mistake is taken.
   */
  #explainBest(judge: CellJudge, settled: JudgedCells, gap: Gap, most: number) {
    const naming = this.#naming;
    const asSettled = naming.all;
    const unexplained = { changes: naming.changes, named: [], judged: settled, cost: sumOver(settled.bits) };
    let best: StepStory & Record<"first", JudgedCells> = { ...unexplained, first: settled };
    if (!settled.bad.includes(1)) return best;
    let taken = asSettled;
    for (const all of [asSettled, ...naming.alternatives(gap)]) {
      naming.take(all);
      const first = all === asSettled ? settled : judge.judge(naming.changes, { isRight: true });
      const story = first && this.#explain(judge, first, gap, most);
      if (story && (best.named.length === 0 || story.cost < best.cost - PRICES.mistake)) {
        best = { ...story, first };
        taken = all;
      }
    }
    naming.take(taken);
    return best;
  }

  #explain(judge: CellJudge, first: JudgedCells, gap: Gap, most: number): StepStory | undefined {
    const { changes } = this.#naming;
    const isWritten = (key: string) => this.#carried.isWritten(key);
    const { answer } = judge.cells;
    const numbers = judge.asWritten(changes);
    const variants = this.#variants(answer, first.versions, { numbers, nodes: gap.nodes });
    const options = optionsAt(gap, variants, this.#graph, isWritten, this.#exact, this.#naming.all);
    const given = { judge, graph: this.#graph, gap, changes, first, size: answer, ...options };
    const story = explainStep(given);
    if (isConvincing(story, first, most)) return story;
    return explainByPair(given, most);
  }

  /**
   * Judges a step by what is known so far. If all its last digits are 0, and one digit fewer makes it right, it is
   * judged with fewer digits.
   */
  #judgeFirst(written: Answer, gap: Gap): readonly [CellJudge, JudgedCells] {
    const judgeBy = (answer: Answer): readonly [CellJudge, JudgedCells] => {
      const [isCutting, isPrinted] = [this.#isCutting, this.#isPrinted];
      const digits = digitsTowards(answer, this.#sheet, this.#isWhole, { isCutting, isPrinted });
      const cells = new WrittenCells(answer, isCutting, isPrinted);
      const setup = { cells, graph: this.#graph, gap, versions: this.#carried, digits };
      const judge = new CellJudge({ ...setup, exact: this.#exact(gap.key) });
      const judged = judge.judge(this.#naming.changes, { isRight: true });
      if (!judged) throw new RangeError(`${gap.key} has another shape than its answer`);
      return [judge, judged];
    };
    const asWritten = judgeBy(written);
    const fewer = countOff(asWritten[1]) < MIN_OFF ? undefined : withFewerDigits(written);
    const byFewer = fewer && judgeBy(fewer);
    return byFewer && countOff(byFewer[1]) === 0 ? byFewer : asWritten;
  }

  /** Records what was found, and continues from it. */
  #recordStep(
    judge: CellJudge,
    first: JudgedCells,
    { judged, named, gap, most, isTainted: isTaintedBefore, mixtures }: StepStory & StepPlace,
  ): void {
    const { answer } = judge.cells;
    const { key } = answer;
    const left = countBad(judged);
    const unwritten = gap.nodes.slice(0, -1).map((node) => node.key);
    const isOfUnknown = unwritten.some((node) => this.#unknown.has(node));
    const seenIn = new Set(gap.nodes.map((node) => node.key));
    const [naming, sheet] = [this.#naming, new Map(this.#carried.allWritten[0])];
    const count = naming.all.length;
    const badBefore = cellsShowing(first, judged);
    naming.add(named.map((one) => ({ ...one, key, badBefore, seenIn })));
    if (isTaintedBefore || left > 0) this.#tainted.add(key);
    const isOtherWay = named.some(({ variant }) => variant.isRight);
    const computed = this.#carried.fromAllWritten(isOtherWay ? judged : first);
    this.#steps.push({
      answer,
      gap,
      wrong: isOfUnknown ? new Uint8Array(judged.bad.length) : judged.bad.slice(),
      own: computed,
      // A later step may show that a way was a mistake, so this is computed at the end.
      before: once(() => new Numbers(this.#graph, naming.changesBefore(count, key), sheet)),
    });
    if (left > most) {
      for (const node of unwritten) this.#unknown.add(node);
      if (!isOfUnknown) this.#causes.push({ kind: "unexplained", key, gap: [...unwritten, key] });
    } else if (!isOfUnknown)
      for (const [index, isBad] of judged.bad.entries())
        if (isBad) this.#causes.push({ kind: "slip", key, index });
    if (!isTaintedBefore && named.length === 0 && !this.#isPrinted)
      this.#soft.push(...softCellsOf(judge.cells, judged, mixtures));
    this.#countEvidence(judge.cells, first);
    this.#carried.continueAfter(answer, judged, most);
  }

  /** Whether something went wrong before a step, or an earlier mistake also affects the steps before it. */
  #isTainted({ sources, nodes }: Gap): boolean {
    const isOf = ({ key, variant }: NamedAt) =>
      sources.includes(key) || nodes.some((node) => variant.nodes.has(node.key));
    return sources.some((source) => this.#tainted.has(source)) || this.#naming.faults.some(isOf);
  }

  /** Returns the step as computed by a person who rounds only some of the steps. */
  #mixtures({ digits }: CellJudge, gap: Gap): () => readonly Matrix[] {
    const [{ changes }, sheet] = [this.#naming, new Map(this.#carried.allWritten[0])];
    return once(() => [...mixturesOf({ graph: this.#graph, changes }, gap.key, sheet, digits)]);
  }

  #countEvidence(cells: WrittenCells, first: JudgedCells): void {
    const { answer } = cells;
    if (isWholeAnswer(answer)) return;
    const from = [first.versions[0], this.#carried.fromAllWritten(first)];
    for (const index of cells.answered) {
      if (!Number.isFinite(answer.values[index])) continue;
      const isCut = from.some(({ data }) => cells.isCut(data[index], index));
      const isRounded = from.some(
        ({ data }) => Math.abs(data[index] - answer.values[index]) <= answer.tolerances[index],
      );
      if (isCut && !isRounded) this.evidence.cut++;
      if (isRounded && !isCut) this.evidence.rounded++;
    }
  }

  #takeLoneSlips(): void {
    const size = sumOver([...this.#sheet.values()], ({ cells }) => cells.length);
    const { cut, rounded } = this.evidence;
    for (const { key, index } of findLoneSlips(this.#soft, size, isMostly(rounded, cut))) {
      const step = this.#steps.find(({ answer }) => answer.key === key);
      if (!step) continue;
      step.wrong[index] = 1;
      this.#causes.push({ kind: "slip", key, index });
    }
  }
}

/** Whether enough cells show that numbers end in one way (rounded or cut) and not in the other. */
export const isMostly = (one: number, other: number): boolean => one >= MIN_SHOWN && one > 2 * other;

/** The minimum number of cells that show how numbers end. */
const MIN_SHOWN = 3;

/** Counts the cells that no version gives. */
const countOff = ({ bits }: JudgedCells): number => bits.filter((by) => by >= PRICES.near).length;
/** The minimum number of such cells that says something about the digits that were kept. */
const MIN_OFF = 2;

/** Returns the maximum number of bad cells in one step that can be slips. */
function mostSlips({ cells }: Answer): number {
  return Math.min(Math.max(3, Math.floor(cells.length / 5)), Math.ceil(cells.length / 2));
}
