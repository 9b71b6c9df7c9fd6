import type { ContainerText, Line } from "./lines.js";

/** The start of a quoted line in a mail, repeated for each answer. */
const QUOTED = /^(?:>[ \t]?)+/;

/** Struck-out text: `~~0.3~~` in Markdown, `\sout{0.3}` in LaTeX, and letters with a combining stroke. */
const STRUCK = /~~(?=\S)(.+?)~~|\\(?:sout|cancel|xcancel|st)\{([^{}]*)\}|((?:\S\u0336)+)/gu;

/** Reads text as lines, without the marks of a quoted mail. Struck-out text is removed and listed separately. */
export function readPlain(text: string): ContainerText {
  const typed = text.split(/\r\n|\n|\r/).map((one, index) => ({ number: index + 1, text: one }));
  return withoutStruck({ form: "text", lines: typed.map(unquoted), struck: [], tables: [], omitted: [] });
}

const unquoted = (line: Line): Line => ({ ...line, text: line.text.replace(QUOTED, "") });

/** Removes text that is struck out with characters, and adds it to `struck`. */
export function withoutStruck(read: ContainerText): ContainerText {
  const struck = [...read.struck];
  const lines = read.lines.map((line) => ({
    ...line,
    text: line.text.replace(STRUCK, (_, markdown, latex, strokes) => {
      const text = markdown ?? latex ?? strokes.replace(/\u0336/g, "");
      struck.push({ ...line, text });
      return "";
    }),
  }));
  return { ...read, lines, struck };
}
