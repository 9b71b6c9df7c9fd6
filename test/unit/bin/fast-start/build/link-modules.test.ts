import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { transform } from "esbuild";
import { expect, test } from "vitest";

// bin/fast-start/build/link-modules.mjs works on texts. These are small programs with a known result, and a known order
// in which their modules are run.

interface Module {
  readonly path: string;
  readonly kind: "source" | "package" | "builtin";
  readonly text?: string;
  readonly imports?: ReadonlyMap<string, string>;
}

type Link = (
  modules: readonly Module[],
  runs?: readonly ReadonlySet<string>[],
  others?: readonly ReadonlySet<string>[],
) => Readonly<Record<"front" | "back", string>>;

const { linkModules } = (await import(
  pathToFileURL(resolve("bin/fast-start/build/link-modules.mjs")).href
)) as {
  linkModules: Link;
};

/** Makes modules of sources by name, which call `entered("name")`. Each calls another one by `./name.js`. */
async function modulesOf(sources: Readonly<Record<string, string>>): Promise<readonly Module[]> {
  const imports = new Map(Object.keys(sources).map((name) => [`./${name}.js`, `src/${name}.ts`]));
  const texts = await Promise.all(
    Object.entries(sources).map(async ([name, text]) => {
      const { code } = await transform(text, { loader: "ts", format: "cjs", target: "node20" });
      return { path: `src/${name}.ts`, kind: "source" as const, text: code, imports };
    }),
  );
  return texts;
}

/** Runs a program whose first module exports `main`. Returns its result, and the modules that were run. */
async function run(
  sources: Readonly<Record<string, string>>,
  ...given: (readonly (readonly string[])[] | undefined)[]
) {
  const [usual, others] = given.map((runs) =>
    runs?.map((names) => new Set(names.map((name) => `src/${name}.ts`))),
  );
  const { front, back } = linkModules(await modulesOf(sources), usual, others);
  const entered: string[] = [];
  const evaluate = (text: string) =>
    new Function("entered", `return ${text};`)((name: string) => entered.push(name));
  const exported: Record<string, unknown> = { enter: () => {} };
  evaluate(front)(
    exported,
    () => {},
    () => {
      entered.push("back");
      return evaluate(back);
    },
  );
  const result = await (exported.main as () => unknown)();
  return { result, entered };
}

const USED = `entered("used"); export const two = 2; export function double(x: number) { return two * x; }`;
const IDLE = `entered("idle"); export const never = 0;`;

test("a module is entered when something of it is first used", async () => {
  const main = `
    import { double } from "./used.js";
    import { never } from "./idle.js";
    entered("main");
    export const main = () => double(21);
    export const other = () => never;`;
  expect(await run({ main, used: USED, idle: IDLE })).toEqual({ result: 42, entered: ["main", "used"] });
});

test("a variable that its module changes later is read anew", async () => {
  const used = `entered("used"); export let count = 0; export function add() { count++; }`;
  const main = `
    import { add, count } from "./used.js";
    export const main = () => { add(); return count; };`;
  for (const runs of [undefined, [["main", "used"]]])
    expect((await run({ main, used }, runs)).result).toBe(1);
});

test("what every usual run enters is entered with its importer; the rest stays behind until it is used", async () => {
  const main = `
    import { double } from "./used.js";
    import { never } from "./idle.js";
    entered("main");
    export const main = () => double(never);`;
  const usual = [["main", "used"]];
  expect(await run({ main, used: USED, idle: IDLE }, usual)).toEqual({
    result: 0,
    entered: ["used", "main", "back", "idle"],
  });
});

test("what one usual run goes without is not entered with its importer", async () => {
  const main = `
    import { double } from "./used.js";
    entered("main");
    export const main = () => 1;
    export const other = () => double(1);`;
  const usual = [["main", "used"], ["main"]];
  expect(await run({ main, used: USED }, usual)).toEqual({ result: 1, entered: ["main"] });
});

test("what another run goes without is not entered with its importer of the back", async () => {
  const main = `
    import { rare } from "./rare.js";
    entered("main");
    export const main = () => rare(21);`;
  const rare = `
    import { double } from "./used.js";
    import { never } from "./idle.js";
    entered("rare");
    export const rare = (x: number) => double(x);
    export const other = () => never;`;
  const sources = { main, rare, used: USED, idle: IDLE };
  const entered = ["main", "back", "idle", "used", "rare"];
  expect((await run(sources, [["main"]])).entered.sort()).toEqual(entered.sort());
  expect(await run(sources, [["main"]], [["main", "rare", "used"]])).toEqual({
    result: 42,
    entered: ["main", "back", "used", "rare"],
  });
});

test.each([
  ["one by one", undefined],
  ["together", [["main", "used", "again"]]],
])(
  "classes, calls as arguments, whole modules, exports handed on and import() are linked %s",
  async (_, usual) => {
    const main = `
    import { Box, two as pair } from "./used.js";
    import * as again from "./again.js";
    import { three } from "./again.js";
    const both = (f: (x: number) => number, x: number) => f(x);
    export async function main() {
      const { two } = await import("./used.js");
      return [new Box(3).value, both(Number, pair), again.three, three, two, Object.keys(again)];
    }`;
    const used = `export const two = 2; export class Box { constructor(readonly value: number) {} }`;
    const again = `export { two } from "./used.js"; export const three = 3;`;
    const { result } = await run({ main, used, again }, usual);
    expect(result).toEqual([3, 2, 3, 3, 2, expect.arrayContaining(["two", "three"])]);
  },
);

test("files of one name are told apart", async () => {
  const modules = [
    {
      path: "src/main.ts",
      text: `import { a } from "./x/it.js"; import { b } from "./y/it.js"; export const main = () => a + b;`,
    },
    { path: "src/x/it.ts", text: "export const a = 1;" },
    { path: "src/y/it.ts", text: "export const b = 2;" },
  ];
  const imports = new Map(["x", "y"].map((folder) => [`./${folder}/it.js`, `src/${folder}/it.ts`]));
  const linked = linkModules(
    await Promise.all(
      modules.map(async ({ path, text }) => {
        const { code } = await transform(text, { loader: "ts", format: "cjs", target: "node20" });
        return { path, kind: "source" as const, text: code, imports };
      }),
    ),
  );
  const exported: { main?: () => number; enter(): void } = { enter() {} };
  new Function(`return ${linked.front};`)()(exported);
  expect(exported.main?.()).toBe(3);
});

test("a file is told from what another one exports, though their names make one", async () => {
  const main = `
    import { rows } from "./read.js";
    import { count } from "./read-rows.js";
    export const main = () => count(rows);`;
  const read = "export const rows = [1, 2, 3];";
  const readRows = "export const count = (rows: number[]) => rows.length;";
  const together = [["main", "read", "read-rows"]];
  expect((await run({ main, read, "read-rows": readRows }, together)).result).toBe(3);
  expect((await run({ main, read, "read-rows": readRows }, [["main", "read"]])).result).toBe(3);
});
