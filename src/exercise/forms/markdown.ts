import type { Exercise } from "../exercise.js";
import type { Form } from "./form.js";
import { MISTAKES_TITLE, mistakesOf, roundingOf, sectionsOf, type Table, titleOf } from "./parts.js";

/** A page of Markdown, with tables as GitHub and Pandoc have them. */
export const markdown: Form = {
  ending: ".md",
  write: (exercises, hasKey) => exercises.map((one) => page(one, hasKey)).join("\n---\n\n"),
};

function page(exercise: Exercise, hasKey: boolean): string {
  return [
    `## ${titleOf(exercise)}`,
    `${exercise.task} ${roundingOf(exercise)}`,
    ...sectionsOf(exercise, hasKey, " ").flatMap(({ title, tables }) => [
      `### ${title}`,
      ...tables.map(table),
    ]),
    ...(hasKey
      ? [
          `### ${MISTAKES_TITLE}`,
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
