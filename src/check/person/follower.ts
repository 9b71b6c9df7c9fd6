import { sumOver } from "../../math/lists.js";
import type { Matrix } from "../../math/matrix.js";
import { once } from "../../math/remember.js";
import type { Trace } from "../../trace/trace.js";
import type { Answer, Sheet } from "../answers.js";
import { cellAt, isMatched } from "../judgement.js";
import type { AtStep } from "../mistakes/mistake.js";
import { numbersOf, sourcesOf } from "../solution.js";
import { wholeSteps } from "../whole-steps.js";
import { CarriedNumbers } from "./carried-numbers.js";
import { digitsTowards, isWholeAnswer, withFewerDigits } from "./digits.js";
import { explainByPair } from "./explain-by-pair.js";
import { explainStep, isConvincing } from "./explain-step.js";
import { type Gap, gapBefore } from "./gap.js";
import { type CellJudge, createJudge, type JudgedCells } from "./judge-cells.js";
import { isOfProgram } from "./last-digits.js";
import { taintedBy } from "./mark-steps.js";
import { mixturesOf } from "./mixtures.js";
import { makesWrong, type NamedAt, startNaming } from "./naming.js";
import { Numbers } from "./numbers.js";
import { optionsAt } from "./options.js";
import { PRICES } from "./prices.js";
import { findLoneSlips, type SoftCell, softCellsOf } from "./soft-cells.js";
import { cellsShowing, type StepStory, unexplained } from "./step-case.js";
import type { Cause, Followed, FollowedStep } from "./story.js";
import { type Variant, withVariant } from "./variants.js";
import { type WrittenCells, writtenCells } from "./written-cells.js";

/** Returns the possible variants at a written step. */
export type Variants = (at: AtStep) => readonly Variant[];

/** The number of cells that show cut digits, and of those that show rounded digits. */
interface Evidence {
  cut: number;
  rounded: number;
}

