import type { MachineCheck, MachineDiagnosis, MachineStep } from "../../check/machine/check-dump.js";
import { type Overview, overviewOf } from "../../check/machine/overview.js";
import { present } from "../../math/lists.js";
import { findStep } from "../../trace/trace.js";
import { stepName } from "../answered.js";
import { describeMachineCheck, inAll, layerOf, rightWithText, verdictLine } from "../check-machine.js";
import { columnsText, offText, rowsText, whereText, worstOf } from "../check-overview.js";
import type { Block } from "../document.js";
import { escapeMarkup } from "../drawing/svg.js";
import type { CheckedDump } from "../formats/format.js";
import {
  explainsText,
  isTie,
  needsCauses,
  noCauseText,
  parametersText,
  stoppedText,
} from "../machine-causes.js";
import { capitalized } from "../sentences/names.js";
import { countText, threeDigits } from "../short-numbers.js";
import { type Facts, writeCard, writeFacts, writeTile } from "./card.js";
import { chainOf, type Place } from "./chain.js";
import { writeErrorMaps, writeKeysUsed, writeLegend } from "./error-map.js";
import { writeMath, writeSmallMath } from "./markup.js";
import { minus } from "./math.js";
import { formulaMath } from "./symbols.js";
import type { PageRun } from "./table.js";

/** Returns the verdict without its sign, as text. */
export const dumpHeadline = ({ check }: CheckedDump) => capitalized(verdictLine(check).replace(/^[✓✗] /, ""));

const VERDICT = /^(Right, with rounded scores,|Right|Less precise|Not right) /;

/** Writes a checked dump: the verdict, each answer, where it is off, and why. */
export function writeDump(page: PageRun, dump: CheckedDump): string {
  const { check, hint } = dump;
  const headline = escapeMarkup(dumpHeadline(dump)).replace(VERDICT, "<b>$1</b> ");
  const rightWith = rightWithText(check);
  const wrong = check.steps.filter(({ where }) => where !== undefined);
  const causes = hint < 2 ? "" : writeCauses(check, hint);
  const first = wrong[0];
  return `<h1>${headline}</h1>
${rightWith === undefined ? "" : `<p><b>${escapeMarkup(rightWith)}</b></p>\n`}<ol class="steps">${partsOf(check).map(writePart).join("")}</ol>
${first ? writePlaces(page, dump, wrong) : ""}${causes}`;
}

/** Returns everything that a terminal shows about a dump. */
export const blocksOfDump = ({ check, hint }: CheckedDump): readonly Block[] =>
  describeMachineCheck(check, { hint, critique: true });

/** Answers that are counted together. */
interface Part {
  readonly name: string;
  readonly steps: readonly MachineStep[];
}

/** Returns the name of an answer. If a step has several answers, it is their name in the dump. */
const nameOfAnswer = ({ id, answer = id }: Pick<MachineStep, "id" | "answer">) => answer;

/** Groups the answers by layer if there are several, otherwise by step. */
function partsOf({ steps }: MachineCheck) {
  const areLayers = new Set(steps.map(layerOf)).size > 1;
  const nameOf = (step: MachineStep) => (areLayers && layerOf(step)) || nameOfAnswer(step);
  return [...new Set(steps.map(nameOf))].map((name) => ({
    name,
    steps: steps.filter((step) => nameOf(step) === name),
  }));
}

function writePart({ name, steps }: Part) {
  const off = inAll(steps, ({ tooCoarse, wrong }) => tooCoarse ?? wrong);
  const of = inAll(steps, (step) => step.of);
  const isRight = steps.every(({ verdict }) => verdict.startsWith("agrees"));
  const count = isRight
    ? `${countText(of)} numbers right`
    : `${countText(off)} of ${countText(of)} numbers off`;
  return writeTile(escapeMarkup(name), isRight ? ["ok", "✓"] : ["no", "✗"], count);
}

/** Writes where numbers are off, answer by answer, with the worst number and the right arithmetic. */
function writePlaces(page: PageRun, { check, hint }: CheckedDump, wrong: readonly MachineStep[]) {
  const names = [...new Set(wrong.map(nameOfAnswer))];
  const overviews = overviewOf(check.steps);
  const parts = names.map((name) => {
    const overview = overviews?.find((one) => nameOfAnswer(one) === name);
    const own = check.steps.filter((step) => nameOfAnswer(step) === name);
    const title = names.length > 1 ? `<h3 class="sub">${escapeMarkup(name)}</h3>` : "";
    const facts = writeFacts(factsOf(page, own, overview, hint));
    const keys = own.find(({ keysUsed }) => keysUsed)?.keysUsed;
    return `${title}${facts}${keys ? writeKeysUsed(keys) : ""}${writeErrorMaps(own)}`;
  });
  return `<h2>Where numbers are off</h2>\n${parts.join("")}${writeLegend()}`;
}

