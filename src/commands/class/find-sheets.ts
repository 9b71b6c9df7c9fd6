import { type Files, isText, isThere } from "../../input/open.js";
import { refuse } from "../../runs/refuse.js";
import { type HandIn, handInsIn, joined } from "./hand-ins.js";

/**
 * Returns the sheets that words on a command line name. A text or file is a sheet. A folder contains hand-ins. A
 * pattern (`*` or `?` in its last part) names the files that fit it. Files and hand-ins are in the order of their
 * names. Throws USAGE for a folder or pattern without a file.
 */
export function findSheets(words: readonly string[], files: Files): readonly HandIn[] {
  return words.flatMap((word) => {
    if (word === "-" || isText(word, files)) return [alone(word)];
    const inside = handInsIn(word, files);
    if (!inside && isThere(word, files)) return [alone(word)];
    const [, folder = "", pattern = ""] = /^(?:(.*)[/\\])?([^/\\]*[*?][^/\\]*)$/.exec(word) ?? [];
    if (!inside && pattern === "") return [alone(word)];
    const found = inside ?? filesLike(pattern, folder, files);
    if (found.length > 0) return found;
    return refuse(
      `${word} contains no sheet.`,
      "Name files, a folder or a .zip with files in it, or a pattern such as 'sheets/*.txt'.",
    );
  });
}

const alone = (word: string): HandIn => ({ name: word, files: [word] });

function filesLike(pattern: string, folder: string, files: Files): readonly HandIn[] {
  const fits = patternOf(pattern);
  const names = (files.listFolder?.(folder || ".") ?? []).filter((name) => fits.test(name));
  return names.map((name) => alone(folder === "" ? name : joined(folder, name)));
}

function patternOf(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`);
}
