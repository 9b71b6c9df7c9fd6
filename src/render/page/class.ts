import type { Check } from "../../check/check.js";
import { counted } from "../../errors.js";
import { stepName } from "../answered.js";
import { type ClassRow, isRightRow, rowTexts } from "../class.js";
import { escapeMarkup } from "../drawing/svg.js";
import type { Theme } from "../drawing/theme-names.js";
import { isOfMachine, mistakesIn, type NamedCheck } from "../named-check.js";
import { SIGNS } from "./card.js";
import { writeGrid } from "./grid.js";
import { writeShell } from "./shell.js";

type Verdict = Check["steps"][number]["verdict"];

const NOT_HANDED_IN = SIGNS.missing;

/** A row of the page: a student, or a dump. */
interface Line {
  readonly name: string;
  readonly steps: ReadonlyMap<string, Verdict>;
  /** The filters that show it. */
  readonly why: readonly string[];
  readonly mistakes: readonly { readonly id: string; readonly title: string }[];
  readonly isRight: boolean;
  readonly remark: string;
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
  const steps = [
    ...order.filter((step) => known.has(step)),
    ...[...known].filter((step) => !order.includes(step)),
  ];
  const right = lines.filter(({ isRight }) => isRight).length;
  const unread = lines.filter((line) => line.unread !== "");
  const missed = steps
    .map((step) => ({ step, count: lines.filter((line) => line.steps.get(step) === "differs").length }))
    .toSorted((a, b) => b.count - a.count)[0];
  const headline = `<b>${right} of ${counted(lines.length, "sheet is", "sheets are")} right</b>${unread.length > 0 ? `, ${unread.length} could not be read` : ""}.${missed && missed.count > 0 ? ` The step that is wrong most often is <b>${escapeMarkup(missed.step)}</b>.` : ""}`;
  const legend = Object.values(SIGNS)
    .slice(0, -1)
    .filter(([, sign], at, all) => all.findIndex(([, other]) => other === sign) === at);
  const body = `<h1>${headline}</h1>
<p class="legend">${legend.map(([name, sign, words]) => `<span><b class="${name}">${sign}</b> ${words}</span>`).join("")}<span>· ${NOT_HANDED_IN[2]}</span></p>
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

function lineOf(row: ClassRow): Line {
  const { sheet, words, shown } = rowTexts(row);
  const isRight = isRightRow(row);
  const about = { name: shortName(sheet), steps: new Map(), mistakes: [], isRight, remark: "", unread: "" };
  if ("error" in row) return { ...about, why: ["unread", "look"], unread: words };
  const { check } = row;
  const steps = new Map(check.steps.map((step) => [stepName(step), shownVerdict(step)]));
  if (!isOfMachine(check) && check.answered.cells === 0)
    return { ...about, steps, why: ["wrong", "look"], unread: words === "" ? shown : words };
  const mistakes = mistakesIn(check).map(({ id, title }) => ({ id, title: title.replace(/\.$/, "") }));
  const wrong = mistakes.length === 0 ? ["wrong", "look"] : ["wrong"];
  return { ...about, steps, mistakes, why: isRight ? ["right"] : wrong, remark: words };
}

/** Returns the verdict on a step as the page shows it: an answer of a machine is right or not. */
function shownVerdict({ verdict }: NamedCheck["check"]["steps"][number]): Verdict {
  return verdict === "less-precise" ? "differs" : verdict;
}

/** Returns the name of a file without folder and extension. */
const shortName = (name: string) => /([^/\\]+?)(?:\.\w+)?$/.exec(name)?.[1] ?? name;

function writeFilters(lines: readonly Line[]): string {
  const count = (why: string) => lines.filter((line) => line.why.includes(why)).length;
  const button = (why: string, text: string, isOn = false) =>
    `<button type="button" data-why="${why}" aria-pressed="${isOn}">${text}</button>`;
  return `<div class="filters live" role="group" aria-label="Show sheets">${button("", `all ${lines.length}`, true)}${button("wrong", `not right ${count("wrong")}`)}${button("look", `to review ${count("look")}`)}</div>`;
}

function writeTable(lines: readonly Line[], steps: readonly string[]): string {
  const rows = lines.map(({ name, why, remark, unread, isRight, steps: marks }) => {
    const cells = steps.map((step) => {
      const [tone, sign, words] = SIGNS[marks.get(step) ?? "missing"];
      return { text: sign, class: tone, words };
    });
    const about = isRight ? "" : remark;
    return {
      name,
      why: why.join(" "),
      cells: [
        ...cells,
        shareWithoutMistake([...marks.values()]),
        unread === ""
          ? { text: about, class: "remark" }
          : { text: "could not be read", class: "remark near" },
      ],
    };
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
function shareWithoutMistake(verdicts: readonly (Verdict | undefined)[]): string {
  const handed = verdicts.filter((verdict) => verdict !== undefined && verdict !== "missing");
  const good = handed.filter((verdict) => verdict !== "differs");
  return handed.length > 0 ? `${good.length}/${handed.length}` : "";
}

/**
 * Lists each mistake with the names of those who made it, the most frequent first. Then come sheets without a named
 * mistake, and sheets that could not be read.
 */
function writeTally(lines: readonly Line[]): string {
  const tally = new Map<string, string[]>();
  for (const { mistakes, name } of lines)
    for (const { title } of mistakes) tally.set(title, [...(tally.get(title) ?? []), name]);
  const item = (title: string, names: readonly string[]) =>
    `<li><span class="n">${names.length}</span><b>${escapeMarkup(title)}</b><small>${escapeMarkup(names.join(", "))}</small></li>`;
  const named = [...tally]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([title, names]) => item(title, names));
  const unknown = lines
    .filter(({ why, unread }) => why.includes("look") && unread === "")
    .map(({ name }) => name);
  const unread = lines.filter((line) => line.unread !== "");
  const reasons = unread
    .map(({ name, unread: reason }) => `<small>${escapeMarkup(`${name}: ${reason}`)}</small>`)
    .join("");
  return `<ul class="tally">${named.join("")}${unknown.length > 0 ? item("no mistake named", unknown) : ""}${unread.length > 0 ? `<li><span class="n">${unread.length}</span><b>could not be read</b>${reasons}</li>` : ""}</ul>`;
}
