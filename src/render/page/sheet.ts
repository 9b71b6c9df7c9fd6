import type { Check, CheckedStep } from "../../check/check.js";
import type { ShownCell } from "../../check/diagnosis.js";
import { inOwnNames } from "../../check/own-names.js";
import { greatest, present, tabulate } from "../../math/lists.js";
import { isTrue } from "../../math/matrix.js";
import { maskedReason, shortNumber } from "../cell-arithmetic.js";
import { markAnswer } from "../check.js";
import { type MarkedCell, textOf } from "../document.js";
import { escapeMarkup } from "../drawing/svg.js";
import type { CheckedSheet } from "../formats/format.js";
import { describeDoubts, describeReading } from "../how-read.js";
import {
  arithmeticOnPaper,
  onPaper,
  questionText,
  rightNumber,
  writtenText,
} from "../sentences/cell-sentence.js";
import { coverageText, SIGNS, verdictSentence } from "../sentences/headline.js";
import { type MistakeSentences, mistakeSentences, tieText } from "../sentences/mistakes.js";
import { capitalized } from "../sentences/names.js";
import { type Facts, writeCard, writeTile } from "./card.js";
import { hued } from "./crossed.js";
import { type Crossed, findFigures, keysOf } from "./figures.js";
import { writeMath, writeSmallMath } from "./markup.js";
import { equals, type MathView, mathOf, minus, row, writtenNumber } from "./math.js";
import type { PageRun } from "./table.js";

/** The class, the sign and the words of each mark. */
const MARKS: Readonly<Record<MarkedCell["mark"], readonly [name: string, sign: string, words: string]>> = {
  right: ["ok", "✓", "right"],
  near: ["near", "≈", "right, rounded"],
  follows: ["then", "→", "follows from your own numbers"],
  wrong: ["no", "✗", "wrong"],
};

/** Returns the headline of a sheet. */
export const sheetHeadline = ({ check }: CheckedSheet) =>
  [verdictSentence(check), coverageText(check)].filter((text) => text !== "").join(" ");

/** Writes a sheet: its steps, what to correct, and the person's numbers with a mark at each. */
export function writeSheet(page: PageRun, sheet: CheckedSheet) {
  const { hint } = sheet;
  const check = inOwnNames(sheet.check);
  const [verdict, ...rest] = sheetHeadline(sheet).split(/(?<=[.!?]) /);
  const cards = mistakeSentences(check).map((mistake, at) => writeMistake(page, mistake, hint, at + 1));
  const mending = cards.length === 0 ? "" : `<h2>Mistakes to correct</h2>${cards.join("")}`;
  const { findings, way, read } = check;
  const remarks = present([...(hint > 2 ? findings : []), way?.text, ...(read ? describeDoubts(read) : [])]);
  const notes = remarks.map((text) => `<p>${escapeMarkup(text)}</p>`);
  return `<h1><b>${escapeMarkup(verdict)}</b> ${escapeMarkup(rest.join(" "))}</h1>
<ol class="steps">${check.steps.map((step) => writeStep(step)).join("")}</ol>
<div class="two"><div>${mending}${notes.join("")}</div><div>${writeTyped(page, check)}</div></div>
`;
}

function writeStep(step: CheckedStep) {
  const { title } = step.answer.step;
  const scope = step.scope === "" ? "" : `${escapeMarkup(step.scope)}: `;
  return writeTile(scope + escapeMarkup(title), SIGNS[step.verdict], escapeMarkup(answeredText(step)));
}

function answeredText(step: CheckedStep) {
  const { verdict, answered } = step;
  if (verdict === "missing") return "not answered";
  if (verdict === "follows") return "follows from your own numbers";
  const { cells } = markAnswer(step);
  const given = cells.filter(({ text }) => text !== "—");
  const count = (mark: MarkedCell["mark"]) => given.filter((cell) => cell.mark === mark).length;
  const [wrong, carried] = [count("wrong"), count("follows")];
  if (wrong === 0) return `${answered.cells} of ${answered.of} answered, right`;
  const parts = present([
    `${given.length - wrong - carried} right`,
    `${wrong} wrong`,
    carried > 0 && `${carried} follow`,
  ]);
  return parts.join(", ");
}

