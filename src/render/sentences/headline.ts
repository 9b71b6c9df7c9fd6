import type { Check, CheckedStep } from "../../check/check.js";
import { causesOf } from "../../check/diagnosis.js";
import { counted, inSentence } from "../../errors.js";
import { present, sumOver } from "../../math/lists.js";
import { stepTitle } from "../../trace/trace.js";
import { partsText } from "../answered.js";
import { unbroken } from "../wrap.js";
import { countOf } from "./mistakes.js";
import { countInWords, titleOf } from "./names.js";

/** The tone, the sign and the words for the verdict of a step. */
export const SIGNS: Readonly<
  Record<CheckedStep["verdict"], readonly [tone: string, sign: string, words: string]>
> = {
  agrees: ["ok", "✓", "right"],
  "agrees-rounded": ["near", "≈", "right, rounded"],
  truncated: ["near", "≈", "right, digits cut off"],
  follows: ["then", "→", "follows from an earlier mistake"],
  differs: ["no", "✗", "a mistake"],
  missing: ["none", "·", "not handed in"],
};

/** Returns the first line of a sheet: "Not right yet: two mistakes. Scores ✗ · Weights ✗ · Output → follows". */
export const headline = (check: Check) =>
  [verdictSentence(check), stepsLine(check)].filter((text) => text !== "").join(" ");

/** Returns the verdict on a sheet as a sentence. */
export function verdictSentence(check: Check): string {
  const { verdict, diagnosis, lacking, answered, read } = check;
  const compared = answered.cells > 0;
  switch (verdict) {
    case "agrees":
      return coverageText(check) === "" ? "Right." : "Right so far.";
    case "agrees-rounded":
      return `Right${coverageText(check) === "" ? "" : " so far"}, with the rounding of earlier steps.`;
    case "differs": {
      const count =
        sumOver(causesOf(diagnosis.filter(({ mistake }) => !mistake.isCoarse)), countOf) +
        (read?.untrue.length ?? 0);
      return count === 0 ? "Not right yet." : `Not right yet: ${countInWords(count, "mistake")}.`;
    }
    case "unsure":
      return compared
        ? "Not sure about this sheet. The numbers that qkv compared are right."
        : "Not sure how to read this sheet.";
    case "unanswered":
      return lacking.length > 0
        ? `Not complete: ${inSentence(lackingTitles(check))} ${lacking.length === 1 ? "is" : "are"} missing.`
        : "There are no answers to compare.";
  }
}

const lackingTitles = ({ lacking, steps }: Check) =>
  lacking.map(({ scope, id }) => {
    const step = steps.find((one) => one.id === id && one.scope === scope);
    return step ? titleOf(step) : id;
  });

/** If there are more steps, only those that are not simply right are named. */
const MOST_NAMED = 8;

/** Returns "Scores ✗ · Weights ✗ · Output → follows". */
function stepsLine({ steps }: Check) {
  const isRight = ({ verdict }: CheckedStep) => verdict === "agrees";
  const answered = steps.filter(({ verdict }) => verdict !== "missing");
  const named = answered.length > MOST_NAMED ? answered.filter((step) => !isRight(step)) : answered;
  const others = answered.length - named.length;
  const texts = named.map((step) => {
    const words = step.verdict === "follows" ? " follows" : "";
    return unbroken(`${titleOf(step)} ${SIGNS[step.verdict][1]}${words}`);
  });
  const rest =
    others === 0 ? [] : [unbroken(`${counted(others, named.length === 0 ? "step" : "other step")} ✓`)];
  return [...texts, ...rest].join(" · ");
}

/** Says what was not compared, if anything: blank cells, the end of the problem, other heads. */
export function coverageText({ parts, steps, without, answered, verdict }: Check) {
  if (answered.cells === 0 || verdict === "unanswered") return "";
  const blanks = steps.flatMap((step) => {
    const { cells, of } = step.answered;
    return cells > 0 && cells < of ? [`${titleOf(step)}: ${cells} of ${of} cells are answered.`] : [];
  });
  const answeredTexts =
    blanks.length > MOST_BLANKS ? [`${answered.cells} of ${answered.of} cells are answered.`] : blanks;
  return present([
    ...answeredTexts,
    without && `Not on the sheet: ${stepTitle(without)}.`,
    parts && `Compared ${unbroken(partsText(parts))}.`,
  ]).join(" ");
}

const MOST_BLANKS = 3;
