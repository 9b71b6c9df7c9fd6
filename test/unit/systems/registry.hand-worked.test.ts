import { describe, expect, test } from "vitest";
import { attend, matrixOf, multihead, posenc, toRows } from "../../../src/index.js";

// One small case for each rule of the systems, through its preset, with even numbers: tanh(ln 2) = (4 − 1)/(4 + 1) =
// 3/5, tanh(ln 3) = (9 − 1)/(9 + 1) = 4/5, tanh(2 ln 2) = (16 − 1)/(16 + 1) = 15/17.
const { log, exp, sqrt, sin, cos } = Math;

describe("scores", () => {
  test("bahdanau: v·tanh(W_a s + U_a h)", () => {
    // s = ln 2, W_a = 1, U_a = 1; h = 0 and ln 3/2: 5·tanh(ln 2) = 3, 5·tanh(ln 3) = 4. α = e³, e⁴ over their sum.
    const trace = attend(
      {
        x: [[log(2)]],
        memory: [
          [0, 1],
          [log(1.5), 0],
        ],
        wa: [[1]],
        ua: [[1], [0]],
        va: [[5]],
      },
      { preset: "bahdanau" },
    );
    expect(matrixOf(trace, "scores")).toBeCloseToMatrix([[3, 4]]);
    const alpha = 1 / (1 + exp(-1));
    // The value is the key itself: c = (1 − α)·[0, 1] + α·[ln 1.5, 0].
    expect(matrixOf(trace, "output")).toBeCloseToMatrix([[alpha * log(1.5), 1 - alpha]]);
  });

  test("luong-dot: h·h̄, and h̃ = tanh(W_c [c; h])", () => {
    // h = [1, 0] is at right angles to both keys: scores 0, weights ½, c = ½·[0, 2 ln 2] + ½·[0, 0] = [0, ln 2].
    // W_c takes c's second column: tanh(ln 2) = 3/5.
    const trace = attend(
      {
        x: [[1, 0]],
        memory: [
          [0, 2 * log(2)],
          [0, 0],
        ],
        wc: [[0], [1], [0], [0]],
      },
      { preset: "luong-dot" },
    );
    expect(matrixOf(trace, "scores")).toBeCloseToMatrix([[0, 0]]);
    expect(matrixOf(trace, "output")).toBeCloseToMatrix([[0, log(2)]]);
    expect(matrixOf(trace, "attentional")).toBeCloseToMatrix([[0.6]]);
  });

  test("luong-general: h W_a h̄", () => {
    // [1, 2]·[[0, 1], [1, 0]] = [2, 1]; [2, 1]·[3, 4] = 10.
    const wa = [
      [0, 1],
      [1, 0],
    ];
    const trace = attend({ x: [[1, 2]], memory: [[3, 4]], wa }, { preset: "luong-general" });
    expect(matrixOf(trace, "scores")).toBeCloseToMatrix([[10]]);
  });

  test("luong-concat: v·tanh(W_a [h; h̄]), the query's rows first", () => {
    // W_a = [1; 2]: ln 2 + 2·0 = ln 2, ln 2 + 2·(ln 2)/2 = 2 ln 2; v = 85: 85·3/5 = 51, 85·15/17 = 75.
    const trace = attend(
      { x: [[log(2)]], memory: [[0], [log(2) / 2]], wa: [[1], [2]], va: [[85]] },
      { preset: "luong-concat" },
    );
    expect(matrixOf(trace, "scores")).toBeCloseToMatrix([[51, 75]]);
  });

  test("luong-location: W_a h, whatever the source holds, of the first S places", () => {
    // [1, 2]·W_a = [1, 2, 9 + 18]; two words use the first two places.
    const wa = [
      [1, 0, 9],
      [0, 1, 9],
    ];
    const trace = attend({ x: [[1, 2]], memory: [[7], [-7]], wa }, { preset: "luong-location" });
    expect(matrixOf(trace, "scores")).toBeCloseToMatrix([[1, 2]]);
  });

  test("luong-local-m: the window around t, and a Gaussian that is not divided out", () => {
    // D = 1, σ = ½. Query 0 sees keys 0 and 1 alike (½ each); e^(−1²/(2·¼)) = e^−2 at distance 1.
    const trace = attend({ x: [[0]], memory: [[1], [2], [3]] }, { preset: "luong-local-m", localWindow: 1 });
    expect(matrixOf(trace, "weights")).toBeCloseToMatrix([[0.5, 0.5 * exp(-2), 0]]);
  });

  test("luong-local-p: p = S·σ(v·tanh(W_p h))", () => {
    // v·tanh(ln 2) = 0 for v = 0: p = 3·½ = 1.5; D = 1: keys 1 and 2, ½ each, half a step away: e^(−¼/(2·¼)) = e^−½.
    const trace = attend(
      { x: [[log(2)]], memory: [[0], [0], [0]], ua: [[1]], va: [[0]] },
      { preset: "luong-local-p", localWindow: 1 },
    );
    expect(matrixOf(trace, "places")).toBeCloseToMatrix([[1.5]]);
    expect(matrixOf(trace, "weights")).toBeCloseToMatrix([[0, 0.5 * exp(-0.5), 0.5 * exp(-0.5)]]);
  });

  test("britz-additive: ⟨v, tanh(W₁ h + W₂ s)⟩", () => {
    // s = ln 2, W₂ = 2, W₁ = 1: −ln 2 + 2 ln 2 = ln 2, 0 + 2 ln 2; v = 85: 51 and 75.
    const trace = attend(
      { x: [[log(2)]], memory: [[-log(2)], [0]], wa: [[2]], ua: [[1]], va: [[85]] },
      { preset: "britz-additive" },
    );
    expect(matrixOf(trace, "scores")).toBeCloseToMatrix([[51, 75]]);
  });

  test("britz-multiplicative: ⟨W₁ h, W₂ s⟩, not scaled", () => {
    // (3·2)·(7·5) = 210. d_a = 1 would not show a scale: with two equal features 420, no √2.
    const trace = attend(
      { x: [[5]], memory: [[2]], wa: [[7, 7]], ua: [[3, 3]] },
      { preset: "britz-multiplicative" },
    );
    expect(matrixOf(trace, "weights")).toBeCloseToMatrix([[1]]);
    expect(matrixOf(trace, "scores")).toBeCloseToMatrix([[420]]);
  });

  test("transformer-encoder: q·k/√d_k of one head", () => {
    // d_k = 4: (1·2 + 1·4)/2 = 3.
    const trace = attend({ query: [[1, 1, 0, 0]], key: [[2, 4, 5, 5]] }, { preset: "transformer-encoder" });
    expect(matrixOf(trace, "scaled-scores")).toBeCloseToMatrix([[3]]);
  });
});

