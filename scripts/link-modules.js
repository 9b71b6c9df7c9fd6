// The modules of a program as two texts, each module a function that is called when something of it is first used. What V8 has
// to make at every start grows with the text that is read and with the functions of the modules that are entered: those that a
// run does without cost it one function each, and those that a usual run does without are not even read.
import { builtinModules } from "node:module";
import { transform } from "esbuild";

const EXPORTS = /__export\(\w+, \{\n([\s\S]*?)\n\}\);\n/;
const EXPORT = /^ {2}(\w+): \(\) => ([\w.]+),?$/gm;
const LAST_OF_PRELUDE = /^module\.exports = __toCommonJS\(\w+\);\n/m;
const REMARK_ON_EXPORTS = /^\/\/ Annotate the CommonJS export names[\s\S]*/m;
const IMPORT = /^var (\w+) = (?:__toESM\()?require\("([^"]+)"\)\)?;\n/gm;
const IMPORT_LATER = /\bimport\("([^"]+)"\)/g;

/**
 * Expressions for two functions. `front`, of a CommonJS module's exports, require and a function that gives `back`, makes the
 * exports those of the first module; `back` takes the modules of the front by name and gives those that are left. A module
 * has a path, the text of an ES module in TypeScript (or of a CommonJS module, where isPackage), the paths of its imports
 * by what they are called in it, and isUsual when it belongs to the front.
 */
export async function linkModules(modules) {
  const names = nameModules(modules);
  const front = modules.filter(({ isUsual }) => isUsual);
  const back = modules.filter(({ isUsual }) => !isUsual);
  const namesOf = (some) => `{ ${some.map(({ path }) => names.get(path)).join(", ")} }`;
  const load = (path) => `${names.get(path)}()`;
  const frontPaths = new Set(front.map(({ path }) => path));
  const loadInFront = (path) => `${frontPaths.has(path) ? "" : "back()."}${load(path)}`;
  const textOf = async (some, load) => {
    const bodies = await Promise.all(some.map((module) => bodyOf(module, load)));
    return some
      .map(({ path }, index) => `const ${names.get(path)} = once(() => {\n${bodies[index]}\n});\n`)
      .join("");
  };
  return {
    front: `function (exports, require, loadBack) {
const back = once(() => loadBack()(${namesOf(front)}, require));
${ONCE}${await textOf(front, loadInFront)}Object.assign(exports, ${load(modules[0].path)});
}`,
    back: `function (${namesOf(front)}, require) {
${ONCE}${await textOf(back, load)}return ${namesOf(back)};
}`,
  };
}

const ONCE = `function once(make) {
  let made;
  return () => (made ??= make());
}
`;

/** `$mask` for src/attention/masks/mask.ts, and a number behind it where several files have a name. No name in the sources begins so. */
function nameModules(modules) {
  const taken = new Map();
  return new Map(
    modules.map(({ path }) => {
      const name = `$${path.replace(/^.*\/(?=[^/]+\.ts$)|\.ts$/g, "").replace(/\W/g, "_")}`;
      taken.set(name, (taken.get(name) ?? 0) + 1);
      return [path, taken.get(name) === 1 ? name : `${name}${taken.get(name)}`];
    }),
  );
}

/** What a function holds that gives the exports of a module. */
async function bodyOf({ path, text, isPackage, imports, define }, load) {
  if (builtinModules.includes(path.replace(/^node:/, ""))) return `return require(${JSON.stringify(path)});`;
  if (isPackage) return `const module = { exports: {} };\n${text}\nreturn module.exports;`;
  const { code } = await transform(text, { loader: "ts", format: "cjs", target: "node20", define });
  const exported = [...(EXPORTS.exec(code)?.[1] ?? "").matchAll(EXPORT)].map(
    ([, name, local]) => `${name}: ${local}`,
  );
  const [, written = ""] = code.split(LAST_OF_PRELUDE);
  const imported = new Map();
  const own = written.replace(REMARK_ON_EXPORTS, "").replace(IMPORT, (_, name, called) => {
    imported.set(name, load(imports.get(called)));
    return "";
  });
  return `${own}return { ${exported.join(", ")} };`
    .replace(/\(0, (import_\w+\.\w+)\)/g, "$1")
    .replace(/\bnew (import_\w+\.\w+)/g, "new ($1)")
    .replace(/\bimport_\w+\b/g, (name) => imported.get(name) ?? name)
    .replace(IMPORT_LATER, (_, called) => `Promise.resolve().then(() => ${load(imports.get(called))})`);
}
