import { readdirSync, readFileSync, writeFileSync } from "node:fs";

/**
 * Writes name, version and licence of every package that is part of these bundles, according to their metafiles, and of
 * the packages in `madeFrom`.
 */
export function writeLicences(outfile, metafiles, madeFrom = []) {
  const files = metafiles.flatMap(({ outputs }) =>
    Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs)),
  );
  const folders = new Set(
    [...files, ...madeFrom].flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []),
  );
  const texts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    if (!file) throw new Error(`${folder} is bundled and has no licence that could be shipped with it`);
    return `${name} ${version} (${license})\n\n${readFileSync(`${folder}/${file}`, "utf8").trim()}\n`;
  });
  const heading = "qkv contains these packages, or parts of them.\n";
  writeFileSync(outfile, [heading, ...texts].join(`\n${"-".repeat(80)}\n\n`));
}