/** Writes a card for a mistake: where it is, and as much as the hint level allows. */
function writeMistake(page: PageRun, mistake: MistakeSentences, hint: number, number: number) {
  const { place, question, what, shown, cells, why, follows } = mistake;
  const title = hint > 2 && what.length === 1 ? what[0].replace(/\.$/, "") : capitalized(place);
  const several = what.length > 1 ? [tieText(what.length), ...what].map(escapeMarkup).join("<br>") : "";
  const whole: Facts = [
    ["Possible mistakes", several],
    ["You wrote", shown.map((cell) => yoursMath(page, cell)).join(" ")],
    ["Right is", shown.map((cell) => rightMath(page, cell)).join(" ")],
    [
      "Why",
      [...shown.map(questionText), ...cells.slice(shown.length), why]
        .filter(Boolean)
        .map(escapeMarkup)
        .join("<br>"),
    ],
    ["Consequences", escapeMarkup(follows)],
  ];
  return writeCard(number, escapeMarkup(title), [
    ["Where", title === capitalized(place) ? "" : escapeMarkup(place)],
    ["Ask yourself", hint === 2 ? escapeMarkup(question) : ""],
    ...(hint > 2 ? whole : []),
  ]);
}

/** Writes the person's number in a cell, and the arithmetic that gives it. */
function yoursMath(page: PageRun, cell: ShownCell) {
  const { yours } = cell;
  const made = yours
    ? ` ${writeSmallMath(row(equals, mathOf(onPaper(yours, cell.decimals), ON_PAPER).text))}`
    : "";
  const name = writeSmallMath(nameOf(page, cell));
  return `<span class="eq">${name} = <b class="no">${escapeMarkup(writtenText(cell))}</b>${made}</span>`;
}

/** Writes the right number of a cell, computed from the person's own numbers. */
function rightMath(page: PageRun, cell: ShownCell) {
  const { step, row: at, col, arithmetic } = cell;
  const name = nameOf(page, cell);
  if (isTrue(step.blocked, at, col)) return escapeMarkup(maskedReason(step, at, col));
  const [made, result] = [
    mathOf(arithmeticOnPaper(cell), ON_PAPER).text,
    writtenNumber(rightNumber(cell)).text,
  ];
  const parts = arithmetic.kind === "constant" ? [] : [equals, made];
  return `<span class="eq">${writeMath(row(name, ...parts, equals, result))}</span>`;
}

const ON_PAPER: MathView = {
  cell: ({ value }) => writtenNumber(shortNumber(value)),
  number: shortNumber,
};

const nameOf = ({ cells }: PageRun, { step: { key }, row, col }: ShownCell) => cells.name([key, row, col]);

/** Writes the person's numbers step by step, with a mark at each. */
function writeTyped(page: PageRun, check: Check) {
  const steps = check.steps.filter(({ verdict }) => verdict !== "missing");
  if (steps.length === 0) return "";
  const tables = steps.map((step) => {
    const { rows, cols, cells } = markAnswer(step);
    const widest = greatest(cells, ({ text }) => Array.from(text).length);
    const lines = tabulate(rows, (row) => {
      const line = cells.slice(row * cols, (row + 1) * cols).map(({ text, mark }) => {
        const [name, sign, words] = MARKS[mark];
        const blanks = " ".repeat(widest - Array.from(text).length);
        if (text === "—") return `${blanks}—<i> </i>`;
        return `${blanks}<span class="${name}">${escapeMarkup(minus(text))}<i aria-hidden="true">${sign}</i><span class="hide"> ${words}</span></span>`;
      });
      return line.join("  ");
    });
    const symbol = writeSmallMath(hued(page, step.answer.key));
    const scope = step.scope === "" ? "" : `<small>${escapeMarkup(step.scope)}</small> `;
    return `<div class="typed">${scope}${symbol}<pre>${lines.join("\n")}</pre></div>`;
  });
  const legend = Object.values(MARKS).map(
    ([name, sign, words]) => `<span><b class="${name}">${sign}</b> ${words}</span>`,
  );
  return `<h2>Your sheet</h2><div class="sheet" tabindex="0" role="group" aria-label="Your sheet">${tables.join("")}</div><p class="legend">${legend.join("")}</p>
${writeReading(check)}`;
}

/** Writes how the sheet was read, if its form is not a known one. */
const writeReading = (check: Check) =>
  describeReading(check)
    .map(({ spans }) => `<p class="note">${escapeMarkup(textOf(spans))}</p>`)
    .join("");

/** Returns the attentions whose numbers are not right on a sheet, if they may be shown. */
export function attentionsOf({ trace }: PageRun, { check, hint }: CheckedSheet): readonly Crossed[] {
  if (hint < 3) return [];
  const isOff = ({ verdict }: CheckedStep) => verdict === "differs" || verdict === "follows";
  const keys = new Set(check.steps.filter(isOff).map(({ answer }) => answer.key));
  return findFigures(trace).filter(
    (figure): figure is Crossed => figure.kind === "crossed" && keysOf(figure).some((key) => keys.has(key)),
  );
}
