import { escapeMarkup } from "../drawing/svg.js";
import type { ShownRun } from "../formats/format.js";
import { capitalized } from "../sentences/names.js";
import { factTexts } from "../solution.js";

// Writes the folded parts at the end of a page.

/** Folds markup under a title and a short description. Without markup it returns nothing. */
export const fold = (title: string, about: string, body: string) =>
  body && `<details><summary>${title} <span class="note">${about}</span></summary>${body}</details>`;

/** Writes the end of a page: folded parts, then the conventions of the run, and the command that repeats it. */
export const writeFolds = (shown: ShownRun, ...parts: readonly string[]) =>
  `<div class="fold">${parts.join("")}${fold("Conventions", "and how to repeat this run", writeConventions(shown))}</div>\n`;

/** Writes the conventions of a run, and the command that repeats it. */
function writeConventions({ trace, precision, repeat }: ShownRun) {
  const pairs = [
    ...trace.conventions.map(({ name, text }) => [nameInWords(name), text]),
    ["Rows and columns", "counted from 0"],
    [
      "Rounded",
      precision === "full" ? undefined : `to ${precision} decimals where shown; computed without rounding`,
    ],
    ...factTexts(trace, false).map((text) => ["Facts", text]),
  ];
  const list = pairs.map(([name = "", text]) =>
    text === undefined ? "" : `<dt>${escapeMarkup(name)}</dt><dd>${escapeMarkup(text)}</dd>`,
  );
  const again = repeat === undefined ? "" : `<dt>To repeat</dt><dd><code>${escapeMarkup(repeat)}</code></dd>`;
  return `<dl>${list.join("")}${again}</dl>`;
}

/** Writes maskTrue as "Mask true". */
const nameInWords = (name: string) =>
  capitalized(name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));
