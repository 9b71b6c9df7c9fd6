import { ANSWER, COLOURS, PROMPT } from "../prompts.js";
import { refuseAt, type Source, textOf } from "../source.js";

/** A name alone or in a print statement, whose value is printed below. */
const ASKED = /^\s*(?:(?:print|disp|display|show)\b\s*(?:\(\s*)?)?[A-Za-z_][\w.]*\)?\s*(?:;\s*)?$/;

/**
 * Returns the text without prompts, colours, Markdown fences, and a `> ` before every line or a `- ` before every list.
 */
export function unwrap(source: Source): Source {
  const text = textOf(source.bytes).replace(COLOURS, "");
  const lines = text.split(/(?<=\r\n|\n|\r(?!\n))/);
  const plain = withoutEvery(withoutFences(lines));
  let prompted = false;
  let asked = false;
  let answered = false;
  const kept = plain.map((line, index) => {
    const prompt =
      PROMPT.exec(line)?.[0] ?? (index === 0 ? /^> (?=[A-Za-z_][\w.]*\s*$)/.exec(line)?.[0] : undefined);
    const more = prompted ? /^\.\.\.(?=\s)/.exec(line)?.[0] : undefined;
    prompted = prompt !== undefined || more !== undefined;
    if (prompt !== undefined && ASKED.test(line.slice(prompt.length))) {
      if (answered) {
        // The values after two prompts are two matrices, never rows of one.
        const start = Buffer.byteLength(lines.slice(0, index).join(""));
        const message = "there is a second prompt, so another matrix starts below it.";
        refuseAt(source, start, "SYNTAX", message, "Paste one matrix, or write names: Q = [1 0; 0 1].");
      }
      asked = true;
      return blank(line);
    }
    answered ||= asked && !prompted && line.trim() !== "";
    const before = prompt ?? more ?? ANSWER.exec(line)?.[0] ?? "";
    return blank(before) + line.slice(before.length);
  });
  return { ...source, bytes: Buffer.from(kept.join(""), "utf8") };
}

/** Returns spaces for text, so that everything after it keeps its column. */
function blank(text: string): string {
  return text.replace(/[^\r\n]/g, " ");
}

function withoutFences(lines: readonly string[]): readonly string[] {
  const written = lines.filter((line) => line.trim() !== "");
  return /^```\w*\s*$/.test(written[0] ?? "")
    ? lines.map((line) => (line.startsWith("```") ? blank(line) : line))
    : lines;
}

/** Removes a mark that stands before every line. With a single line it may be part of the text. */
function withoutEvery(lines: readonly string[]): readonly string[] {
  const written = lines.filter((line) => line.trim() !== "");
  const every = [/^> /, /^- (?=\[)/].find(
    (mark) => written.length > 1 && written.every((line) => mark.test(line)),
  );
  return every ? lines.map((line) => (every.test(line) ? `  ${line.slice(2)}` : line)) : lines;
}
