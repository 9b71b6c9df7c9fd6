import { describeMarkdown } from "./markdown.js";

/** A page of the documentation, by its path below docs/. */
type ReadPage = (page: string) => string;

/** What the documentation says of one word: the mistake of that id with its example, or the row of the glossary. */
export function describeEntry(word: string, read: ReadPage): ReturnType<typeof describeMarkdown> | undefined {
  const text = mistakeNamed(word, read("mistakes.md")) ?? wordNamed(word, read("topics/glossary.md"));
  return text === undefined ? undefined : describeMarkdown(text);
}

/** The mistakes, by id. */
export function namesOfMistakes(read: ReadPage): readonly string[] {
  return rowsOf(read("mistakes.md")).flatMap(([name]) => (name.startsWith("`") ? [name.slice(1, -1)] : []));
}

/** The row of a mistake, told in lines, and its example as a command that can be run. */
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

/** The row of the glossary in which a word stands, by any of the words that it names. */
function wordNamed(word: string, page: string): string | undefined {
  const row = rowsOf(page).find(([names]) => wordsOf(names).includes(word.toLowerCase()));
  return row && `# ${row[0]}\n\n${row[1]}`;
}

const wordsOf = (names: string): readonly string[] =>
  names
    .toLowerCase()
    .split(/[,/:()]+/)
    .map((name) => name.trim());

function rowsOf(page: string): readonly (readonly string[])[] {
  return (page.match(/^\| .*$/gm) ?? []).map((line) =>
    line
      .replace(/^\||\|$/g, "")
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim()),
  );
}
