import { describeMarkdown } from "./markdown.js";

/** The mistakes that docs/mistakes.md lists, by id. */
export const namesOfMistakes = (page: string): readonly string[] =>
  rowsOf(page).flatMap(([name]) => (name.startsWith("`") ? [name.slice(1, -1)] : []));

/** What was done, how it is put right, and an example as a command that can be run; undefined where no mistake is called so. */
export function describeMistake(word: string, page: string): ReturnType<typeof describeMarkdown> | undefined {
  const text = mistakeNamed(word, page);
  return text === undefined ? undefined : describeMarkdown(text);
}

/** The same as a page. */
function mistakeNamed(word: string, page: string): string | undefined {
  const id = word.toLowerCase();
  const row = rowsOf(page).find(([name]) => name === `\`${id}\``);
  if (!row) return undefined;
  const [, step, done, right, fix] = row;
  const example = exampleOf(id, page);
  return [
    `# ${id}`,
    done,
    `${fix}`,
    `| | |\n| --- | --- |\n| made at | ${step} |\n| right is | ${right} |`,
    ...example,
  ].join("\n\n");
}

/** How somebody came by the numbers, and the problem with them. */
function exampleOf(id: string, page: string): readonly string[] {
  const [, problem, how, check] =
    new RegExp(`^- \`${id}\`, in ([^:]+): (.*)\\n  \`(--check .*)\`$`, "m").exec(page) ?? [];
  if (problem === undefined) return [];
  const [, command] = new RegExp(`^- ${problem}: \`(.*)\`$`, "m").exec(page) ?? [];
  return [`For example: ${how}`, `    ${command} ${check}`];
}

function rowsOf(page: string): readonly (readonly string[])[] {
  return (page.match(/^\| .*$/gm) ?? []).map((line) =>
    line
      .replace(/^\||\|$/g, "")
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim()),
  );
}
