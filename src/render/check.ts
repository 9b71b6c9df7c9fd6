import type { Check, CheckedStep } from "../check/check.js";
import { inOwnNames } from "../check/own-names.js";
import { present } from "../math/lists.js";
import { type Scope, scopeText } from "../trace/trace.js";
import { markedCellName, shortNumber, typedText } from "./cell-arithmetic.js";
import { describeMachineCheck } from "./check-machine.js";
import { describeSheets } from "./class.js";
import {
  type Block,
  type Document,
  heading,
  line,
  type MarkedTable,
  type OutlineLine,
  outline,
  paragraph,
  plainTable,
} from "./document.js";
import { describeDoubts, describeReading } from "./how-read.js";
import { describeTally, isOfMachine, type NamedCheck } from "./named-check.js";
import { isWithin } from "./selection.js";
import { coverageText, headline } from "./sentences/headline.js";
import { linesOf, type MistakeSentences, mistakeSentences } from "./sentences/mistakes.js";
import { unbroken } from "./wrap.js";

/** How much of a check is shown. */
interface CheckView {
  /** 1: where a mistake is; 2: also a question that leads to it; 3: also what it is. */
  readonly hint: number;
  /** For right answers of a machine: show every known mistake that they would not show. */
  readonly critique?: boolean;
  /** Whether to show the right numbers of wrong steps, too. */
  readonly showSolution: boolean;
  /** Whether mistakes are followed by their ids. */
  readonly verbose?: boolean;
  /** Marks only the steps of this head. The verdict is still that of the whole sheet. */
  readonly scope?: Scope | undefined;
}

/** Describes the marked sheet for people. Several sheets get one line each and a tally of mistakes. */
export function describeChecks(checks: readonly NamedCheck[], view: CheckView): Document {
  if (checks.length > 1) return [describeSheets(checks, view.hint), ...describeTally(checks)];
  const [{ check }] = checks;
  return isOfMachine(check) ? describeMachineCheck(check, view) : describeCheck(check, view);
}

function describeCheck(judged: Check, view: CheckView): Block[] {
  const check = inOwnNames(judged);
  const { steps, way, read, findings } = check;
  const coverage = coverageText(check);
  const marked = steps.filter(
    ({ verdict }, at) =>
      (!view.scope || isWithin(judged.steps[at].answer.step.scope, view.scope)) &&
      !["agrees", "missing"].includes(verdict),
  );
  return present([
    paragraph(headline(check), "strong"),
    coverage !== "" && paragraph(coverage),
    way && paragraph(way.text),
    ...(read ? describeDoubts(read).map((text) => paragraph(text)) : []),
    ...describeMistakes(mistakeSentences(check), view),
    ...(view.hint > 2 ? findings.map((text) => paragraph(text)) : []),
    ...marked.flatMap((step) => describeStep(step, view)),
    ...[legend(marked), ...describeReading(check)].flat().map(openingPart),
  ]);
}

const openingPart = (block: Block, at: number): Block =>
  block.kind === "paragraph" && at === 0 ? { ...block, opensPart: true } : block;

/** Explains the marks that are used on a sheet. */
function legend(steps: readonly CheckedStep[]): Block[] {
  const used = new Set(steps.flatMap(({ marks }) => marks));
  const isCut = steps.some(({ verdict }) => verdict === "truncated");
  const words = present([
    used.has("wrong") && "✗ wrong",
    used.has("follows") && "→ follows from an earlier mistake",
    used.has("near") && (isCut ? "≈ cut off instead of rounded, counts as right" : "≈ right by rounding"),
  ]);
  return words.length > 0 ? [paragraph(words.map(unbroken).join(" · "), "dim")] : [];
}

function describeStep(step: CheckedStep, view: CheckView): Block[] {
  const { title, formula, scope } = step.answer.step;
  return [
    heading(scope.length === 0 ? title : `${scopeText(scope)}: ${title}`, { formula }),
    markAnswer(step),
    ...(view.hint > 2 ? describeRounding(step) : []),
    ...(view.showSolution && step.verdict === "differs"
      ? [paragraph("right numbers:", "dim"), solution(step)]
      : []),
  ];
}

function solution({ answer, exact }: CheckedStep): Block {
  const precision = answer.decimals > 0 && answer.decimals <= 10 ? answer.decimals : 4;
  return plainTable({ matrix: exact, axes: answer.step.axes }, { precision, full: false });
}

/** Describes the mistakes in order, each with as much as the hint level allows. */
function describeMistakes(mistakes: readonly MistakeSentences[], { hint, verbose }: CheckView): Block[] {
  const isOne = mistakes.length === 1;
  const lines = mistakes.flatMap((one, at) =>
    linesOf(one, hint).map((sentence, index, { length }): OutlineLine => {
      const hasIds = verbose && hint > 2 && index === length - 1 && one.ids.length > 0;
      const text = hasIds ? `${sentence} (${one.ids.join(", ")})` : sentence;
      if (isOne || index > 0) return { ...line(text, "plain", isOne ? 0 : 1), hang: 0 };
      return { ...line(`${at + 1} ${text}`), hang: 2 };
    }),
  );
  return lines.length > 0 ? [outline(lines)] : [];
}

/** Returns the numbers of a step as they were written, each with its mark. */
export function markAnswer({ answer, marks }: CheckedStep): MarkedTable {
  const { written, rows, cols, step: of } = answer;
  const cells = written.map((cell, index) => ({
    text: cell ? typedText(cell) : "—",
    mark: marks[index] ?? "right",
  }));
  return { kind: "marked", axes: of.axes, rows, cols, cells };
}

/** If more cells are off than this, only the largest difference is given. */
const MOST_CELLS_DESCRIBED = 2;

/** Says how far cells are off that rounding excuses, and how far rounding may move them. */
export function describeRounding({ rounded, answer: { step } }: CheckedStep): Block[] {
  if (!rounded) return [];
  const digits = (value: number) => shortNumber(Number(value.toPrecision(2)));
  const cells = rounded.off.map(({ cell: [row, col], difference }) => {
    return `${markedCellName(step, row, col)} by ${digits(difference)}`;
  });
  const most = Math.max(...rounded.off.map(({ difference }) => Math.abs(difference)));
  const off =
    cells.length > MOST_CELLS_DESCRIBED
      ? `${cells.length} cells, by at most ${digits(most)}`
      : cells.join(", ");
  // A larger difference comes from rounding too coarsely, which is explained elsewhere.
  const bound = most <= rounded.bound ? ` Rounding by hand can cause ${digits(rounded.bound)}.` : "";
  return [paragraph(`Off because of rounding: ${off}.${bound}`, "dim")];
}
