/** Forms that are read, by name, from which mutations start. */
export const FORM_SAMPLES: readonly (readonly [name: string, text: string])[] = [
  ["NumPy print", "[[ 1.   0.5]\n [ nan -inf]]"],
  ["NumPy array", "array([[1.  , 0.25],\n       [0.5 , 2.  ]], dtype=float32)"],
  ["torch tensor", "tensor([[1., 2.]], device='cuda:0', grad_fn=<SoftmaxBackward0>)"],
  ["TensorFlow tensor", "<tf.Tensor: shape=(1, 2), dtype=float32, numpy=array([[1., 2.]], dtype=float32)>"],
  ["NumPy scalars", "[np.float64(1.5), np.int64(2), np.True_]"],
  ["Python tuples", "[(1, 2), (3, 4)]"],
  ["MATLAB literals", "Q = [1 -2; 3 4];\nK = [1/3 sqrt(2); pi 1 - 2]"],
  ["Python dictionary", "{'Q': array([[1., 0.]]), 'K': [[1, 2]]}"],
  ["JSON bundle", '{"query": [[1, 2], [3, 4]], "tokens": ["a", "b"], "settings": {"causal": true}}'],
  ["MATLAB display", "A =\n\n   1.0e+05 *\n\n    0.0001    1.2346\n    0.0000   -0.5000\n"],
  ["Julia display", "2×2 Diagonal{Float64, Vector{Float64}}:\n 1.0   ⋅ \n  ⋅   2.0"],
  ["Wolfram list", "{{1.5*^-7, 1/3}, {Sqrt[2], 2.`20}}"],
  ["sympy matrix", "Matrix([\n[        1, 1/3],\n[sqrt(2)/2,  pi]])"],
  ["LaTeX", "\\left[\\begin{matrix}1 & -2\\\\\\frac{1}{3} & \\sqrt{2}\\end{matrix}\\right]"],
  ["Markdown table", "| the | a | b |\n|:--|--:|--:|\n| x | 1 | 2 |\n| y | 3 | **4** |"],
  ["box-drawn table", "┌───┬───┐\n│ 1 │ 2 │\n├───┼───┤\n│ 3 │ 4 │\n└───┴───┘"],
  ["drawn matrix", "⎡1  2 ⎤\n⎢     ⎥\n⎣3  √2⎦"],
  [
    "qkv table",
    "Weights  (2×2, query × key)\n     0       1       Σ\n──────────────────────\na  1.0000     ·  1.0000\nb  0.5000  0.5  1.0000\n───────\nΣ  1.5  0.5\n· masked",
  ],
  ["R matrix", "     [,1] [,2]\n[1,]    1   NA\n[2,]    3    4"],
  ["R vector", " [1] 1.0 1.5 2.0\n [4] 2.5"],
  ["pandas print", "     a    b\n0  1.0  2.0\n1  3.0  4.0\n\n[2 rows x 2 columns]"],
  ["CSV with labels", '"w","a"\n"the, ""x""",1\ncat,2\n'],
  ["European CSV", "1,5;2\n3;4,25\n"],
  ["np.savetxt", "# made by numpy\n1.0e+00 0.0e+00\n2D0 ½\n"],
  ["literal", "1 0; 0 1"],
];

/** What mutations insert: everything that has a meaning in one of the forms. */
export const PIECES: readonly string[] = [
  ...Array.from(" \n\t,;:()[]{}<>|&\\'\"`=+-*/^%#.…·×√π½−\u00a0│─⎡⎦0199eEdfijx_"),
  ...["...", "nan", "inf", "1e999", "9007199254740993", "array(", "tensor(", "\\begin{bmatrix}"],
  ...["\\end{bmatrix}", "---", "Q = ", "null", "True", "e-5", "[1,]", "[,1]", "1.5", "np.", "\\frac{"],
  ...["\r\n", "\r", "§", "𝑥", "dtype"],
];

/** Draws mutations of the samples. The same `random` gives the same ones. */
export function createMutator(random: () => number) {
  const below = (limit: number): number => Math.floor(random() * limit);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)];

  /**
   * Makes one to four changes to a text: removes, inserts or repeats something, or appends the start of another form.
   */
  return function mutate(text: string): string {
    const signs = Array.from(text);
    for (let count = 1 + below(4); count > 0; count--) {
      const at = below(signs.length + 1);
      switch (below(5)) {
        case 0:
          signs.splice(at, 1 + below(6));
          break;
        case 1:
          signs.splice(at, 0, pick(PIECES));
          break;
        case 2:
          signs.splice(at, 1, pick(PIECES));
          break;
        case 3: {
          const from = below(signs.length + 1);
          signs.splice(at, 0, ...signs.slice(from, from + LONGEST_REPEAT));
          break;
        }
        default:
          signs.splice(at, signs.length, ...Array.from(pick(FORM_SAMPLES)[1]).slice(below(12)));
      }
    }
    return signs.join("");
  };
}

const LONGEST_REPEAT = 4096;

const LONG = 65_536;

/** Makes texts of 64 KB: the sample repeated, and its first signs followed by one piece repeated. */
export function* longTexts(sample: string): Generator<string> {
  yield fill("", sample);
  for (const piece of PIECES) {
    for (const repeated of [piece, `${piece}1 `, `${piece}  `]) yield fill(sample.slice(0, 20), repeated);
  }
}

function fill(start: string, repeated: string): string {
  return start + repeated.repeat((LONG - start.length) / repeated.length);
}
