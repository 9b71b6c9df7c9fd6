import { signTable } from "../../ascii.js";
import { COMMAND_NAMES, loadCommands } from "../../commands/registry.js";
import { UserError } from "../../errors.js";
import { heading, type Pairs, pairsOf, paragraph } from "../../render/document.js";
import type { Io } from "../../runs/io.js";
import { textWidth } from "../../runs/show/lower-text.js";
import { nearest } from "../../suggestion.js";
import { hintForWord } from "../command-suggestion.js";
import { isIn, QUESTIONS } from "../foreign-words.js";
import { byGroup, type Part } from "../help.js";
import { optionsOfAll } from "../options.js";
import { describeMarkdown, pairsIn, plain, rowsOf, sectionOf } from "./markdown.js";
import { TOPICS, type Topic, topicNamed } from "./registry.js";

/**
 * What is known of a topic, of a mistake or of a word of the glossary; without a word, which topics there are. `word` may also be the
 * name of a command that is a topic. Throws USAGE for what is none.
 */
export async function describeTopic(word: string, io: Io): Promise<readonly Part[]> {
  if (word === "") return [describeTopics()];
  const parts = await partsOf(word, io);
  const also = `qkv ${word} -h shows how the command of this name is used.`;
  return COMMAND_NAMES.includes(word) ? [...parts, [paragraph(also)]] : parts;
}

async function partsOf(word: string, io: Io): Promise<readonly Part[]> {
  const read = ({ page, section }: Topic) => {
    const text = io.readPackageFile(`docs/${page}`);
    return section === undefined ? text : sectionOf(text, section);
  };
  const name = topicNamed(word);
  if (name !== undefined)
    return [...describeMarkdown(read(TOPICS[name])), await describeOptions(TOPICS[name], io)];
  const mistakes = read(TOPICS.mistakes);
  const mistake = describeMistake(word.toLowerCase(), mistakes);
  if (mistake !== undefined) return mistake;
  const pairs = meaningsOf(word, pairsIn(read(TOPICS.glossary)));
  // Of several words one may be a topic: causal mask.
  const within = word.split(/[^\p{L}\d-]+/u).find((one) => !isIn(QUESTIONS, one) && topicNamed(one));
  if (pairs.length === 0 && within !== undefined) return partsOf(within, io);
  if (pairs.length === 0) throw noTopic(word, mistakes);
  return [[pairsOf(pairs)], [paragraph("qkv help glossary has every word of the output.", "dim")]];
}

/** An option of more commands is one of nearly all that attend; who gives it to another is told. */
const MOST_NAMED = 4;

/** Every option that a topic explains, with its whole help. */
async function describeOptions({ groups }: Topic, io: Io): Promise<Part> {
  const options = optionsOfAll(await loadCommands(), MOST_NAMED);
  return byGroup(
    groups.flatMap((group) => options.filter((option) => option.group === group)),
    textWidth(undefined, io),
  );
}

function describeTopics(): Part {
  const pairs = Object.entries(TOPICS).map(([name, { summary }]) => ({ name, value: summary }));
  const how =
    "qkv help TOPIC explains, also a mistake by its name (scale-missing) or a word of the glossary (entropy):";
  return [paragraph(how), pairsOf(pairs)];
}

function noTopic(word: string, mistakes: string): UserError {
  const topics = Object.keys(TOPICS);
  const near = nearest(word, [...topics, ...rowsOf(mistakes).map(([id]) => id)]);
  const hint = near ? `Did you mean qkv help ${near}?` : hintForWord(word);
  return new UserError(
    "USAGE",
    `There is no command or topic "${word}".`,
    hint ?? `The topics are ${topics.join(", ")}.`,
  );
}

/** Letters as they are typed where no key has them. */
const LETTERS: Readonly<Record<string, string>> = {
  ...signTable("α alpha β beta γ gamma ε epsilon θ theta λ lambda ω omega Σ sigma σ sigma"),
  "∘": "hadamard",
  "−∞": "-inf",
  "‖x‖": "norm of x",
  ᵀ: "t",
};

/** What the glossary says of a word: "d_k" is in "d_k, d_v, d_model", "lambda" is λ, "jacobian" in "Jacobian norm". */
function meaningsOf(word: string, glossary: Pairs["pairs"]): Pairs["pairs"] {
  const asked = plainOf(word);
  const named = (between: RegExp) =>
    glossary.filter(({ name }) => [name, ...name.split(between)].some((part) => plainOf(part) === asked));
  if (asked === "") return [];
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

/** What was done, how it is put right, and an example that can be run; undefined where docs/mistakes.md has no such mistake. */
function describeMistake(asked: string, page: string): readonly Part[] | undefined {
  const [id, step, done, right, fix] = rowsOf(page).find(([name]) => name === asked) ?? [];
  if (id === undefined) return undefined;
  const place = pairsOf([
    { name: "made at", value: step },
    { name: "right is", value: right },
  ]);
  const parts: readonly Part[] = [
    [{ ...heading(id), level: 1 }],
    [paragraph(done)],
    [paragraph(fix)],
    [place],
  ];
  // How somebody came by the numbers, and the problem with them.
  const [, problem, how, check] =
    new RegExp(`^- \`${id}\`, in ([^:]+): (.*)\\n  \`(--check .*)\`$`, "m").exec(page) ?? [];
  const [, command] = new RegExp(`^- ${problem}: \`(.*)\`$`, "m").exec(page) ?? [];
  if (command === undefined) return parts;
  const example: Part = [
    paragraph(`For example: ${plain(how)}`),
    { kind: "code", text: `  ${command} ${check}` },
  ];
  return [...parts, example];
}
