// The chunks of a split bundle as one text, each a function that is called when something of it is asked for. What V8 has to
// make at every start grows with the functions of the scopes that are entered: the chunks that a run does without cost it
// one function each.

const IMPORT = /^import (?:(\w+)|\{([^}]*)\}) from "([^"]+)";$/gm;
const IMPORT_ALONE = /^import "([^"]+)";$/gm;
const IMPORT_LATER = /\bimport\("([^"]+)"\)/g;
const EXPORT = /^export \{([^}]*)\};$/gm;
const EXPORT_DEFAULT = /^export default ([^;]+);$/gm;

/** A text for the body of a CommonJS module whose exports are those of main.js; a chunk has a name and the text of an ES module. */
export function joinChunks(chunks) {
  const names = new Map(chunks.map(({ name }, index) => [`./${name}`, `chunk${index}`]));
  const load = (path) => (names.has(path) ? `${names.get(path)}()` : `require(${JSON.stringify(path)})`);
  const functions = chunks.map(
    ({ name, text }) => `const ${names.get(`./${name}`)} = once(() => {\n${bodyOf(text, load)}\n});\n`,
  );
  return `${ONCE}${functions.join("")}Object.assign(exports, ${load("./main.js")});\n`;
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