describe("masks", () => {
  const two = { x: [[1], [1]] };

  test("transformer-decoder: −∞ for later positions", () => {
    const trace = attend(two, { preset: "transformer-decoder" });
    expect(toRows(matrixOf(trace, "masked-scores"))[0]).toEqual([1, Number.NEGATIVE_INFINITY]);
    expect(matrixOf(trace, "weights")).toBeCloseToMatrix([
      [1, 0],
      [0.5, 0.5],
    ]);
  });

  test.each([
    ["gpt1", -1e9],
    ["gpt2", -1e10],
  ])("%s: %d stands in place of a later score", (preset, fill) => {
    expect(matrixOf(attend(two, { preset }), "masked-scores")).toBeCloseToMatrix([
      [1, fill],
      [1, 1],
    ]);
  });

  test("gpt2: causality counts from the lower right corner", () => {
    // One query behind two keys sees both.
    const trace = attend({ query: [[0]], key: [[1], [1]] }, { preset: "gpt2" });
    expect(matrixOf(trace, "weights")).toBeCloseToMatrix([[0.5, 0.5]]);
  });

  test("bahdanau: a masked e^s is multiplied by 0, before the row is summed", () => {
    // v·tanh(0 + ln 2) = 5·3/5 = 3 for both keys; e³ and e³·0: weights 1 and 0.
    const trace = attend(
      { x: [[0]], memory: [[log(2)], [log(2)]], wa: [[1]], ua: [[1]], va: [[5]] },
      { preset: "bahdanau", keyLength: 1 },
    );
    expect(matrixOf(trace, "scores")).toBeCloseToMatrix([[3, 3]]);
    expect(toRows(matrixOf(trace, "masked-exponentials"))).toEqual([[expect.closeTo(exp(3), 10), 0]]);
    expect(toRows(matrixOf(trace, "weights"))).toEqual([[1, 0]]);
  });

  test("britz-multiplicative: the lowest float32 stands in place of a padded score", () => {
    const trace = attend(
      { x: [[1]], memory: [[1], [1]], wa: [[1]], ua: [[2]] },
      { preset: "britz-multiplicative", keyLength: 1 },
    );
    // (2 − 2^−23)·2^127, the largest float32, below 0.
    expect(matrixOf(trace, "masked-scores")).toBeCloseToMatrix([[2, -(2 - 2 ** -23) * 2 ** 127]]);
  });

  test("bert: a row whose keys are all padding keeps its softmax, and a warning says so", () => {
    const trace = attend({ query: [[1]], key: [[0], [log(3)]] }, { preset: "bert", keyLength: 0 });
    // e^0 : e^(ln 3) = 1 : 3.
    expect(matrixOf(trace, "weights")).toBeCloseToMatrix([[0.25, 0.75]]);
    expect(trace.warnings.join()).toMatch(/Query 0 may attend to no key.*without a mask/);
  });

  test("bert: −10000 is added to the score of a padded key", () => {
    // 1 + (−10000) = −9999.
    const trace = attend(two, { preset: "bert", keyLength: 1 });
    expect(matrixOf(trace, "masked-scores")).toBeCloseToMatrix([
      [1, -9999],
      [1, -9999],
    ]);
  });

  test("gpt3-banded: W keys, itself the last", () => {
    // Row 2 of window 2 sees keys 1 and 2.
    const trace = attend({ x: [[0], [0], [0]] }, { preset: "gpt3-banded", window: 2 });
    expect(toRows(matrixOf(trace, "weights"))[2]).toEqual([0, 0.5, 0.5]);
  });
});

