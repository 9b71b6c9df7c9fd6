import type { Check, CheckedStep, Diagnosis } from "../../check/check.js";
import { causesOf } from "../../check/diagnosis.js";
import { answeredText, stepName } from "../answered.js";
import { axesOf } from "../cell-name.js";
import { markAnswer, verdictWords } from "../check.js";
import { type MarkedCell, type MarkedTable, textOf } from "../document.js";
import { escapeMarkup } from "../drawing/svg.js";
import { describeDoubts, describeReading } from "../how-read.js";
import { labelsOf } from "../label.js";
import { chainOf, type Place } from "./chain.js";
import { hued } from "./crossed.js";
import { type Crossed, findFigures, keysOf } from "./figures.js";
import { writeMath, writeSmallMath } from "./markup.js";
import { cellName, minus } from "./math.js";
import { formulaMath } from "./symbols.js";
import type { PageRun } from "./table.js";

/** A person's checked sheet, and how much is told of it: 1 the step, 2 also the kind of mistake, 3 also how to put it right. */
export interface CheckedSheet {
  readonly check: Check;
  readonly hint: number;
}

/** The sign and the words of a mark. */
const MARKS: Readonly<Record<MarkedCell["mark"], readonly [name: string, sign: string, words: string]>> = {
  right: ["ok", "✓", "right"],
  rounded: ["near", "≈", "right, rounded"],
  carried: ["then", "→", "follows from your own numbers"],
  wrong: ["no", "✗", "wrong"],
};

/** What a step of the sheet is called for, with its tone. */
const VERDICTS: Readonly<Record<CheckedStep["verdict"], readonly [name: string, sign: string]>> = {
  agrees: ["ok", "✓"],
  "agrees-rounded": ["near", "≈"],
  truncated: ["near", "≈"],
  follows: ["then", "→"],
  differs: ["no", "✗"],
  missing: ["none", "·"],
};

const COUNTS: readonly string[] = ["no", "one", "two", "three", "four"];

/** Whether several mistakes explain the same numbers, so that nobody can tell which was made. */
const isTie = (diagnosis: readonly Diagnosis[]): boolean =>
  diagnosis.length > 1 &&
  causesOf(diagnosis).length === 1 &&
  diagnosis.every(({ explains, with: other }) => explains === diagnosis[0].explains && other === undefined);

/** The headline of a sheet. */
export function sheetHeadline({ check }: CheckedSheet): string {
  const { verdict, firstWrongStep: first, diagnosis } = check;
  if (verdict === "agrees") return `Right. ${answeredText(check)}.`;
  if (verdict === "agrees-rounded")
    return `Right, with the rounding of earlier steps. ${answeredText(check)}.`;
  if (verdict !== "differs") return verdictWords(check);
  const isFollowed = diagnosis.some(({ cause }) => cause !== undefined);
  const separate = isTie(diagnosis) ? 1 : diagnosis.length;
  const count = Math.max(
    diagnosis.some((found) => found.with !== undefined) ? 2 : 1,
    isFollowed ? causesOf(diagnosis).length : separate,
  );
  const where = first ? ` It starts at ${stepName(first)}.` : "";
  return diagnosis.length > 0
    ? `Not right yet: ${COUNTS[count] ?? count} ${count === 1 ? "mistake" : "mistakes"}.${where}`
    : `Not right yet.${where}`;
}

/** A sheet: its steps, what is to be mended, and what was written with a mark at every number. */
export function writeSheet(page: PageRun, sheet: CheckedSheet): string {
  const { check, hint } = sheet;
  const [verdict, ...rest] = sheetHeadline(sheet).split(/(?<=[.!?]) /);
  const cards = hint < 2 ? [] : cardsOf(page, sheet);
  const mending = cards.length === 0 ? "" : `<h2>What to mend</h2>${cards.join("")}`;
  const { findings, way, read } = check;
  const told = [...findings, ...(way ? [way.text] : []), ...(read ? describeDoubts(read) : [])];
  const notes = told.map((text) => `<p>${escapeMarkup(text)}</p>`);
  return `<h1><b>${escapeMarkup(verdict)}</b> ${escapeMarkup(rest.join(" "))}</h1>
<ol class="steps">${check.steps.map((step) => writeTile(step)).join("")}</ol>
<div class="two"><div>${mending}${notes.join("")}</div><div>${writeTyped(page, check)}</div></div>
`;
}

