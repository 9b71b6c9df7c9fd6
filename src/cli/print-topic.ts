import { UserError } from "../errors.js";
import { pairsOf, paragraph } from "../render/document.js";
import { lowerToText } from "../render/text.js";
import { nearest } from "../suggestion.js";
import { resolveColorLevel } from "./color-level.js";
import { suggestCommand } from "./command-suggestion.js";
import { textWidth } from "./finished-run.js";
import type { Io } from "./io.js";
import { COMMAND_NAMES } from "./load-commands.js";
import { meaningsOf } from "./topics/glossary.js";
import { describeMarkdown, sectionOf } from "./topics/markdown.js";
import { describeMistake, namesOfMistakes } from "./topics/mistakes.js";
import { TOPICS, type Topic, topicNamed } from "./topics/registry.js";

/** Prints what the documentation says of a topic, a mistake or a word of the glossary, or without a word which topics there are. Throws USAGE for what is none. */
export async function printTopic(word: string | undefined, io: Io): Promise<void> {
  const parts = word === undefined ? [describeTopics()] : partsOf(word, io);
  const colorLevel = await resolveColorLevel("auto", io);
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
