// The modules of a program as two texts, each module a function that is called when something of it is first used. What V8 has
// to make at every start grows with the text that is read and with the functions of the modules that are entered: those that a
// run does without cost it one function each, and those that a usual run does without are not even read.

const EXPORTS = /__export\(\w+, \{\n([\s\S]*?)\n\}\);\n/;
const EXPORT = /^ {2}(\w+): \(\) => ([\w.]+),?$/gm;
const LAST_OF_PRELUDE = /^module\.exports = __toCommonJS\(\w+\);\n/m;
const REMARK_ON_EXPORTS = /^\/\/ Annotate the CommonJS export names[\s\S]*/m;
const IMPORT = /^var (\w+) = (?:__toESM\()?require\("([^"]+)"\)(?:, 1)?\)?;\n/gm;
const RE_EXPORT = /^__reExport\(\w+, require\("([^"]+)"\), module\.exports\);\n?/gm;
const IMPORT_LATER = /\bimport\("([^"]+)"\)/g;

/**
 * Expressions for two functions. `front`, of a CommonJS module's exports, require and a function that gives `back`, makes the
 * exports those of the first module; `back` takes the modules of the front by name and gives those that are left. A module
 * has a path, its kind ("source", "package" or "builtin"), the text that esbuild makes of it as a CommonJS module, and as a
 * source the paths of its imports by what they are called in it. `runs` are the paths of the modules that each usual run
 * enters: they are the front. An import that is entered in every one of them that enters the importer is entered with
 * that, and its exports are names of the importer's own, which are quicker than members. Without runs all is front, and
 * what is entered is told to exports.enter.
 */
export function linkModules(modules, runs) {
  const names = nameModules(modules);
  const isUsual = (path) => !runs || runs.some((run) => run.has(path));
  const isEager = (importer, path) => runs?.every((run) => !run.has(importer) || run.has(path));
  const front = modules.filter(({ path }) => isUsual(path));
  const back = modules.filter(({ path }) => !isUsual(path));
  const namesOf = (some) => `{ ${some.map(({ path }) => names.get(path)).join(", ")} }`;
  const textOf = (some, isFront) =>
    some
      .map((module) => {
        const link = (called) => {
          const path = module.imports.get(called);
          const name = names.get(path);
          return {
            name,
            isEager: isEager(module.path, path),
            load: `${isFront && !isUsual(path) ? "$back()." : ""}${name}()`,
          };
        };
        const told = runs ? "" : `exports.enter(${JSON.stringify(module.path)});\n`;
        return `const ${names.get(module.path)} = once(() => {\n${told}${bodyOf(module, link)}\n});\n`;
      })
      .join("");
  return {
    front: `function (exports, require, loadBack) {
const $back = once(() => loadBack()(${namesOf(front)}, require));
${ONCE}${textOf(front, true)}Object.assign(exports, ${names.get(modules[0].path)}());
}`,
    back: `function (${namesOf(front)}, require) {
${ONCE}${textOf(back, false)}return ${namesOf(back)};
}`,
  };
}

const ONCE = `function once(make) {
  let made;
  return () => (made ??= make());
}
`;

/**
 * `$matrix` for src/math/matrix.ts, `$matrix$2` for a second file of that name, and `$matrix$createMatrix` for what `$matrix`
 * exports: no name of a file has a dollar, and none in the sources begins with one.
 */
function nameModules(modules) {
  const taken = new Map();
  return new Map(
    modules.map(({ path }) => {
      const name = `$${path.replace(/^.*\/(?=[^/]+\.ts$)|\.ts$/g, "").replace(/\W/g, "_")}`;
      taken.set(name, (taken.get(name) ?? 0) + 1);
      return [path, taken.get(name) === 1 ? name : `${name}$${taken.get(name)}`];
    }),
  );
}

/** What a function holds that gives the exports of a module. */
function bodyOf({ path, kind, text }, link) {
  if (kind === "builtin") return `return require(${JSON.stringify(path)});`;
  // A file beside the plain program; load.js, whose require this is, stands elsewhere.
  if (kind === "chunk") return `return require(${JSON.stringify(`../../dist/${path.slice(2)}`)});`;
  if (kind === "package") return `const module = { exports: {} };\n${text}\nreturn module.exports;`;
  const exported = [...(EXPORTS.exec(text)?.[1] ?? "").matchAll(EXPORT)].map(
    ([, name, local]) => `${name}: ${local}`,
  );
  const [, written = ""] = text.split(LAST_OF_PRELUDE);
  const imported = new Map();
  const bindings = [];
  const passedOn = written.replace(RE_EXPORT, (_, called) => {
    exported.unshift(`...${link(called).load}`);
    return "";
  });
  const own = passedOn.replace(REMARK_ON_EXPORTS, "").replace(IMPORT, (_, name, called) => {
    // `import * as name` is called as in the source.
    if (name.startsWith("import_")) imported.set(name, { ...link(called), members: new Set() });
    else bindings.push(`const ${name} = ${link(called).load};\n`);
    return "";
  });
  const body = `${own}return { ${exported.join(", ")} };`
    .replace(/\bnew (import_\w+\.\w+)/g, "new ($1)")
    .replace(/\b(import_\w+)\.(\w+)/g, (text, module, member) => {
      const { name, isEager, load, members } = imported.get(module) ?? {};
      if (!name) return text;
      if (!isEager) return `${load}.${member}`;
      members.add(member);
      return `${name}$${member}`;
    })
    .replace(IMPORT_LATER, (_, called) => `Promise.resolve().then(() => ${link(called).load})`);
  const left = [...imported.keys()].find((module) => new RegExp(`\\b${module}\\b`).test(body));
  if (left) throw new Error(`${path} uses ${left} otherwise than by its members, which is not linked`);
  for (const { name, load, members } of imported.values()) {
    const names = [...members].map((member) => `${member}: ${name}$${member}`);
    if (names.length > 0) bindings.push(`const { ${names.join(", ")} } = ${load};\n`);
  }
  return bindings.join("") + body;
}