describe("positions", () => {
  test("transformer-encoder: √d_model·E + PE", () => {
    // d = 4: 2·1 + sin 0 = 2, 2·1 + cos 0 = 3.
    const trace = posenc({ x: [[1, 1, 1, 1]] }, { preset: "transformer-encoder" });
    expect(matrixOf(trace, "output")).toBeCloseToMatrix([[2, 3, 2, 3]]);
  });

  test("gpt2: a given table is added to x, from row 0 on", () => {
    // Row 0 and 1 of the table: 1 + 10 and 2 + 20.
    const trace = multihead({ x: [[1], [2]], table: [[10], [20], [30]] }, { preset: "gpt2", heads: 1 });
    expect(matrixOf(trace, "embedded")).toBeCloseToMatrix([[11], [22]]);
  });

  test("roberta: the first token stands at position 2", () => {
    const trace = posenc({ table: [[0], [1], [2], [3]] }, { preset: "roberta", length: 2 });
    expect(matrixOf(trace, "encoding")).toBeCloseToMatrix([[2], [3]]);
  });

  test("bert: token + position + segment", () => {
    // 1 + 10 + 100 and 2 + 20 + 200.
    const embeddings = {
      x: [[1], [2]],
      table: [[10], [20]],
      segmentTable: [[100], [200]],
      segments: [[0, 1]],
    };
    const trace = multihead(embeddings, { preset: "bert", heads: 1 });
    expect(matrixOf(trace, "embedded")).toBeCloseToMatrix([[111], [222]]);
  });

  test("palm: RoPE, and one key and value head for all query heads", () => {
    // Two query heads [1, 0], [0, 1]; the one key [1, 0] at positions 0 and 1, a radian apart. Of position 0:
    // head 0: [1, 0]·[1, 0] = 1 and [1, 0]·[cos 1, sin 1] = cos 1; head 1: 0 and sin 1; over √2. Causality then hides key 1.
    const trace = multihead(
      {
        query: [
          [1, 0, 0, 1],
          [1, 0, 0, 1],
        ],
        key: [
          [1, 0],
          [1, 0],
        ],
        value: [
          [1, 2],
          [3, 4],
        ],
      },
      { preset: "palm", heads: 2 },
    );
    const [head0, head1] = ["head 0", "head 1"].map(
      (head) => toRows(matrixOf(trace, `${head}/scaled-scores`))[0],
    );
    expect([head0, head1]).toEqual([
      [expect.closeTo(1 / sqrt(2), 12), expect.closeTo(cos(1) / sqrt(2), 12)],
      [expect.closeTo(0, 12), expect.closeTo(sin(1) / sqrt(2), 12)],
    ]);
    expect(toRows(matrixOf(trace, "output"))[0]).toEqual([1, 2, 1, 2]);
  });

  test("macaw: the exponent of the frames is doubled", () => {
    // d = 4, pair 1: 10000^(−4/4) = 10^−4, where the Transformer has 10000^(−2/4) = 10^−2.
    const trace = posenc({}, { preset: "macaw", dModel: 4, length: 2 });
    expect(matrixOf(trace, "encoding")).toBeCloseToMatrix([
      [0, 1, 0, 1],
      [sin(1), cos(1), sin(1e-4), cos(1e-4)],
    ]);
  });

  test("macaw: bias_k and a zero key take their share of every row", () => {
    // All scores 0: one row of E, bias_k and the zero key get ⅓ each; values 3, 6 and 0: (3 + 6 + 0)/3 = 3.
    const trace = multihead(
      { x: [[0]], memory: [[3]], biasK: [[0]], biasV: [[6]] },
      { preset: "macaw", heads: 1 },
    );
    expect(matrixOf(trace, "head 0/weights")).toBeCloseToMatrix([[1 / 3, 1 / 3, 1 / 3]]);
    expect(matrixOf(trace, "output")).toBeCloseToMatrix([[3]]);
  });
});
