import { signTable } from "../../ascii.js";
import { COMMAND_NAMES, loadCommands } from "../../commands/registry.js";
import { UserError } from "../../errors.js";
import { heading, type Pairs, pairsOf, paragraph } from "../../render/document.js";
import type { Io } from "../../runs/io.js";
import { textWidth } from "../../runs/show/deliver.js";
import { nearest } from "../../suggestion.js";
import { hintForWord } from "../command-suggestion.js";
import { FIRST_WORDS, isIn, meaningOf, QUESTIONS } from "../foreign-words.js";
import { byGroup, type Part } from "../help.js";
import { optionsOfAll } from "../options.js";
import { describeMarkdown, pairsIn, plain, rowsOf, sectionOf } from "./markdown.js";
import { TOPICS, type Topic, topicNamed } from "./registry.js";

/**
 * Explains a topic, an option, a mistake or a word of the glossary. Without a word it lists the topics. If a command has
 * the same name as the topic, its help is mentioned. Throws USAGE for an unknown word.
 */
export async function describeTopic(word: string, io: Io): Promise<readonly Part[]> {
  if (word === "" || meaningOf(word, FIRST_WORDS) === "help") return [describeTopics()];
  const parts = await partsOf(word, io);
  return COMMAND_NAMES.includes(word)
    ? [...parts, [paragraph(`qkv ${word} -h shows how the command of this name is used.`)]]
    : parts;
}

async function partsOf(word: string, io: Io): Promise<readonly Part[]> {
  const read = ({ page, section }: Topic) => {
    const text = io.readPackageFile(`docs/${page}`);
    return section === undefined ? text : sectionOf(text, section);
  };
  const options = optionsOfAll(await loadCommands(), MAX_NAMED).filter(({ names }) => names.includes(word));
  if (options.length > 0) return [byGroup(options, textWidth(undefined, io))];
  const name = topicNamed(word);
  if (name !== undefined)
    return [...describeMarkdown(read(TOPICS[name])), await describeOptions(TOPICS[name], io)];
  const mistakes = read(TOPICS.mistakes);
  const mistake = describeMistake(word.toLowerCase(), mistakes);
  if (mistake !== undefined) return mistake;
  const pairs = meaningsOf(word, pairsIn(read(TOPICS.glossary)));
  // One of several words may be a topic: causal mask.
  const within = word.split(/[^\p{L}\d-]+/u).find((one) => !isIn(QUESTIONS, one) && topicNamed(one));
  if (pairs.length === 0 && within !== undefined) return partsOf(within, io);
  if (pairs.length === 0) throw noTopic(word, mistakes);
  return [[pairsOf(pairs)], [paragraph("qkv help glossary has every word of the output.", "dim")]];
}

/**
 * The maximum number of commands that are named after an option. An option of more commands works for nearly all
 * attentions, and an error says where it does not.
 */
const MAX_NAMED = 4;

/** Returns every option that a topic explains, with its full help. */
async function describeOptions({ groups }: Topic, io: Io) {
  const options = optionsOfAll(await loadCommands(), MAX_NAMED);
  return byGroup(
    groups.flatMap((group) => options.filter((option) => option.group === group)),
    textWidth(undefined, io),
  );
}

function describeTopics() {
  const pairs = Object.entries(TOPICS).map(([name, { summary }]) => ({ name, value: summary }));
  return [
    paragraph(
      "qkv help TOPIC explains a topic, an option (--causal), a mistake by its name (scale-missing) or a word of the glossary (entropy):",
    ),
    pairsOf(pairs),
  ];
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

/** Signs that no key has, with the words that people type for them. */
const LETTERS: Readonly<Record<string, string>> = {
  ...signTable("α alpha β beta γ gamma ε epsilon θ theta λ lambda ω omega Σ sigma σ sigma"),
  "∘": "hadamard",
  "−∞": "-inf",
  "‖x‖": "norm of x",
  ᵀ: "t",
};

/** Finds a word in the glossary: "d_k" in "d_k, d_v, d_model", "lambda" for λ, "jacobian" in "Jacobian norm". */
function meaningsOf(word: string, glossary: Pairs["pairs"]) {
  const asked = plainOf(word);
  const named = (between: RegExp) =>
    glossary.filter(({ name }) => [name, ...name.split(between)].some((part) => plainOf(part) === asked));
  if (asked === "") return [];
  const whole = named(/[,:/()]/);
  return whole.length > 0 ? whole : named(/[\s,:/()_]/);
}

/** Returns the letters and digits of a word in lower case. */
function plainOf(word: string) {
  const spelled = Object.entries(LETTERS).reduce(
    (text, [letter, said]) => text.replaceAll(letter, said),
    word,
  );
  return spelled.toLowerCase().replaceAll(/[^\p{L}\p{N}^+-]+/gu, "");
}

/**
 * Explains a mistake: the mistake, its correction, and an example that can be run. Returns undefined if
 * docs/mistakes.md does not contain it.
 */
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
  // The sentence about how the wrong numbers were computed, and the problem of the example.
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
