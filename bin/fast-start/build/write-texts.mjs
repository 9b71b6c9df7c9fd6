import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { transform } from "esbuild";
import { linkModules } from "./link-modules.mjs";
import { modulesOf } from "./program-modules.mjs";
import { findUsualRuns } from "./usual-runs.mjs";

/**
 * Writes front.cjs and back.cjs into `folder`, for load.js. Before the front stand the version and a hash of both. `entry` is
 * the source whose exports are those of the program, `inputs` the modules that esbuild found from there, by path (its metafile),
 * and `options` are those that esbuild had.
 */
export async function writeFastStart(folder, { entry, inputs, options, version }) {
  const modules = await modulesOf(entry, inputs, options);
  const { front, back } = linkModules(modules, findUsualRuns(linkModules(modules).front));
  const [first, second] = await Promise.all([front, back].map(shortened));
  const hash = createHash("sha256").update(first).update(second).digest("hex");
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/front.cjs`, `/* ${version} ${hash} */ ${first}`);
  writeFileSync(`${folder}/back.cjs`, second);
}

/** Names stay as they are; without the rest a run takes 0.5 ms less. An expression that is not assigned would be taken out. */
async function shortened(expression) {
  const { code } = await transform(`${ASSIGNED}${expression}`, {
    ...{ minifyWhitespace: true, minifySyntax: true, target: "node20" },
  });
  return toAscii(`(${code.slice(ASSIGNED.length).replace(/;\s*$/, "")})\n`);
}

const ASSIGNED = "program=";

/** esbuild escapes what is not ASCII in strings, but neither in regular expressions nor in comments. */
function toAscii(text) {
  return text.replace(/[^\0-\x7f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
