import { describe, expect, test } from "vitest";
import { runCli } from "../../support/run-cli.js";

// The page of a checked dump.

const folder = "fixtures/dumps";

async function pageOf(...argv: readonly string[]): Promise<string> {
  const { stdout } = await runCli(["check", ...argv, "-o", "html", "--quiet"], { folder });
  return stdout;
}

const text = (markup: string) => markup.replace(/<[^>]*>/g, "");

/** The rows of each map: its caption, and each line with its marks. */
const mapsOf = (page: string): ReadonlyMap<string, readonly string[]> =>
  new Map(
    Array.from(
      page.matchAll(/<table class="off"><caption class="hide">([^<]*)<\/caption>.*?<tbody>(.*?)<\/tbody>/gs),
      ([, caption, body]) => [
        caption,
        Array.from(body.matchAll(/<tr>(.*?)<\/tr>/g), ([, row]) =>
          Array.from(row.matchAll(/<t[hd][^>]*>([^<]*)/g), ([, cell]) => cell).join(" "),
        ),
      ],
    ),
  );

describe("a dump that is causal, checked without --causal", () => {
  test("has the verdict and the setting under which it is right first, then the count of each answer", async () => {
    const page = await pageOf("causal.npz");
    expect(text(/<h1>.*?<\/h1>/.exec(page)?.[0] ?? "")).toMatch(/^Not right for float32/);
    expect(page).toContain("<p><b>Right with --causal: then all compared numbers agree.");
    // The last of 6 rows may see every key, so it is right: 5 rows of 8 columns are off in each of 2 × 4 heads.
    expect(text(/<ol class="steps">.*?<\/ol>/.exec(page)?.[0] ?? "")).toBe("context ✗320 of 384 numbers off");
  });

  test("draws where numbers are off: a line for each head, then the worst head", async () => {
    const maps = mapsOf(await pageOf("causal.npz"));
    expect([...maps.keys()]).toEqual([
      "context: batches and heads, by rows",
      expect.stringMatching(/^batch \d\/head \d: context: rows by columns$/),
    ]);
    const [heads, worst] = [...maps.values()];
    expect(heads).toHaveLength(8);
    for (const line of heads) expect(line).toMatch(/^batch [01], head [0-3]( [1-9]){5} ·$/);
    expect(worst.at(-1)).toBe("row 5 · · · · · · · ·");
  });

  test("draws the keys that its rows are made of", async () => {
    const page = await pageOf("causal.npz");
    const [picture] = /<svg class="used".*?<\/svg>/s.exec(page) ?? [""];
    const widths = Array.from(picture.matchAll(/class="made" x="64" [^>]*width="(\d+)"/g), ([, width]) =>
      Number(width),
    );
    // 1 to 5 of 6 keys, which are 360 wide together.
    expect(widths).toEqual([60, 120, 180, 240, 300]);
  });

  test("the worst number and what is right are those of the JSON, with the right arithmetic", async () => {
    const page = await pageOf("causal.npz");
    const { stdout } = await runCli(["check", "causal.npz", "--json", "--quiet"], { folder });
    const { cell, batch, head, got } = JSON.parse(stdout).check.answers[0].nearest;
    const fact = (name: string) => text(new RegExp(`<dt>${name}</dt><dd>(.*?)</dd>`).exec(page)?.[1] ?? "");
    expect(fact("Worst number")).toContain(`batch ${batch}/head ${head}/context[${cell}]`);
    expect(fact("In the dump")).toBe(String(Number(got.toPrecision(3))));
    expect(fact("Right is")).toMatch(/^C0, 0=.*·.*=−0\.7773$/);
  });

  test("says less with a lower hint", async () => {
    expect(await pageOf("causal.npz", "--hint", "1")).not.toMatch(/<article|<math/);
  });
});

test("a cause is a card: what the kernel does, how many numbers it gives, what is right", async () => {
  const { stdout } = await runCli(["check", "tiny-transformers-71.npz", "-o", "html", "--quiet"], {
    folder: "fixtures/gallery",
  });
  const [card] = /<article class="card">.*?<\/article>/s.exec(stdout) ?? [""];
  expect(text(card)).toMatch(/^1The scores were not divided by √d_k scale-missing/);
  expect(text(card)).toContain("This explains all 384 wrong numbers.");
});

test("a right dump has no map and no cause, and is counted", async () => {
  const page = await pageOf("causal.npz", "--causal");
  expect(page).toMatch(/<h1><b>Right<\/b> for float32/);
  expect(page).toContain("384 numbers right");
  expect(page).not.toMatch(/class="off"|<article/);
});
