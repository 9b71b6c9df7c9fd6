import { type Answer, type NamedAnswer, settleAnswers } from "../../src/check/answers.js";
import { matrixFromRows } from "../../src/math/matrix.js";
import { typedDecimals } from "../../src/math/written.js";
import { recordAttend } from "./record.js";

/** The answers of a sheet as they are typed, `{"weights": "0.67 0.33; - 1"}`. Each number keeps its digits. */
export const typedAnswers = (sheet: Readonly<Record<string, string>>): readonly NamedAnswer[] =>
  Object.entries(sheet).map(([key, text]) => ({
    ...{ key, source: "sheet" },
    rows: text.split(";").map((row) =>
      row
        .trim()
        .split(" ")
        .map((cell) => (cell === "-" ? null : { value: Number(cell), decimals: typedDecimals(cell) })),
    ),
  }));

/** Scores as a person typed them, for queries and keys of one column. */
export function typedScores(text: string): Answer {
  const rows = text.split(";").map((row) => row.trim().split(" "));
  const [query, key] = [rows, rows[0]].map((each) => matrixFromRows(each.map(() => [1])));
  const trace = recordAttend({ matrices: { query, key }, settings: {} });
  const answer = settleAnswers(trace, typedAnswers({ scores: text })).get("scores");
  if (!answer) throw new TypeError("no such step");
  return answer;
}
