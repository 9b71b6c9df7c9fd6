import { asList, asTex, type Cells, type Forms, joined, withCommas } from "./writing.js";

/** Sheets in other languages, and in mails and chats. */
export const LANGUAGES: Forms = {
  "German exercise": (p) => `Übungsblatt 7, Aufgabe 2
Matrikelnummer: 4711815

Gegeben:
Q = ${asList(p.of("query"))}, K = ${asList(p.of("key"))}, V = ${asList(p.of("value"))}

a) Skalarprodukte Q·K^T:
${joined(p.of("scores"), "   ")}

b) Skalierte Werte (durch √d_k geteilt):
${joined(withCommas(p.of("scaled-scores", 3)), "   ")}

c) Aufmerksamkeitsgewichte:
${joined(withCommas(p.of("weights", 3)), "   ")}

d) Ergebnis:
${joined(withCommas(p.of("output", 3)), "   ")}
`,
  "French exercise": (p) => `Devoir maison n°3 – Mécanisme d'attention
Camille Durand, groupe B

Données :
Q = ${asTex(p.of("query"), "pmatrix")}
K = ${asTex(p.of("key"), "pmatrix")}
V = ${asTex(p.of("value"), "pmatrix")}

1) Calcul des scores :
${asTex(p.of("scores"), "pmatrix")}

2) Poids d'attention (softmax) :
${asTex(withCommas(p.of("weights", 3)), "pmatrix")}

3) Sortie :
${asTex(withCommas(p.of("output", 3)), "pmatrix")}
`,
  "Spanish exercise": (p) => `Tarea 4. Mecanismo de atención
Alumno: José García Pérez

Consultas Q:
${joined(p.of("query"), "  ")}
Claves K:
${joined(p.of("key"), "  ")}
Valores V:
${joined(p.of("value"), "  ")}

Paso 1: puntuaciones QK^T
${joined(p.of("scores"), "  ")}
Paso 2: dividir entre raíz de d_k
${joined(withCommas(p.of("scaled-scores", 2)), "  ")}
Paso 3: pesos de atención
${joined(withCommas(p.of("weights", 2)), "  ")}
Paso 4: salida
${joined(withCommas(p.of("output", 2)), "  ")}
`,
  "Italian exercise": (p) => `Esercizio 1 (Attenzione)

Q = ${asList(p.of("query"))}
K = ${asList(p.of("key"))}
V = ${asList(p.of("value"))}

Punteggi = ${asList(p.of("scores"))}
Punteggi scalati = ${asList(p.of("scaled-scores", 3))}
Pesi = ${asList(p.of("weights", 3))}
Uscita = ${asList(p.of("output", 3))}
`,
  "Chinese homework": (p) => `作业三 注意力机制
姓名：王小明 学号：2021301

查询矩阵 Q：
${joined(p.of("query"))}
键矩阵 K：
${joined(p.of("key"))}
值矩阵 V：
${joined(p.of("value"))}

第一步：计算得分
${joined(p.of("scores"))}

第二步：缩放
${joined(p.of("scaled-scores", 3))}

第三步：注意力权重
${joined(p.of("weights", 3))}

第四步：输出
${joined(p.of("output", 3))}
`,
  "Chinese with wide punctuation": (p) => {
    const l = (r: Cells) => `［${r.map((x) => `［${x.join("，")}］`).join("，")}］`;
    return `Q＝${l(p.of("query"))}
K＝${l(p.of("key"))}
V＝${l(p.of("value"))}
注意力得分＝${l(p.of("scores"))}
注意力权重＝${l(p.of("weights", 3))}
输出＝${l(p.of("output", 3))}
`;
  },
  "Japanese with signs": (p) => `課題2 アテンションの計算

Q = ${asList(p.of("query"))}
K = ${asList(p.of("key"))}
V = ${asList(p.of("value"))}

QK^T = ${asList(p.of("scores"))}
QK^T/√d_k = ${asList(p.of("scaled-scores", 2))}
softmax(QK^T/√d_k) = ${asList(p.of("weights", 2))}
softmax(QK^T/√d_k)V = ${asList(p.of("output", 2))}
`,
  "Numbers in German prose": (p) => {
    const [q, k, v, a, o] = [
      p.of("query"),
      p.of("key"),
      p.of("value"),
      p.of("weights", 2),
      p.of("output", 2),
    ];
    return `Gegeben sind Q = ${asList(q)}, K = ${asList(k)} und V = ${asList(v)}.

${a.map((r, i) => `Für das ${i + 1}. Token sind die Gewichte ${withCommas([r])[0].join(" und ")}.`).join("\n")}

${o.map((r, i) => `Die Ausgabe für das ${i + 1}. Token ist (${withCommas([r])[0].join(" | ")}).`).join("\n")}
`;
  },
  "E-mail with an answer below a quotation": (p) => `From: Tom Becker <tom.becker@uni.example>
To: ml-tutors@uni.example
Date: Tue, 12 Nov 2024 09:14:22 +0100
Subject: Re: Exercise sheet 4

Hi Anna,

thanks for the reminder! Here is my solution.

> Please work out the attention for
> Q = ${asList(p.of("query"))}
> K = ${asList(p.of("key"))}
> V = ${asList(p.of("value"))}

Scores:
${joined(p.of("scores"))}

Weights:
${joined(p.of("weights", 3))}

Output:
${joined(p.of("output", 3))}

Best regards,
Tom

--
Tom Becker, MSc Informatik, 5. Semester
Tel. 0151 2345678
`,
  "Chat with times": (p) => `[12/03/2024, 18:22] Ana: ok so Q = ${asList(p.of("query"))}
[12/03/2024, 18:22] Ana: K = ${asList(p.of("key"))}
[12/03/2024, 18:23] Ana: V = ${asList(p.of("value"))}
[12/03/2024, 18:25] Luis: what did you get for the scores?
[12/03/2024, 18:26] Ana: scores = ${asList(p.of("scores"))}
[12/03/2024, 18:31] Ana: weights = ${asList(p.of("weights", 2))}
[12/03/2024, 18:34] Ana: output = ${asList(p.of("output", 2))} 🎉
[12/03/2024, 18:35] Luis: same here 👍
`,
  "Discord with fences": (p) => `hey can someone check this??
\`\`\`
Q
${joined(p.of("query"))}
K
${joined(p.of("key"))}
V
${joined(p.of("value"))}
\`\`\`
after QK^T i get
\`\`\`
${joined(p.of("scores"))}
\`\`\`
and after softmax (w/ scaling)
\`\`\`
${joined(p.of("weights", 2))}
\`\`\`
so final output is
\`\`\`
${joined(p.of("output", 2))}
\`\`\`
`,
  "Exam on one line each": (p) => `Ex 4 (8 pts)
Q=(${joined(p.of("query"), " ", " | ")})  K=(${joined(p.of("key"), " ", " | ")})  V=(${joined(p.of("value"), " ", " | ")})
S=(${joined(p.of("scores"), " ", " | ")})
S/sqrt(d)=(${joined(p.of("scaled-scores", 2), " ", " | ")})
softmax=(${joined(p.of("weights", 2), " ", " | ")})
out=(${joined(p.of("output", 2), " ", " | ")})
`,
};
