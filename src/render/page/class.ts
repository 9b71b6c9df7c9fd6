import type { Check } from "../../check/check.js";
import { counted } from "../../errors.js";
import { stepName } from "../answered.js";
import { type ClassRow, isRightRow, rowTexts } from "../class.js";
import { escapeMarkup } from "../drawing/svg.js";
import type { Theme } from "../drawing/theme-names.js";
import { isOfMachine, mistakesIn, type NamedCheck } from "../named-check.js";
import { SIGNS } from "../sentences/headline.js";
import { writeGrid } from "./grid.js";
import { writeShell } from "./shell.js";

type Verdict = Check["steps"][number]["verdict"];

/** A row of the page: a student, or a dump. */
interface Line {
  readonly name: string;
  readonly steps: ReadonlyMap<string, Verdict>;
  /** The filters that show it. */
  readonly why: readonly string[];
  readonly mistakes: readonly string[];
  readonly remark: string;
  /** Why it could not be read. */
  readonly unread: string;
}

/**
 * Writes a class as one page, with the steps in this order. First come students and steps, then each mistake with the
 * names of those who made it.
 */
export async function* writeClassPage(
  rows: readonly ClassRow[],
  order: readonly string[],
  theme?: Theme,
): AsyncGenerator<string> {
  const lines = rows.map(lineOf).toSorted((a, b) => a.name.localeCompare(b.name));
  const known = new Set(lines.flatMap((line) => [...line.steps.keys()]));
  const steps = [...new Set([...order, ...known])].filter((step) => known.has(step));
  const right = countOf(lines, "right");
  const unread = lines.filter((line) => line.unread !== "").length;
  const [missed] = steps
    .map((step) => ({ step, count: lines.filter((line) => line.steps.get(step) === "differs").length }))
    .toSorted((a, b) => b.count - a.count);
  const worst =
    missed && missed.count > 0
      ? ` The step that is wrong most often is <b>${escapeMarkup(missed.step)}</b>.`
      : "";
  const headline = `<b>${right} of ${counted(lines.length, "sheet is", "sheets are")} right</b>${unread > 0 ? `, ${unread} could not be read` : ""}.${worst}`;
  const legend = Object.values(SIGNS)
    .slice(0, -1)
    .filter(([, sign], at, all) => all.findIndex(([, other]) => other === sign) === at)
    .map(([name, sign, words]) => `<span><b class="${name}">${sign}</b> ${words}</span>`);
  const body = `<h1>${headline}</h1>
<p class="legend">${legend.join("")}<span>· ${SIGNS.missing[2]}</span></p>
<div class="side"><div>${writeFilters(lines)}${writeTable(lines, steps)}</div><div><h2 class="flush">Mistakes</h2>${writeTally(lines)}</div></div>
<div class="fold"><details><summary>How qkv counts</summary><dl><dt>✗</dt><dd>a step with a mistake; a step that follows from it is → and costs nothing</dd><dt>Steps</dt><dd>steps without ✗, of the steps handed in</dd></dl></details></div>
`;
  yield await writeShell({
    title: `${right} of ${lines.length} right · a class`,
    kind: ["check", counted(lines.length, "sheet")],
    body,
    data: { matrices: {} },
    theme,
  });
}

const countOf = (lines: readonly Line[], why: string) =>
  lines.filter((line) => line.why.includes(why)).length;

function lineOf(row: ClassRow) {
  const { sheet, words, shown } = rowTexts(row);
  const about = { name: shortName(sheet), steps: new Map(), mistakes: [], remark: "", unread: "" };
  if ("error" in row) return { ...about, why: ["unread", "look"], unread: words };
  const { check } = row;
  const steps = new Map(check.steps.map((step) => [stepName(step), shownVerdict(step)]));
  if (!isOfMachine(check) && check.answered.cells === 0)
    return { ...about, steps, why: ["wrong", "look"], remark: words === "" ? shown : words };
  const mistakes = mistakesIn(check).map(({ title }) => title.replace(/\.$/, ""));
  if (isRightRow(row)) return { ...about, steps, mistakes, why: ["right"] };
  const why = mistakes.length === 0 ? ["wrong", "look"] : ["wrong"];
  return { ...about, steps, mistakes, why, remark: words };
}

