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
  const table = (list) => [
    "| thread | what it is | command | what qkv says |",
    "| --- | --- | --- | --- |",
    ...list,
  ];
  const threads = entries.reduce((count, entry) => count + entry.threads.length, 0);
  return [
    "# Public bugs, rebuilt",
    "",
    `${threads} threads about attention that is wrong, or is called so, rebuilt with small numbers: the dumps are in \`fixtures/gallery/\`, made by \`fixtures/make-gallery.py\`.`,
    "Each row has the command that judges its dump, and what qkv says. The ids are those of [mistakes.md](mistakes.md#mistakes-of-machines). `npm run docs:gallery` writes this page; a test",
    "(`test/cli/gallery.test.ts`) runs every command. The numbers are drawn; a thread's own code was not run.",
    "",
    "## Bugs",
    "",
    ...table(rows.filter(({ isBug }) => isBug).map(({ text }) => text)),
    "",
    "## No bugs",
    "",
    "What was reported, or changed, is a convention, or right.",
    "",
    ...table(rows.filter(({ isBug }) => !isBug).map(({ text }) => text)),
    "",
  ].join("\n");
}