function writeTile(step: CheckedStep): string {
  const [name, sign] = VERDICTS[step.verdict];
  const { title } = step.judgement.answer.step;
  const scope = step.scope === "" ? "" : `${escapeMarkup(step.scope)}: `;
  return `<li class="t${name}"><b>${scope}${escapeMarkup(title)} <span class="${name}" aria-hidden="true">${sign}</span></b><span>${escapeMarkup(countText(step))}</span></li>`;
}

function countText(step: CheckedStep): string {
  const { verdict, answered } = step;
  if (verdict === "missing") return "not answered";
  if (verdict === "follows") return "follows from your own numbers";
  const { cells } = markAnswer(step);
  const given = cells.filter(({ text }) => text !== "—");
  const count = (mark: MarkedCell["mark"]) => given.filter((cell) => cell.mark === mark).length;
  const [wrong, carried] = [count("wrong"), count("carried")];
  if (wrong === 0) return `${answered.cells} of ${answered.of} answered, right`;
  const parts = [
    `${given.length - wrong - carried} right`,
    `${wrong} wrong`,
    ...(carried > 0 ? [`${carried} follow`] : []),
  ];
  return parts.join(", ");
}

/** A card for each mistake; where several fit alike, one card with each of them. */
function cardsOf(page: PageRun, { check, hint }: CheckedSheet): readonly string[] {
  const { diagnosis } = check;
  const wrong = check.steps.find(({ verdict }) => verdict === "differs");
  if (!wrong) return [];
  if (diagnosis.length === 0) return [writeCard(page, check, hint, wrong, undefined, 1)];
  const either = isTie(diagnosis)
    ? `<p class="note">Your numbers fit each of these. This problem cannot tell them apart.</p>`
    : "";
  const cards = diagnosis.map((found, at) => {
    const own = wrongAt(page, check, found) ?? wrong;
    return writeCard(page, check, hint, own, found, at + 1);
  });
  return [either, ...cards];
}

/** The first wrong step that a mistake can have made: its own, or one behind it. */
function wrongAt({ trace }: PageRun, { steps }: Check, { step: id }: Diagnosis): CheckedStep | undefined {
  const order = trace.steps.map(({ key }) => key);
  const made = trace.steps.findIndex((step) => step.id === id);
  return steps.find(
    ({ verdict, judgement }) => verdict === "differs" && order.indexOf(judgement.answer.key) >= made,
  );
}

/** Chains of so many cells are shown of a mistake. */
const MOST_CELLS = 2;
/** So many levels of the right arithmetic. */
const LEVELS = 2;

function writeCard(
  page: PageRun,
  check: Check,
  hint: number,
  step: CheckedStep,
  found: Diagnosis | undefined,
  number: number,
): string {
  const marked = markAnswer(step);
  const places = placesOf(step, marked, found).slice(0, MOST_CELLS);
  const title = found ? found.mistake.title.replace(/\.$/, "") : "No known mistake gives these numbers";
  const yours = places.map(([key, row, col]) => {
    const text = minus(marked.cells[row * marked.cols + col]?.text ?? "—");
    return `<span class="eq">${writeSmallMath(nameOf(page, [key, row, col]))} = <b class="no">${escapeMarkup(text)}</b></span>`;
  });
  const right = places.map(
    (place) => `<span class="eq">${chainOf(page.cells, place, LEVELS).lines.map(writeMath).join(" ")}</span>`,
  );
  const { count, of } = {
    count: marked.cells.filter(({ mark }) => mark === "wrong").length,
    of: marked.cells.filter(({ text }) => text !== "—").length,
  };
  const why = found ? whyOf(found, hint) : "";
  const facts = [
    ["Where", `${escapeMarkup(stepName(step))}: ${count} of ${of} numbers`],
    ["You wrote", yours.join(" ")],
    ...(hint > 2 ? [["Right is", right.join(" ")]] : []),
    ...(why === "" ? [] : [["Why", why]]),
    ["What follows", followsText(check, step)],
  ].filter(([, text]) => text !== "");
  const list = facts.map(([name, text]) => `<dt>${name}</dt><dd>${text}</dd>`).join("");
  return `<article class="card"><div class="num" aria-hidden="true">${number}</div><div><h3>${escapeMarkup(title)}</h3><dl class="facts">${list}</dl></div></article>`;
}

/** The cells in which a slip was made, or the first ones that are wrong. */
function placesOf(
  { judgement }: CheckedStep,
  marked: MarkedTable,
  found: Diagnosis | undefined,
): readonly Place[] {
  const slipped = found?.slipped?.filter(({ step }) => step.key === judgement.answer.key) ?? [];
  if (slipped.length > 0) return slipped.map(({ row, col }) => [judgement.answer.key, row, col]);
  return marked.cells.flatMap(({ mark }, at) =>
    mark === "wrong" ? [[judgement.answer.key, Math.floor(at / marked.cols), at % marked.cols] as const] : [],
  );
}

