import { type Exercise, keyText } from "../exercise.js";
import type { Form } from "./form.js";
import {
  blankTables,
  givenTables,
  mistakesOf,
  roundingOf,
  shownTables,
  type Table,
  titleOf,
} from "./parts.js";

/** A page of Markdown, with tables as GitHub and Pandoc have them. */
export const markdown: Form = {
  ending: ".md",
  write: (exercises, hasKey) => exercises.map((one) => page(one, hasKey)).join("\n---\n\n"),
};

function page(exercise: Exercise, hasKey: boolean): string {
  const section = (title: string, tables: readonly Table[]) =>
    tables.length === 0 ? [] : [`### ${title}`, ...tables.map(table)];
  return [
    `## ${titleOf(exercise)}`,
    `${exercise.task} ${roundingOf(exercise)}`,
    ...section("Given", givenTables(exercise)),
    ...section("So far", shownTables(exercise)),
    ...section(
      "Fill in",
      blankTables(exercise, () => " "),
    ),
    ...(hasKey
      ? [
          ...section(
            "Key",
            blankTables(exercise, (value) => keyText(value, exercise.decimals)),
          ),
          "### Mistakes that tell themselves apart",
          mistakesOf(exercise)
            .map((line) => `- ${line}`)
            .join("\n"),
        ]
      : []),
  ]
    .join("\n\n")
    .concat("\n");
}

function table({ name, formula, cells }: Table): string {
  const width = cells[0].length;
  const line = (parts: readonly string[]) => `| ${parts.join(" | ")} |`;
  const heading = Array.from({ length: width }, (_, col) => String(col));
  return [
    `**${name}**${formula === undefined ? "" : ` (${formula.replaceAll("|", "\\|")})`}`,
    "",
    line(["", ...heading]),
    line(["---", ...heading.map(() => "---:")]),
    ...cells.map((row, index) => line([String(index), ...row])),
  ].join("\n");
}
