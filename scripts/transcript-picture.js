// A transcript as a picture of a terminal, for the README. `npm run docs:pictures` writes it; a test keeps it true.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const LINE = 18;
const LETTER = 8.4;
const MARGIN = 20;
const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** The picture of a command line and the beginning of what it printed. */
export function pictureOf(command, text, mostLines) {
  const lines = [`$ ${command}`, ...text.trimEnd().split("\n").slice(0, mostLines)];
  const width = Math.ceil(Math.max(...lines.map((line) => line.length)) * LETTER) + 2 * MARGIN;
  const height = lines.length * LINE + 2 * MARGIN;
  const inXml = (line) => line.replace(/[&<>]/g, (sign) => ESCAPES[sign]);
  const rows = lines.map((line, at) => {
    const fill = at === 0 ? "#7ee0a2" : /^[─ ]+$/.test(line) ? "#6b7684" : "#e6e9ee";
    return `<text x="${MARGIN}" y="${MARGIN + at * LINE + 13}" fill="${fill}" xml:space="preserve">${inXml(line)}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${inXml(command)}" font-family="ui-monospace,Menlo,Consolas,monospace" font-size="14">`,
    `<title>${inXml(command)}</title>`,
    `<rect width="100%" height="100%" rx="8" fill="#14171c"/>`,
    ...rows,
    "</svg>\n",
  ].join("\n");
}

/** What the README opens with: the weights and the output of the example, as they are printed. */
export const README_PICTURE = {
  file: "docs/pictures/attend.svg",
  command: "qkv attend --demo --causal",
  transcript: "test/golden/transcripts/readme-picture.txt",
  lines: 60,
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { file, command, transcript, lines } = README_PICTURE;
  writeFileSync(file, pictureOf(command, readFileSync(transcript, "utf8"), lines));
}