function whyOf({ mistake, explains, of, convention, with: other }: Diagnosis, hint: number): string {
  const proof = mistake.isUnproved
    ? ""
    : `${other === undefined ? "This gives" : `With ${escapeMarkup(other)} this gives`} ${explains} of the ${of} wrong numbers, to all digits written.`;
  const parts = [
    ...(hint > 2 ? [escapeMarkup(mistake.fix), writeSmallMath(formulaMath(mistake.formula))] : []),
    proof,
    ...(hint > 2 && convention !== undefined
      ? [`Where that is the convention, say <code>${escapeMarkup(convention)}</code>.`]
      : []),
  ];
  return parts.filter((text) => text !== "").join("<br>");
}

function followsText(check: Check, step: CheckedStep): string {
  const after = check.steps.slice(check.steps.indexOf(step) + 1);
  const follow = after.filter(({ verdict }) => verdict === "follows").map(stepName);
  if (follow.length > 0)
    return `${escapeMarkup(listed(follow))} ${follow.length === 1 ? "follows" : "follow"} from these numbers and ${follow.length === 1 ? "is" : "are"} not counted again.`;
  return "";
}

const listed = (names: readonly string[]) =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;

function nameOf({ cells, trace }: PageRun, [key, row, col]: Place) {
  const [rows, cols] = axesOf(trace, key).map(labelsOf);
  const below = cells.matrix(key).cols === 1 ? rows.at(row) : `${rows.at(row)}, ${cols.at(col)}`;
  return cellName(cells.symbol(key), cells.hue(key), below);
}

/** What was written, step by step, with a mark at every number. */
function writeTyped(page: PageRun, check: Check): string {
  const steps = check.steps.filter(({ verdict }) => verdict !== "missing");
  if (steps.length === 0) return "";
  const tables = steps.map((step) => {
    const { rows, cols, cells } = markAnswer(step);
    const widest = cells.reduce((most, { text }) => Math.max(most, Array.from(text).length), 0);
    const lines = Array.from({ length: rows }, (_, row) => {
      const line = cells.slice(row * cols, (row + 1) * cols).map(({ text, mark }) => {
        const [name, sign, words] = MARKS[mark];
        const blanks = " ".repeat(widest - Array.from(text).length);
        if (text === "—") return `${blanks}—<i> </i>`;
        return `${blanks}<span class="${name}">${escapeMarkup(minus(text))}<i aria-hidden="true">${sign}</i><span class="hide"> ${words}</span></span>`;
      });
      return line.join("  ");
    });
    const symbol = writeSmallMath(hued(page, step.judgement.answer.key));
    const scope = step.scope === "" ? "" : `<small>${escapeMarkup(step.scope)}</small> `;
    return `<div class="typed">${scope}${symbol}<pre>${lines.join("\n")}</pre></div>`;
  });
  const legend = Object.values(MARKS).map(
    ([name, sign, words]) => `<span><b class="${name}">${sign}</b> ${words}</span>`,
  );
  return `<h2>Your sheet</h2><div class="sheet" tabindex="0" role="group" aria-label="Your sheet">${tables.join("")}</div><p class="legend">${legend.join("")}</p>
<p class="note">${escapeMarkup(answeredText(check))}</p>${writeReading(check)}`;
}

/** How the sheet was read, where its form is no known one. */
function writeReading({ read }: Check): string {
  const lines = (read ? describeReading(read) : []).flatMap((block) =>
    block.kind === "paragraph"
      ? [textOf(block.spans)]
      : block.kind === "outline"
        ? block.lines.map(({ spans }) => textOf(spans))
        : block.kind === "pairs"
          ? block.pairs.map(({ name, value }) => `${name}: ${value}`)
          : [],
  );
  return lines.map((text) => `<p class="note">${escapeMarkup(text)}</p>`).join("");
}

/** The attentions whose numbers are not right on a sheet, where they may be told. */
export function attentionsOf({ trace }: PageRun, { check, hint }: CheckedSheet): readonly Crossed[] {
  if (hint < 3) return [];
  const isOff = ({ verdict }: CheckedStep) => verdict === "differs" || verdict === "follows";
  const keys = new Set(check.steps.filter(isOff).map(({ judgement }) => judgement.answer.key));
  return findFigures(trace).filter(
    (figure): figure is Crossed => figure.kind === "crossed" && keysOf(figure).some((key) => keys.has(key)),
  );
}
