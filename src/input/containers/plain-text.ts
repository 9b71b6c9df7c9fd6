import type { ContainerText, Line } from "./lines.js";

/** A line of an answered mail begins so, once for each answer. */
const QUOTED = /^(?:>[ \t]?)+/;

/** `~~0.3~~` in Markdown, `\sout{0.3}` in LaTeX, and letters each of which has a stroke. */
const STRUCK = /~~(?=\S)(.+?)~~|\\(?:sout|cancel|xcancel|st)\{([^{}]*)\}|((?:\S\u0336)+)/gu;

/** Text as lines: without the marks of a quoted mail, and without what is struck out, which is listed. */
export function readPlain(text: string): ContainerText {
  const typed = text.split(/\r\n|\n|\r/).map((one, index) => ({ number: index + 1, text: one }));
  return withoutStruck({ form: "text", lines: typed.map(unquoted), struck: [], tables: [], left: [] });
}

const unquoted = (line: Line): Line => ({ ...line, text: line.text.replace(QUOTED, "") });

/** Lines without what is struck out by signs. */
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
