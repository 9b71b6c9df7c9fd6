// Draws transcripts as pictures of a terminal, for the pages that begin with one. `npm run docs:pictures` writes them;
// a test checks that they are up to date.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const LINE = 18;
const LETTER = 8.4;
const MARGIN = 20;
const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** Draws a command line and the beginning of its output. */
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

/** Describes the picture at the beginning of a page: a command, its arguments, and the transcript of its output. */
const picture = (page, name, command, lines, words = command.split(" ").slice(1)) => ({
  ...{ page, command, lines, words },
  file: `docs/pictures/${name}.svg`,
  transcript: `test/golden/transcripts/picture-${name}.txt`,
});

const SHEET = "weights=0.24 0.09 0.67; 0.47 0.47 0.06; 0.42 0.16 0.42";

export const PICTURES = [
  picture("README.md", "attend", "qkv attend --demo --causal", 60),
  picture("README.md", "model", "qkv model --demo", 42),
  picture("docs/teachers.md", "check", `qkv attend --demo --check '${SHEET}'`, 24, [
    ...["attend", "--demo", "--check"],
    SHEET,
  ]),
  picture("docs/engineers.md", "kernel", "qkv attend fixtures/kernels/not-rescaled.npz --causal --check", 20),
  picture(
    "docs/papers.md",
    "posenc",
    "qkv posenc --length 60 --d-model 32 --plot-columns 6,7,8,9 --steps encoding",
    40,
  ),
];

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { file, command, transcript, lines } of PICTURES) {
    writeFileSync(file, pictureOf(command, readFileSync(transcript, "utf8"), lines));
  }
}
