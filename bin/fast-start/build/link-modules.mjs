// Links the modules of a program into two texts. Each module is a function that is called when something of it is first
// used. The work of V8 at every start grows with the text it reads and with the functions of the modules it enters. A
// module that a run does not need costs only one function. Modules that no usual run needs are not even read.

const EXPORTS = /__export\(\w+, \{\n([\s\S]*?)\n\}\);\n/;
const EXPORT = /^ {2}(\w+): \(\) => ([\w.]+),?$/gm;
const LAST_OF_PRELUDE = /^module\.exports = __toCommonJS\(\w+\);\n/m;
const REMARK_ON_EXPORTS = /^\/\/ Annotate the CommonJS export names[\s\S]*/m;
const IMPORT = /^var (\w+) = (?:__toESM\()?require\("([^"]+)"\)(?:, 1)?\)?;\n/gm;
const RE_EXPORT = /^__reExport\(\w+, require\("([^"]+)"\), module\.exports\);\n?/gm;
const IMPORT_LATER = /\bimport\("([^"]+)"\)/g;

/**
 * Returns the expressions of two functions. `front` takes a CommonJS module's exports, require, and a function that
 * returns `back`. It assigns the first module's exports. `back` takes the front's modules by name and returns the other
 * modules. A module has a path, its kind ("source", "package" or "builtin"), and the text that esbuild makes of it as a
 * CommonJS module. A source also has the paths of its imports, by their names in it. `runs` are the paths of the
 * modules that each usual run enters; these modules are the front. If every run that enters a module also enters its
 * import, the import is loaded with the module. Its exports then become names of their own, which are faster than
 * members. For modules of the back, `others` decide that: runs that are less usual. Without runs everything is in the
 * front, and each entered module is reported to exports.enter.
 */
export function linkModules(modules, runs, others = []) {
  const names = nameModules(modules);
  const isUsual = (path) => !runs || runs.some((run) => run.has(path));
  const isEager = (importer, path) =>
    runs && (isUsual(importer) ? runs : others).every((run) => !run.has(importer) || run.has(path));
  const changing = new Map(modules.map((module) => [module.path, changingExports(module)]));
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
            changing: changing.get(path),
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
 * Names modules: `$matrix` for src/math/matrix.ts, `$matrix$2` for a second file of that name, and
 * `$matrix$createMatrix` for an export of `$matrix`. No file name contains a dollar, and no name in the sources begins
 * with one.
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

/** Returns the exports of a module, by their names in it. */
const exportsOf = ({ text }) =>
  [...(EXPORTS.exec(text)?.[1] ?? "").matchAll(EXPORT)].map(([, name, local]) => ({ name, local }));

/** Returns the names of the exports that the module itself may change later. */
const changingExports = (module) =>
  module.kind === "source"
    ? exportsOf(module)
        .filter(({ local }) => new RegExp(`^let ${local}\\b`, "m").test(module.text))
        .map(({ name }) => name)
    : [];

/** Returns the body of the function that returns a module's exports. */
function bodyOf(module, link) {
  const { path, kind, text } = module;
  if (kind === "builtin") return `return require(${JSON.stringify(path)});`;
  // A file beside the plain program. load.js, whose require is used here, is in another folder.
  if (kind === "chunk") return `return require(${JSON.stringify(`../../dist/${path.slice(2)}`)});`;
  if (kind === "package") return `const module = { exports: {} };\n${text}\nreturn module.exports;`;
  const changing = changingExports(module);
  const exported = exportsOf(module).map(({ name, local }) =>
    changing.includes(name) ? `get ${name}() { return ${local}; }` : `${name}: ${local}`,
  );
  const [, written = ""] = text.split(LAST_OF_PRELUDE);
  const imported = new Map();
  const bindings = [];
  const passedOn = written.replace(RE_EXPORT, (_, called) => {
    exported.unshift(`...${link(called).load}`);
    return "";
  });
  const own = passedOn.replace(REMARK_ON_EXPORTS, "").replace(IMPORT, (_, name, called) => {
    // `import * as name` keeps its name from the source.
    if (name.startsWith("import_")) imported.set(name, { ...link(called), members: new Set() });
    else bindings.push(`const ${name} = ${link(called).load};\n`);
    return "";
  });
  const body = `${own}return { ${exported.join(", ")} };`
    .replace(/\bnew (import_\w+\.\w+)/g, "new ($1)")
    .replace(/\b(import_\w+)\.(\w+)/g, (text, module, member) => {
      const { name, isEager, load, members, changing } = imported.get(module) ?? {};
      if (!name) return text;
      if (!isEager || changing.includes(member)) return `${load}.${member}`;
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
