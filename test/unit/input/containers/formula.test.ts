import { describe, expect, test } from "vitest";
import { formulaText } from "../../../../src/input/containers/formula.js";
import { readMarkup } from "../../../../src/input/containers/markup.js";

const textOf = async (xml: string) => formulaText(await readMarkup(xml, { source: "f" }, "xml"));

// The same formulas in MathML and in the OMML of Word.
const r = (text: string) => `<m:r><m:t>${text}</m:t></m:r>`;
const FORMULAS: readonly (readonly [text: string, mathml: string, omml: string])[] = [
  [
    "2/3",
    "<mfrac><mn>2</mn><mn>3</mn></mfrac>",
    `<m:f><m:fPr/><m:num>${r("2")}</m:num><m:den>${r("3")}</m:den></m:f>`,
  ],
  [
    "1/(√2)",
    "<mfrac><mn>1</mn><msqrt><mn>2</mn></msqrt></mfrac>",
    `<m:f><m:num>${r("1")}</m:num><m:den><m:rad><m:radPr><m:degHide m:val="1"/></m:radPr><m:deg/><m:e>${r("2")}</m:e></m:rad></m:den></m:f>`,
  ],
  [
    "K^T",
    "<msup><mi>K</mi><mi>⊤</mi></msup>",
    `<m:sSup><m:e>${r("K")}</m:e><m:sup>${r("⊤")}</m:sup></m:sSup>`,
  ],
  [
    "d_k = 2",
    "<mrow><msub><mi>d</mi><mi>k</mi></msub><mo>=</mo><mn>2</mn></mrow>",
    `<m:sSub><m:e>${r("d")}</m:e><m:sub>${r("k")}</m:sub></m:sSub>${r(" = 2")}`,
  ],
  [
    "[[1, 0], [2, 3]]",
    "<mfenced open='[' close=']'><mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>0</mn></mtd></mtr><mtr><mtd><mn>2</mn></mtd><mtd><mn>3</mn></mtd></mtr></mtable></mfenced>",
    `<m:d><m:dPr><m:begChr m:val="["/><m:endChr m:val="]"/></m:dPr><m:e><m:m><m:mr><m:e>${r("1")}</m:e><m:e>${r("0")}</m:e></m:mr><m:mr><m:e>${r("2")}</m:e><m:e>${r("3")}</m:e></m:mr></m:m></m:e></m:d>`,
  ],
];

test.each(FORMULAS)("%s", async (text, mathml, omml) => {
  expect(await textOf(`<math>${mathml}</math>`)).toBe(text);
  expect(await textOf(`<m:oMath>${omml}</m:oMath>`)).toBe(text);
});

describe("what stands beside a formula", () => {
  test("its source in TeX is not read a second time", async () => {
    const source = '<annotation encoding="application/x-tex">7</annotation>';
    expect(await textOf(`<math><semantics><mn>3</mn>${source}</semantics></math>`)).toBe("3");
  });

  test("brackets around a matrix are not doubled", async () => {
    const matrix = "<mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr></mtable>";
    expect(await textOf(`<math><mrow><mo>[</mo>${matrix}<mo>]</mo></mrow></math>`)).toBe("[[1, 2]]");
  });
});
