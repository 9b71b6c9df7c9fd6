import { turned } from "./worked.js";
import { asList, asNumpy, type Cells, type Forms, inBraces, joined, padded } from "./writing.js";

/** Sheets pasted from programs. */
export const PROGRAMS: Forms = {
  "Jupyter, copied": (p) => `In [1]: import numpy as np
In [2]: Q = np.array(${asList(p.of("query"))})
   ...: K = np.array(${asList(p.of("key"))})
   ...: V = np.array(${asList(p.of("value"))})

In [3]: scores = Q @ K.T
   ...: scores
Out[3]:
array([${p
    .of("scores")
    .map((r) => `[${r.join(", ")}]`)
    .join(",\n       ")}])

In [4]: weights = softmax(scores / np.sqrt(Q.shape[1]))
   ...: weights.round(3)
Out[4]:
array([${p
    .of("weights", 3)
    .map((r) => `[${r.join(", ")}]`)
    .join(",\n       ")}])

In [5]: weights @ V
Out[5]:
array([${p
    .of("output", 8)
    .map((r) => `[${r.join(", ")}]`)
    .join(",\n       ")}])
`,
  "Python, printed": (p) => `>>> Q = [${joined(p.of("query"), ", ", ", ", "[", "]")}]
>>> K = [${joined(p.of("key"), ", ", ", ", "[", "]")}]
>>> V = [${joined(p.of("value"), ", ", ", ", "[", "]")}]
>>> print("scores\\n", scores)
scores
 ${asNumpy(p.of("scores"))}
>>> print("scaled\\n", scaled)
scaled
 ${asNumpy(p.of("scaled-scores", 4))}
>>> print("weights\\n", weights)
weights
 ${asNumpy(p.of("weights", 4))}
>>> print("output\\n", output)
output
 ${asNumpy(p.of("output", 4))}
`,
  "R by rows": (p) => {
    const c = (r: Cells) => `matrix(c(${r.flat().join(", ")}), nrow=${r.length}, byrow=TRUE)`;
    const out = (r: Cells) =>
      `${" ".repeat(5)}${r[0].map((_, i) => `[,${i + 1}]`.padStart(9)).join(" ")}\n${r.map((x, i) => ` [${i + 1},] ${x.map((y) => y.padStart(9)).join(" ")}`).join("\n")}`;
    return `> Q <- ${c(p.of("query"))}
> K <- ${c(p.of("key"))}
> V <- ${c(p.of("value"))}
> S <- Q %*% t(K)
> S
${out(p.of("scores"))}
> W <- exp(S / sqrt(ncol(K)))
> W <- W / rowSums(W)
> W
${out(p.of("weights", 6))}
> W %*% V
${out(p.of("output", 6))}
`;
  },
  "R by columns": (p) => {
    const c = (r: Cells) => `matrix(c(${turned(r).flat().join(",")}), ncol = ${r[0].length})`;
    const out = (r: Cells) =>
      `${" ".repeat(4)}${r[0].map((_, i) => `[,${i + 1}]`.padStart(9)).join(" ")}\n${r.map((x, i) => `[${i + 1},] ${x.map((y) => y.padStart(9)).join(" ")}`).join("\n")}`;
    return `Q = ${c(p.of("query"))}
K = ${c(p.of("key"))}
V = ${c(p.of("value"))}

scores
${out(p.of("scores"))}
weights
${out(p.of("weights", 4))}
output
${out(p.of("output", 4))}
`;
  },
  MATLAB: (p) => {
    const m = (r: Cells) => `[${r.map((x) => x.join(" ")).join("; ")}]`;
    return `>> Q = ${m(p.of("query"))};
>> K = ${m(p.of("key"))};
>> V = ${m(p.of("value"))};
>> scores = Q*K'

scores =

${padded(p.of("scores"), 5, " ", "  ")}

>> scaled = scores/sqrt(size(K,2))

scaled =

${padded(p.of("scaled-scores", 4), 9, " ", " ")}

>> A = exp(scaled)./sum(exp(scaled),2)

A =

${padded(p.of("weights", 4), 9, " ", " ")}

>> out = A*V

out =

${padded(p.of("output", 4), 9, " ", " ")}
`;
  },
  "Octave, commas and semicolons": (p) => {
    const m = (r: Cells) => `[${r.map((x) => x.join(", ")).join("; ")}]`;
    return `octave:1> Q = ${m(p.of("query"))}; K = ${m(p.of("key"))}; V = ${m(p.of("value"))};
octave:2> A = softmax(Q*K'/sqrt(columns(K)))
A =

${padded(p.of("weights", 5), 7, "   ", "   ")}

octave:3> A*V
ans =

${padded(p.of("output", 5), 7, "   ", "   ")}

`;
  },
  Julia: (p) => {
    const m = (r: Cells) => `[${r.map((x) => x.join(" ")).join("; ")}]`;
    const out = (r: Cells, t = "Float64") =>
      `${r.length}×${r[0].length} Matrix{${t}}:\n${padded(r, 0, "  ", " ")}`;
    return `julia> Q = ${m(p.of("query"))}; K = ${m(p.of("key"))}; V = ${m(p.of("value"))};

julia> S = Q * K'
${out(p.of("scores"), "Int64")}

julia> A = softmax(S ./ sqrt(size(K, 2)); dims=2)
${out(p.of("weights", 6))}

julia> O = A * V
${out(p.of("output", 5))}
`;
  },
  Mathematica: (p) => `In[1]:= q = ${inBraces(p.of("query"))};
k = ${inBraces(p.of("key"))};
v = ${inBraces(p.of("value"))};

In[4]:= s = q.Transpose[k]
Out[4]= ${inBraces(p.of("scores"))}

In[5]:= weights = N[softmax[s/Sqrt[2]]]
Out[5]= ${inBraces(p.of("weights", 6))}

In[6]:= weights.v
Out[6]= ${inBraces(p.of("output", 5))}
`,
  Maple: (p) => `> Q := Matrix(${asList(p.of("query"))});
> K := Matrix(${asList(p.of("key"))});
> V := Matrix(${asList(p.of("value"))});
> Scores := Matrix(${asList(p.of("scores"))});
> Weights := Matrix(${asList(p.of("weights", 4))});
> Output := Matrix(${asList(p.of("output", 4))});
`,
  PyTorch: (p) => {
    const t = (r: Cells) => `tensor([${r.map((x) => `[${x.join(", ")}]`).join(",\n        ")}])`;
    return `Q: ${t(p.of("query"))}
K: ${t(p.of("key"))}
V: ${t(p.of("value"))}
scores: ${t(p.of("scores"))}
scaled: ${t(p.of("scaled-scores", 4))}
attn_weights: ${t(p.of("weights", 4))}
attn_output: ${t(p.of("output", 4))}
`;
  },
  "C++": (p) => {
    const c = (r: Cells) => `{${r.map((x) => `{${x.join(", ")}}`).join(", ")}}`;
    const [q, k, v] = [p.of("query"), p.of("key"), p.of("value")];
    const decl = (n: string, r: Cells) => `double ${n}[${r.length}][${r[0].length}] = ${c(r)};`;
    return `// homework 2, ex. 3
${decl("Q", q)}
${decl("K", k)}
${decl("V", v)}

/* program output:
Scores:
${joined(p.of("scores"), " ")}
Softmax weights:
${joined(p.of("weights", 5), " ")}
Output:
${joined(p.of("output", 5), " ")}
*/
`;
  },
  "console.table": (p) => {
    const t = (r: Cells) => {
      const cells = [["(index)", ...r[0].map((_, i) => String(i))], ...r.map((x, i) => [String(i), ...x])];
      const w = Math.max(...cells.flat().map((c) => c.length)) + 2;
      const line = (a: string, b: string, c: string) => a + cells[0].map(() => "─".repeat(w)).join(b) + c;
      const row = (x: readonly string[]) => `│${x.map((c) => ` ${c}`.padEnd(w)).join("│")}│`;
      return [
        line("┌", "┬", "┐"),
        row(cells[0]),
        line("├", "┼", "┤"),
        ...cells.slice(1).map(row),
        line("└", "┴", "┘"),
      ].join("\n");
    };
    return `const Q = ${asList(p.of("query"))};
const K = ${asList(p.of("key"))};
const V = ${asList(p.of("value"))};
console.table(weights)
${t(p.of("weights", 3))}
console.table(output)
${t(p.of("output", 3))}
`;
  },
  pandas: (p) => {
    const df = (r: Cells, n: string) => {
      const w = Math.max(4, ...r.flat().map((c) => c.length));
      return `     ${r[0].map((_, i) => `${n}${i}`.padStart(w)).join("  ")}\n${r.map((x, i) => `tok${i} ${x.map((c) => c.padStart(w)).join("  ")}`).join("\n")}`;
    };
    return `Q
${df(p.of("query"), "d")}

K
${df(p.of("key"), "d")}

V
${df(p.of("value"), "d")}

Scores
${df(p.of("scores"), "tok")}

Weights
${df(p.of("weights", 3), "tok")}

Output
${df(p.of("output", 3), "d")}
`;
  },
  Java: (p) => `jshell> double[][] Q = {${joined(p.of("query"), ", ", ", ", "{", "}")}};
jshell> double[][] K = {${joined(p.of("key"), ", ", ", ", "{", "}")}};
jshell> double[][] V = {${joined(p.of("value"), ", ", ", ", "{", "}")}};
jshell> System.out.println("scores = " + Arrays.deepToString(scores))
scores = ${asList(p.of("scores", 1))}
jshell> System.out.println("weights = " + Arrays.deepToString(weights))
weights = ${asList(p.of("weights", 6))}
jshell> System.out.println("output = " + Arrays.deepToString(out))
output = ${asList(p.of("output", 6))}
`,
  Sage: (p) => {
    const b = (r: Cells) => padded(r, 0, " ", "[", "]");
    return `sage: Q = matrix(${asList(p.of("query"))})
sage: K = matrix(${asList(p.of("key"))})
sage: V = matrix(${asList(p.of("value"))})
sage: S = Q * K.transpose(); S
${b(p.of("scores"))}
sage: A = softmax(S / sqrt(2)); A
${b(p.of("weights", 5))}
sage: A * V
${b(p.of("output", 5))}
`;
  },
  Maxima: (p) => {
    const t = (r: Cells) => `matrix(${r.map((x) => `[${x.join(",")}]`).join(",")})`;
    return `(%i1) Q: ${t(p.of("query"))};
(%i2) K: ${t(p.of("key"))};
(%i3) V: ${t(p.of("value"))};
(%i4) scores: Q.transpose(K);
(%o4) ${t(p.of("scores"))}
(%i5) weights: softmax(scores/sqrt(2));
(%o5) ${t(p.of("weights", 5))}
(%i6) output: weights.V;
(%o6) ${t(p.of("output", 5))}
`;
  },
  GeoGebra: (p) => {
    const g = (r: Cells) => `{${r.map((x) => `{${x.join(",")}}`).join(",")}}`;
    return `Q = ${g(p.of("query"))}
K = ${g(p.of("key"))}
V = ${g(p.of("value"))}
S = Q Transpose(K) = ${g(p.of("scores"))}
A = ${g(p.of("weights", 4))}
O = A V = ${g(p.of("output", 4))}
`;
  },
  "Pocket calculator": (p) => {
    const t = (r: Cells) => `[${r.map((x) => `[${x.join(" ")}]`).join("")}]`;
    return `Q ${t(p.of("query"))}
K ${t(p.of("key"))}
V ${t(p.of("value"))}
scores ${t(p.of("scores"))}
weights ${t(p.of("weights", 4))}
output ${t(p.of("output", 4))}
`;
  },
};
