import { type Source, textOf } from "../source.js";

const ESCAPE = String.fromCharCode(27);

/** Colours and movements of a terminal. */
const COLOURS = new RegExp(`${ESCAPE}(?:\\[[0-9;?]*[ -/]*[@-~]|[@-Z\\\\-_])`, "g");

/** What an interpreter writes before what a person types. */
const PROMPT = /^(?:>>>?|julia>|octave(?::\d+)?>|ghci>|sage:|iex(?:\(\d+\))?>|In ?\[\d+\]:=?)(?:[ \t]|$)/;

/** What an interpreter writes before its answer. */
const ANSWER = /^Out ?\[\d+\](?:\/\/\w+)?[:=]=?/;

/** A name alone, or printed: what is asked for stands below. */
const ASKED = /^\s*(?:(?:print|disp|display|show)\b\s*\(?\s*)?[A-Za-z_][\w.]*\)?\s*;?\s*$/;

/** The text without prompts, colours, the fences of Markdown, `> ` before every line, and `- ` before every list. */
export function unwrap(source: Source): Source {
  const text = textOf(source.bytes, 0, source.bytes.length).replace(COLOURS, "");
  const lines = text.split(/(?<=\r\n|\n|\r(?!\n))/);
  const plain = withoutEvery(withoutFences(lines));
  let prompted = false;
  const kept = plain.map((line, index) => {
    const prompt =
      PROMPT.exec(line)?.[0] ?? (index === 0 ? /^> (?=[A-Za-z_][\w.]*\s*$)/.exec(line)?.[0] : undefined);
    const more = prompted ? /^\.\.\.(?=\s)/.exec(line)?.[0] : undefined;
    prompted = prompt !== undefined || more !== undefined;
    if (prompt !== undefined && ASKED.test(line.slice(prompt.length))) return blank(line);
    const before = prompt ?? more ?? ANSWER.exec(line)?.[0] ?? "";
    return blank(before) + line.slice(before.length);
  });
  return { ...source, bytes: Buffer.from(kept.join(""), "utf8") };
}

/** Spaces, so that what stands behind keeps its column. */
function blank(text: string): string {
  return text.replace(/[^\r\n]/g, " ");
}

function withoutFences(lines: readonly string[]): readonly string[] {
  const written = lines.filter((line) => line.trim() !== "");
  return /^```\w*\s*$/.test(written[0] ?? "")
    ? lines.map((line) => (line.startsWith("```") ? blank(line) : line))
    : lines;
}

/** What stands before every line is no part of it; before one alone it may be. */
function withoutEvery(lines: readonly string[]): readonly string[] {
  const written = lines.filter((line) => line.trim() !== "");
  const every = [/^> /, /^- (?=\[)/].find(
    (mark) => written.length > 1 && written.every((line) => mark.test(line)),
  );
  return every ? lines.map((line) => (every.test(line) ? `  ${line.slice(2)}` : line)) : lines;
}
