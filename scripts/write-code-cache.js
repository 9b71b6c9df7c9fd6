// Runs bin/qkv.js, so that the functions that a run needs are compiled, and stores their code beside the parts of the
// program that it used; what was stored there before stays in it. With "new" only beside those that have none yet: what a
// rare run needs would be loaded by every other. Run by scripts/build.js with stdout thrown away:
// node write-code-cache.js all|new ARGUMENTS OF QKV
import { existsSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import vm from "node:vm";

const [which] = process.argv.splice(2, 1);
const scripts = new Map();
vm.Script = class extends vm.Script {
  constructor(text, options) {
    super(text, options);
    scripts.set(`${options.filename}.cache`, this);
  }
};
process.once("exit", () => {
  for (const [cache, script] of scripts) {
    if (which === "all" || !existsSync(cache)) writeFileSync(cache, script.createCachedData());
  }
});
createRequire(import.meta.url)("../bin/qkv.js");