function factsOf(
  page: PageRun,
  steps: readonly MachineStep[],
  overview: Overview | undefined,
  hint: number,
): Facts {
  const wrong = steps.filter(({ where }) => where !== undefined);
  const [{ where }] = wrong;
  const every = wrong.length === 1 ? (where?.every ?? null) : null;
  const place =
    (overview && whereText(overview, every)) ??
    (where ? `${wrong[0].scope}: ${rowsText(where.rows, where.every)}, ${columnsText(where.columns)}` : "");
  const worst = worstOf(wrong);
  const { scope = "", keysUsed } = wrong.find((step) => step.keysUsed) ?? {};
  const within = scope === "" ? "" : ` (${scope.replace("/", ", ")})`;
  return [
    ["Where", escapeMarkup(place)],
    ...(worst.worst ? factsOfCell(page, worst, worst.worst, hint) : []),
    ["Keys used", keysUsed ? escapeMarkup(`${keysUsed.seen} instead of ${keysUsed.expected}${within}`) : ""],
  ];
}

/**
 * Describes the worst number: where it is, the dump's number, and the right one, with its arithmetic if the run has it.
 */
function factsOfCell(
  page: PageRun,
  step: MachineStep,
  worst: NonNullable<MachineStep["worst"]>,
  hint: number,
): Facts {
  const {
    cell: [row, col],
    got,
    want,
  } = worst;
  const name = `${stepName(step)}[${row},${col}]`;
  const lines = hint > 2 ? arithmeticOf(page, step, row, col) : [];
  const right = lines.length === 0 ? escapeMarkup(minus(threeDigits(want))) : lines.join(" ");
  return [
    ["Worst number", `<code>${escapeMarkup(name)}</code>${escapeMarkup(minus(offText(worst)))}`],
    ["In the dump", `<b class="no">${escapeMarkup(minus(threeDigits(got)))}</b>`],
    ["Right is", `<span class="eq">${right}</span>`],
  ];
}

/** The maximum levels of the right arithmetic, and its maximum characters of markup. */
const LEVELS = 2;
const LONGEST = 6000;

/** Returns the arithmetic of a right number. The run on the page is that of the first batch. */
function arithmeticOf(page: PageRun, { scope, id }: MachineStep, row: number, col: number) {
  if (/^batch [1-9]/.test(scope)) return [];
  const key = stepName({ scope: scope.replace(/^batch 0\/?/, ""), id });
  if (!findStep(page.trace, key)?.isKept) return [];
  const place: Place = [key, row, col];
  for (let levels = LEVELS; levels > 0; levels--) {
    const lines = chainOf(page.cells, place, levels).lines.map(writeMath);
    if (lines.join("").length <= LONGEST) return lines;
  }
  return [];
}

/** Writes a card for each mistake that gives the wrong numbers. */
function writeCauses(check: MachineCheck, hint: number) {
  const { diagnosis, rightWith } = check;
  if (!needsCauses(check)) return "";
  if (diagnosis.length === 0) return `<h2>Why</h2><p>${noCauseText(check)}</p>\n`;
  const notes = present([
    rightWith && "If the kernel should not compute that, this is its mistake:",
    isTie(check) && "Each of these mistakes gives these numbers. This dump cannot distinguish them.",
    stoppedText(check),
  ]).map((text) => `<p class="note">${escapeMarkup(text)}</p>`);
  return `<h2>Why</h2>${notes.join("")}${diagnosis.map((found, at) => writeCause(found, check, { number: at + 1, hint })).join("")}\n`;
}

function writeCause(
  found: MachineDiagnosis,
  check: MachineCheck,
  { number, hint }: { readonly number: number; readonly hint: number },
) {
  const { mistake, step, scopes } = found;
  const places = present([step, scopes?.map((scope) => scope.replace("/", ", ")).join("; ")]);
  const title = escapeMarkup(mistake.title.replace(/\.$/, ""));
  return writeCard(number, `${title} <span class="note">${mistake.id}</span>`, [
    ["Where", escapeMarkup(places.join(": "))],
    ["With", escapeMarkup(parametersText(found))],
    ["Why", escapeMarkup(explainsText(found, check))],
    ["Right is", hint > 2 ? writeSmallMath(formulaMath(mistake.formula)) : ""],
    ["Fix", hint > 2 ? escapeMarkup(mistake.fix) : ""],
  ]);
}
