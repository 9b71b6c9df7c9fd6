import { signTable } from "../ascii.js";
import { COMMAND_NAMES } from "../commands/registry.js";
import { UserError } from "../errors.js";
import { pairsOf, paragraph } from "../render/document.js";
import { lowerToText } from "../render/text.js";
import type { Io } from "../runs/io.js";
import { textWidth } from "../runs/show/lower-text.js";
import { nearest } from "../suggestion.js";
import { suggestCommand } from "./command-suggestion.js";
import { describeMarkdown, sectionOf } from "./topics/markdown.js";
import { TOPICS, type Topic, topicNamed } from "./topics/registry.js";

/** Prints what the documentation says of a topic, a mistake or a word of the glossary, or without a word which topics there are. Throws USAGE for what is none. */
export async function printTopic(word: string | undefined, io: Io): Promise<void> {
  const parts = word === undefined ? [describeTopics()] : partsOf(word, io);
  const colorLevel = await io.colorLevel("auto");
  const view = { width: textWidth(undefined, io), colorLevel, ascii: false };
  for (const [index, blocks] of parts.entries()) {
    if (index > 0) io.write("\n");
    for await (const chunk of lowerToText({ blocks }, view)) io.write(chunk);
  }
  if (word !== undefined && COMMAND_NAMES.includes(word)) {
    io.write(`\nqkv ${word} -h shows how the command of this name is used.\n`);
  }
}

/** What is said of a topic, else of a mistake, else of a word of the glossary. */
function partsOf(word: string, io: Io): ReturnType<typeof describeMarkdown> {
  const read = ({ page, section }: Topic) => {
    const text = io.readPackageFile(`docs/${page}`);
    return section === undefined ? text : sectionOf(text, section);
  };
  const topic = topicNamed(word);
  if (topic) return describeMarkdown(read(topic));
  const mistakes = read(TOPICS.mistakes);
  const mistake = describeMistake(word, mistakes);
  if (mistake) return mistake;
  const pairs = meaningsOf(word, read(TOPICS.glossary));
  if (pairs.length === 0) throw noTopic(word, namesOfMistakes(mistakes));
  return [[pairsOf(pairs)], [paragraph("qkv help glossary has every word of the output.", "dim")]];
}

function describeTopics() {
  const pairs = Object.entries(TOPICS).map(([name, { summary }]) => ({ name, value: summary }));
  return [
    paragraph(
      "qkv help TOPIC explains, also a mistake by its name (scale-missing) or a word of the glossary (entropy):",
    ),
    pairsOf(pairs),
  ];
}

function noTopic(word: string, mistakes: readonly string[]): UserError {
  const near = nearest(word, [...Object.keys(TOPICS), ...mistakes]);
  const meant = near ? `help ${near}` : suggestCommand(word, COMMAND_NAMES);
  return new UserError("USAGE", `There is no command or topic "${word}".`, {
    hint: meant ? `Did you mean qkv ${meant}?` : `The topics are ${Object.keys(TOPICS).join(", ")}.`,
  });
}

/** Letters as they are typed where no key has them. */
const LETTERS: Readonly<Record<string, string>> = {
  ...signTable("α alpha β beta γ gamma ε epsilon θ theta λ lambda ω omega Σ sigma σ sigma"),
  "∘": "hadamard",
  "−∞": "-inf",
  "‖x‖": "norm of x",
  ᵀ: "t",
};

/** The rows of the glossary that explain a word: "d_k" is in "d_k, d_v, d_model", "lambda" is λ, "jacobian" in "Jacobian norm". */
function meaningsOf(word: string, page: string) {
  const asked = plainOf(word);
  if (asked === "") return [];
  const pairs = describeMarkdown(page)
    .flat()
    .flatMap((block) => (block.kind === "pairs" ? block.pairs : []));
  const named = (between: RegExp) =>
    pairs.filter(({ name }) => [name, ...name.split(between)].some((part) => plainOf(part) === asked));
  const whole = named(/[,:/()]/);
  return whole.length > 0 ? whole : named(/[\s,:/()_]/);
}

/** Letters and digits, in small letters. */
function plainOf(word: string): string {
  const spelled = Object.entries(LETTERS).reduce(
    (text, [letter, said]) => text.replaceAll(letter, said),
    word,
  );
  return spelled.toLowerCase().replaceAll(/[^\p{L}\p{N}^+-]+/gu, "");
}

/** The mistakes that docs/mistakes.md lists, by id. */
const namesOfMistakes = (page: string): readonly string[] =>
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