/** Follows a person from step to step, with one way to round. */
export function followSheet(
  trace: Trace,
  given: Sheet,
  variantsAt: Variants,
  isCutting: boolean,
): Followed & { readonly evidence: Evidence } {
  const graph = sourcesOf(trace);
  const sheet: Sheet = new Map([...given].filter(([, { cells }]) => cells.some(Boolean)));
  const isWhole = wholeSteps(trace);
  const exact = numbersOf(trace);
  // If a program printed the steps, one or two cells may be off by chance, and are no slips.
  const isPrinted = isOfProgram(trace);
  const carried = new CarriedNumbers();
  const isWritten = (key: string) => carried.isWritten(key);
  const naming = startNaming(graph);
  const steps: FollowedStep[] = [];
  const causes: Cause[] = [];
  const soft: SoftCell[] = [];
  const evidence: Evidence = { cut: 0, rounded: 0 };

  const stepAt = (key: string) => steps.find(({ answer }) => answer.key === key);

  /** Marks cells of a step as wrong that looked right when it was followed. */
  const markWrong = (key: string, isWrong: (index: number) => boolean) =>
    stepAt(key)?.wrong.forEach((_, index, wrong) => {
      if (isWrong(index)) wrong[index] = 1;
    });

  /** Whether a cell that looked like a slip is what a mistake gives that only a later step showed. */
  const isMadeBy = ({ key, variant, rows }: NamedAt, cause: Cause): boolean => {
    const step = stepAt(cause.key);
    if (cause.kind !== "slip" || !step || key === cause.key) return false;
    const { answer, gap, before } = step;
    const isIn = (index: number) => rows?.includes(cellAt(answer, index)[0]) ?? true;
    if (!isIn(cause.index) || !gap.nodes.some((node) => variant.nodes.has(node.key))) return false;
    const numbers = before();
    const made = numbers.with(withVariant(graph, numbers.changes, variant)).of(cause.key);
    return answer.cells.every((_, index) => !isIn(index) || isMatched(answer, index, made));
  };

  /**
   * Judges a step by what is known so far. If all its last digits are 0, and one digit fewer makes it right, it is
   * judged with fewer digits.
   */
  const judgeFirst = (written: Answer, gap: Gap): readonly [CellJudge, JudgedCells] => {
    const judgeBy = (answer: Answer): readonly [CellJudge, JudgedCells] => {
      const digits = digitsTowards(answer, sheet, isWhole, { isCutting, isPrinted });
      const cells = writtenCells(answer, isCutting, isPrinted);
      const judge = createJudge({ cells, graph, gap, versions: carried, digits, exact: exact(gap.key) });
      const judged = judge.judge(naming.changes(), { isRight: true });
      if (!judged) throw new RangeError(`${gap.key} has another shape than its answer`);
      return [judge, judged];
    };
    const asWritten = judgeBy(written);
    const fewer = countOff(asWritten[1]) < MIN_OFF ? undefined : withFewerDigits(written);
    const byFewer = fewer && judgeBy(fewer);
    return byFewer && countOff(byFewer[1]) === 0 ? byFewer : asWritten;
  };

  /**
   * Explains a step by what was found so far. If several mistakes fit up to here, the step is explained beside each,
   * because it may show another mistake, too. An explanation that saves a mistake is taken.
   */
  const explainBest = (judge: CellJudge, settled: JudgedCells, gap: Gap, most: number) => {
    const explain = (first: JudgedCells): StepStory | undefined => {
      const changes = naming.changes();
      const { answer } = judge.cells;
      const { nodes } = gap;
      const variants = variantsAt({ answer, numbers: judge.asWritten(changes), nodes, own: first.versions });
      const options = optionsAt(gap, variants, graph, isWritten, exact, naming.all());
      const step = { judge, graph, gap, changes, first, size: answer, ...options };
      const story = explainStep(step);
      return isConvincing(story, first, most) ? story : explainByPair(step, most);
    };
    const asSettled = naming.all();
    let best = { ...unexplained(naming.changes(), settled), first: settled };
    if (!settled.bad.includes(1)) return best;
    let taken = asSettled;
    for (const all of [asSettled, ...naming.alternatives(gap)]) {
      naming.take(all);
      const first = all === asSettled ? settled : judge.judge(naming.changes(), { isRight: true });
      const story = first && explain(first);
      if (story && (best.named.length === 0 || story.cost < best.cost - PRICES.mistake)) {
        best = { ...story, first };
        taken = all;
      }
    }
    naming.take(taken);
    return best;
  };

  const followStep = (written: Answer): void => {
    const gap = gapBefore(graph, written.key, isWritten);
    const [judge, before] = judgeFirst(written, gap);
    const settled = naming.settle(judge, gap, before);
    const { cells, digits } = judge;
    const { answer } = cells;
    const { key } = answer;
    const most = mostSlips(answer);
    const [changes, writtenBefore] = [naming.changes(), new Map(carried.allWritten[0])];
    const mixtures = once(() => [...mixturesOf({ graph, changes }, key, writtenBefore, digits)]);
    const { first, judged, named } = explainBest(judge, settled, gap, most);
    const wrong = cells.answered.filter((index) => judged.bad[index] === 1);
    const left = wrong.length;
    const slips = wrong.map((index) => ({ kind: "slip", key, index }) as const);
    const seenIn = new Set(gap.nodes.map((node) => node.key));
    // What was done in the unwritten steps before a step that does not follow may appear again.
    const isOfUnknown = causes.some(
      (cause) => cause.kind === "unexplained" && cause.gap.some((node) => seenIn.has(node)),
    );
    const namedBefore = naming.all();
    const badBefore = cellsShowing(first, judged);
    naming.take([...namedBefore, ...named.map((one) => ({ ...one, key, badBefore, seenIn }))]);
    const isOtherWay = named.some(({ variant }) => variant.isRight);
    steps.push({
      answer,
      gap,
      wrong: isOfUnknown ? new Uint8Array(judged.bad.length) : judged.bad.slice(),
      own: carried.fromAllWritten(isOtherWay ? judged : first),
      // A later step may show that a way was a mistake, so this is computed at the end.
      before: once(() => new Numbers(graph, naming.changesBefore(namedBefore.length, key), writtenBefore)),
    });
    if (!isOfUnknown)
      causes.push(...(left > most ? [{ kind: "unexplained", key, gap: [...seenIn] } as const] : slips));
    if (named.length === 0 && !isPrinted) soft.push(...softCellsOf(cells, judged, mixtures));
    addEvidence(evidence, cells, [first.versions[0], carried.fromAllWritten(first)]);
    carried.continueAfter(answer, judged, most);
  };

  for (const answer of sheet.values()) followStep(answer);
  const mistakes = naming.mistakes();
  const named = mistakes.map((one) => ({ ...one, kind: "mistake" as const }));
  const isTainted = taintedBy([...named, ...causes], graph);
  const alone = soft.filter(({ key }) => !isTainted(key));
  const size = sumOver([...sheet.values()], ({ cells }) => cells.length);
  for (const { key, index } of findLoneSlips(alone, size, isMostly(evidence.rounded, evidence.cut))) {
    markWrong(key, (at) => at === index);
    causes.push({ kind: "slip", key, index });
  }
  for (const { key, badBefore } of mistakes.filter(makesWrong))
    markWrong(key, (index) => badBefore[index] === 1);
  const others = causes.filter((cause) => !mistakes.some((one) => isMadeBy(one, cause)));
  return {
    steps,
    causes: [...named, ...others],
    ways: naming.all().filter(({ variant }) => variant.isRight),
    isCutting,
    evidence,
  };
}

/** Counts the cells of a step that show how its digits end. */
function addEvidence(evidence: Evidence, cells: WrittenCells, from: readonly Matrix[]): void {
  const { answer } = cells;
  if (isWholeAnswer(answer)) return;
  for (const index of cells.answered) {
    if (!Number.isFinite(answer.values[index])) continue;
    const isCut = from.some(({ data }) => cells.isCut(data[index], index));
    const isRounded = from.some((made) => isMatched(answer, index, made));
    if (isCut && !isRounded) evidence.cut++;
    if (isRounded && !isCut) evidence.rounded++;
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