/** Returns the verdict on a step as the page shows it: an answer of a machine is right or not. */
function shownVerdict({ verdict }: NamedCheck["check"]["steps"][number]) {
  return verdict === "less-precise" ? "differs" : verdict;
}

/** Returns the name of a file without folder and extension. */
const shortName = (name: string) => /([^/\\]+?)(?:\.\w+)?$/.exec(name)?.[1] ?? name;

/** Writes the choice of rows that are shown. The style of the page hides the others. */
function writeFilters(lines: readonly Line[]) {
  const choice = (why: string, text: string) =>
    `<label><input type="radio" name="why" value="${why}"${why === "" ? " checked" : ""}>${text}</label>`;
  return `<fieldset class="filters"><legend class="hide">Show sheets</legend>${choice("", `all ${lines.length}`)}${choice("wrong", `not right ${countOf(lines, "wrong")}`)}${choice("look", `to review ${countOf(lines, "look")}`)}</fieldset>`;
}

function writeTable(lines: readonly Line[], steps: readonly string[]) {
  const rows = lines.map(({ name, why, remark, unread, steps: marks }) => {
    const cells = steps.map((step) => {
      const [tone, sign, words] = SIGNS[marks.get(step) ?? "missing"];
      return { text: sign, class: tone, words };
    });
    const last =
      unread === "" ? { text: remark, class: "remark" } : { text: "could not be read", class: "remark near" };
    return { name, why: why.join(" "), cells: [...cells, shareWithoutMistake([...marks.values()]), last] };
  });
  const totals = steps.map((step) => shareWithoutMistake(lines.map((line) => line.steps.get(step))));
  return writeGrid({
    caption: "Sheets and steps",
    class: "grid class",
    corner: "sheet",
    heads: [...steps, "steps", { text: "first mistake", class: "remark" }],
    rows,
    feet: [{ name: "without ✗", cells: [...totals, "", ""] }],
  });
}

/** Writes how many of the answers that were handed in are without a mistake: "2/3". */
function shareWithoutMistake(verdicts: readonly (Verdict | undefined)[]) {
  const handed = verdicts.filter((verdict) => verdict !== undefined && verdict !== "missing");
  const good = handed.filter((verdict) => verdict !== "differs");
  return handed.length > 0 ? `${good.length}/${handed.length}` : "";
}

/**
 * Lists each mistake with the names of those who made it, the most frequent first. Then come sheets without a named
 * mistake, and sheets that could not be read.
 */
function writeTally(lines: readonly Line[]) {
  const item = (title: string, count: number, below: string) =>
    count === 0 ? "" : `<li><span class="n">${count}</span><b>${escapeMarkup(title)}</b>${below}</li>`;
  const listed = (title: string, own: readonly Line[]) =>
    item(title, own.length, `<small>${escapeMarkup(own.map(({ name }) => name).join(", "))}</small>`);
  const named = [...new Set(lines.flatMap(({ mistakes }) => mistakes))]
    .map((title) => ({ title, own: lines.filter(({ mistakes }) => mistakes.includes(title)) }))
    .toSorted((a, b) => b.own.length - a.own.length);
  const unread = lines.filter((line) => line.unread !== "");
  const unknown = lines.filter((line) => line.why.includes("look") && line.unread === "");
  const reasons = unread.map(
    ({ name, unread: reason }) => `<small>${escapeMarkup(`${name}: ${reason}`)}</small>`,
  );
  return `<ul class="tally">${named.map(({ title, own }) => listed(title, own)).join("")}${listed("no mistake named", unknown)}${item("could not be read", unread.length, reasons.join(""))}</ul>`;
}
