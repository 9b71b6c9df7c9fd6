/** Writes the page docs/gallery.md: public threads, each with its dump, the command and qkv's result. */

const linksOf = (threads) =>
  threads.map((thread) => `[${thread}](https://github.com/${thread.replace("#", "/issues/")})`).join(", ");

const optionOf = (name) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

const settingsText = (settings) =>
  Object.entries(settings)
    .map(([name, value]) => (value === true ? optionOf(name) : `${optionOf(name)} ${value}`))
    .join(" ");

/** Returns the words of the command for a dump. */
export const commandOf = ({ name, options }) => ["multihead", `${name}.npz`, ...options, "--check"];

/** Returns qkv's result for a dump in one line, from the check in its JSON. */
export function saidOf({ verdict, rightWith, diagnosis, answers: [{ wrong, of }] }) {
  if (verdict.startsWith("agrees")) return `✓ right, ${of} numbers`;
  const found = diagnosis.map(({ mistake, parameters = {} }) => {
    const said = Object.entries(parameters).map(([name, value]) => `${name} ${value}`);
    return `\`${mistake}\`${said.length > 0 ? ` (${said.join(", ")})` : ""}`;
  });
  const right = rightWith ? [`right with \`${settingsText(rightWith)}\``] : [];
  return `✗ ${wrong} of ${of} numbers; ${[...right, ...found].join("; ")}`;
}

const row = (entry, check) =>
  `| ${linksOf(entry.threads)} | ${entry.about} | \`qkv ${commandOf(entry).join(" ")}\` | ${saidOf(check)} |`;

/** Returns the whole page. checks: the check of each entry, in the same order. */
export function galleryPage(entries, checks) {
  const rows = entries.map((entry, at) => ({
    text: row(entry, checks[at]),
    isBug: !/^No bug/.test(entry.about),
  }));
  const table = (list) => ["| thread | topic | command | result |", "| --- | --- | --- | --- |", ...list];
  const threads = entries.reduce((count, entry) => count + entry.threads.length, 0);
  return [
    "# Public bugs, rebuilt",
    "",
    `${threads} public threads report wrong attention. Each dump rebuilds one report with small random numbers, without the thread's own code.`,
    "`fixtures/make-gallery.py` writes the dumps into `fixtures/gallery/`. Each row has the command that judges a dump, and the result.",
    "[mistakes.md](mistakes.md#mistakes-of-machines) explains the ids. `npm run docs:gallery` writes this page, and a test",
    "(`test/cli/gallery.test.ts`) runs every command.",
    "",
    "## Bugs",
    "",
    ...table(rows.filter(({ isBug }) => isBug).map(({ text }) => text)),
    "",
    "## No bugs",
    "",
    "The reported behaviour is correct, or a convention.",
    "",
    ...table(rows.filter(({ isBug }) => !isBug).map(({ text }) => text)),
    "",
  ].join("\n");
}
