// The chunks of a split bundle as two texts, each chunk a function that is called when something of it is asked for. What V8
// has to make at every start grows with the text that is read and with the functions of the scopes that are entered: the
// chunks that a usual run does without are not read, and cost no more than that.

const IMPORT = /^import (?:(\w+)|\{([^}]*)\}) from "([^"]+)";$/gm;
const IMPORT_ALONE = /^import "([^"]+)";$/gm;
const IMPORT_LATER = /\bimport\("([^"]+)"\)/g;
const EXPORT = /^export \{([^}]*)\};$/gm;
const EXPORT_DEFAULT = /^export default ([^;]+);$/gm;

/**
 * Expressions for two functions. `front`, of a CommonJS module's exports, require and a function that gives `back`, makes
 * the exports those of main.js; `back` takes the chunks of the front by name and gives those that are left. A chunk has a
 * name, the text of an ES module, and isUsual when it belongs to the front.
 */
export function joinChunks(chunks) {
  const usual = new Map(chunks.map(({ name, isUsual }) => [`./${name}`, isUsual]));
  const names = new Map(chunks.map(({ name }, index) => [`./${name}`, `chunk${index}`]));
  const namesOf = (isUsual) =>
    [...names].flatMap(([path, name]) => (usual.get(path) === isUsual ? [name] : []));
  const textOf = (ofFront) => {
    const load = (path) => {
      if (!names.has(path)) return `require(${JSON.stringify(path)})`;
      return `${ofFront && !usual.get(path) ? "back()." : ""}${names.get(path)}()`;
    };
    const body = chunks
      .filter(({ isUsual }) => isUsual === ofFront)
      .map(
        ({ name, text }) => `const ${names.get(`./${name}`)} = once(() => {\n${bodyOf(text, load)}\n});\n`,
      );
    return `${ONCE}${body.join("")}${ofFront ? `Object.assign(exports, ${load("./main.js")});\n` : ""}`;
  };
  const [front, back] = [true, false].map((isUsual) => `{ ${namesOf(isUsual).join(", ")} }`);
  return {
    front: `function (exports, require, loadBack) {\nconst back = once(() => loadBack()(${front}, require));\n${textOf(true)}}`,
    back: `function (${front}, require) {\n${textOf(false)}return ${back};\n}`,
  };
}

const ONCE = `function once(make) {
  let made;
  return () => (made ??= make());
}
`;

function bodyOf(text, load) {
  const exported = [];
  const body = text
    .replace(IMPORT_ALONE, (_, path) => `${load(path)};`)
    .replace(IMPORT, (_, whole, parts, path) => {
      const names = whole ?? `{ ${parts.replace(/(\w+) as (\w+)/g, "$1: $2")} }`;
      return `const ${names} = ${load(path)};`;
    })
    .replace(IMPORT_LATER, (_, path) => `Promise.resolve().then(() => ${load(path)})`)
    .replace(EXPORT, (_, parts) => {
      exported.push(parts.replace(/(\w+) as (\w+)/g, "$2: $1"));
      return "";
    })
    .replace(EXPORT_DEFAULT, (_, value) => {
      exported.push(`default: ${value}`);
      return "";
    });
  return `${body}return { ${exported.join(", ")} };`;
}
