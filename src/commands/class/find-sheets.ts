import { type Files, isText, isThere } from "../../input/open.js";
import { refuse } from "../../runs/refuse.js";

/**
 * The sheets that words on a command line name: text and files as they are, of a folder its files, of a pattern (`*`, `?` in the
 * last part) the files that fit it, both in the order of their names. Throws USAGE for a folder or pattern without a file.
 */
export function findSheets(words: readonly string[], files: Files): readonly string[] {
  return words.flatMap((word) => {
    if (word === "-" || isText(word, files)) return [word];
    const inside = files.listFolder?.(word);
    if (!inside && isThere(word, files)) return [word];
    const [, folder = "", pattern = ""] = /^(?:(.*)[/\\])?([^/\\]*[*?][^/\\]*)$/.exec(word) ?? [];
    if (!inside && pattern === "") return [word];
    const fits = patternOf(pattern);
    const names = inside ?? (files.listFolder?.(folder || ".") ?? []).filter((name) => fits.test(name));
    if (names.length === 0) {
      refuse(
        `${word} holds no sheet.`,
        "Name files, a folder with files in it, or a pattern such as 'sheets/*.txt'.",
      );
    }
    const place = inside ? word : folder;
    return names.map((name) => (place === "" ? name : `${place.replace(/[/\\]$/, "")}/${name}`));
  });
}

function patternOf(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`);
}
