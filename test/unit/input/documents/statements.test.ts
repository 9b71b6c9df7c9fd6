import { describe, expect, it, test } from "vitest";
import type { Names } from "../../../../src/input/documents/statements/mentions.js";
import { claimsIn } from "../../../../src/input/documents/statements/statements.js";

const named = (tokens: readonly string[], rows = tokens.length, firsts: readonly number[] = [1]): Names => ({
  queries: rows === tokens.length ? [tokens] : [],
  keys: [tokens],
  size: { rows, cols: tokens.length },
  firsts,
});

const ENGLISH = named(["The", "cat", "sat"]);
const GERMAN = named(["Hunde", "bellen", "laut"]);
const OTHER_GERMAN = named(["Der", "Hund", "bellt"]);
const FRENCH = named(["le", "chat", "dort"]);
const SPANISH = named(["perro", "come", "pan"]);
const ITALIAN = named(["gatto", "mangia", "pesce"]);
const PORTUGUESE = named(["gato", "bebe", "leite"]);
const CHINESE = named(["我", "喜欢", "猫"]);

/** What a claim is about in short: `0.523 @ 0,2`, `most @ 1,1 in its row`; `|` between cells that it may mean. */
const short = (sentence: string, names: Names): readonly string[] =>
  claimsIn(sentence, names).map(({ cells, what }) => {
    const says =
      "value" in what
        ? `${what.kind === "number" ? "" : `${what.kind} `}${what.isAbout ? "~" : ""}${what.value}`
        : `${what.kind} of ${"among" in what ? what.among : "the output"}`;
    return `${says} @ ${cells.map(String).join(" | ")}`;
  });

/** Sentences, and what they say. */
const SAID: readonly (readonly [names: Names, sentence: string, ...said: readonly string[]])[] = [
  [
    ENGLISH,
    '"The" puts 52.3% of its attention on "sat", while "cat" looks mostly at itself (61.3%).',
    "0.523 @ 0,2",
    "most of row @ 1,1",
    "0.613 @ 1,1",
  ],
  [ENGLISH, "Token 2 pays 52.3 % of its attention to sat.", "0.523 @ 1,2"],
  [ENGLISH, "Query 2 gives key 3 a weight of 0.52.", "0.52 @ 1,2"],
  [ENGLISH, "q2 attends to k3 with weight 0.52", "0.52 @ 1,2"],
  [ENGLISH, "the second query puts about 52% of its weight on the third key", "~0.52 @ 1,2"],
  [ENGLISH, "How much attention does token 3 pay to token 1? It is 0.331.", "0.331 @ 2,0"],
  [ENGLISH, "How much does cat attend to sat?  Answer: 0.52", "0.52 @ 1,2"],
  [ENGLISH, "Which token gets most of the attention of token 2?   -> token 3", "most of row @ 1,2"],
  [ENGLISH, "Which token does token 2 attend to most? Token 3.", "most of row @ 1,2"],
  [ENGLISH, "Which token gets most of the attention of token 2?"],
  [ENGLISH, "Most attention: token 2 -> token 3.", "most of row @ 1,2"],
  [FRENCH, "Le token 2 regarde surtout le token 3.", "most of row @ 1,2"],
  [ENGLISH, "Token 2 (cat) attends most to token 3 (sat), with 0.52", "most of row @ 1,2", "0.52 @ 1,2"],
  [
    ENGLISH,
    '"sat" attends to itself with weight 0.510, to "The" with 0.188 and to "cat" only with 0.302.',
    "0.51 @ 2,2",
    "0.188 @ 2,0",
    "0.302 @ 2,1",
  ],
  [
    ENGLISH,
    "So 'sat' pays 8% attention to 'The', 60% to 'cat' and 32% to itself.",
    "0.08 @ 2,0",
    "0.6 @ 2,1",
    "0.32 @ 2,2",
  ],
  [ENGLISH, "sat gets 52.3 % of the attention of cat.", "0.523 @ 1,2"],
  [ENGLISH, "sat receives a weight of 0.52 from cat.", "0.52 @ 1,2"],
  [ENGLISH, "52 % of cat's attention goes to sat.", "0.52 @ 1,2"],
  [ENGLISH, "The weight of token 2 on token 3 is 0.52.", "0.52 @ 1,2"],
  [ENGLISH, "The attention from cat to sat is 0.52.", "0.52 @ 1,2"],
  [ENGLISH, "The attention weight between cat and sat is 0.52.", "0.52 @ 1,2 | 2,1"],
  [ENGLISH, "The largest weight is α_23 = 0.61.", "0.61 @ 1,2"],
  [ENGLISH, "The weight α_{2,3} is 0.61.", "0.61 @ 1,2"],
  [ENGLISH, "Cat pays more than 50 % of its attention to sat.", "above 0.5 @ 1,2"],
  [ENGLISH, "cat attends most strongly to sat.", "most of row @ 1,2"],
  [ENGLISH, "cat pays the least attention to sat.", "least of row @ 1,2"],
  [ENGLISH, "The last token attends mostly to the first token.", "most of row @ 2,0"],
  [ENGLISH, "cat → sat has the weight 0.52", "0.52 @ 1,2 | 2,1"],
  // Not certain, or about something else.
  [ENGLISH, "Without the scaling, cat would put 0.9 of its attention on sat."],
  [ENGLISH, "The score of cat and sat is 0.52."],
  [ENGLISH, "The attention weights of cat are 0.2, 0.5 and 0.3, so cat attends mostly to The."],
  [ENGLISH, "cat does not attend to sat (0.00)."],
  [ENGLISH, "The weights of every token add up to 1.00."],
  [ENGLISH, '"dog" puts 0.3 of its attention on "sat".'],
  [GERMAN, "Hunde richtet 52,3 % seiner Aufmerksamkeit auf laut.", "0.523 @ 0,2"],
  [GERMAN, "Token 2 beachtet Token 3 mit dem Gewicht 0,52.", "0.52 @ 1,2 | 2,1"],
  [GERMAN, "Die zweite Query legt etwa 52 % ihrer Aufmerksamkeit auf den dritten Key.", "~0.52 @ 1,2"],
  [GERMAN, "Das Wort „bellen“ achtet am meisten auf „laut“ (0,52).", "most of row @ 1,2", "0.52 @ 1,2"],
  [GERMAN, "Wie viel Aufmerksamkeit schenkt Token 3 dem Token 1? Antwort: 0,331", "0.331 @ 2,0 | 0,2"],
  [GERMAN, "Auf welches Token achtet Token 2 am meisten? Auf Token 3.", "most of row @ 1,2"],
  [GERMAN, "bellen achtet mit 0,61 auf sich selbst.", "0.61 @ 1,1"],
  [FRENCH, "La deuxième requête accorde environ 53 % de son attention à la troisième clé.", "~0.53 @ 1,2"],
  [
    FRENCH,
    "Le jeton 3 s'accorde à lui-même un poids de 0.821, alors que le jeton 1 donne 0.274 au jeton 2.",
    "0.821 @ 2,2",
    "0.274 @ 0,1",
  ],
  [FRENCH, "On voit que « dort » regarde « chat » avec un poids de 0,807.", "0.807 @ 2,1 | 1,2"],
  [FRENCH, "Le mot « chat » fait surtout attention à « dort ».", "most of row @ 1,2"],
  [FRENCH, "À quel mot « chat » fait-il le plus attention ? À « dort ».", "most of row @ 1,2"],
  [SPANISH, "El token 2 presta un 52 % de su atención al token 3.", "0.52 @ 1,2"],
  [SPANISH, "La segunda consulta asigna un peso de 0,52 a la tercera clave.", "0.52 @ 1,2"],
  [SPANISH, "«come» presta la mayor atención a «pan» (0,52).", "most of row @ 1,2", "0.52 @ 1,2"],
  [SPANISH, "¿A qué palabra atiende más «come»? A «pan».", "most of row @ 1,2"],
  [ITALIAN, "La seconda query assegna il 24,8 % alla terza chiave.", "0.248 @ 1,2"],
  [ITALIAN, "Il token 2 dà il 24,8% della sua attenzione al token 3.", "0.248 @ 1,2"],
  [
    ITALIAN,
    "La parola «mangia» presta più attenzione a «pesce» (peso 0,52).",
    "most of row @ 1,2",
    "0.52 @ 1,2",
  ],
  [PORTUGUESE, "A segunda consulta atribui cerca de 52 % da sua atenção à terceira chave.", "~0.52 @ 1,2"],
  [PORTUGUESE, "O token 2 presta 52% de atenção ao token 3 e 20% a si mesmo.", "0.52 @ 1,2", "0.2 @ 1,1"],
  [PORTUGUESE, 'A palavra "bebe" presta mais atenção a "leite".', "most of row @ 1,2"],
  [CHINESE, "“喜欢”对“猫”的注意力权重为0.52。", "0.52 @ 1,2"],
  [CHINESE, "词2对词3的注意力为52%", "0.52 @ 1,2"],
  [CHINESE, "第二个查询对第三个键的权重约为0.52", "~0.52 @ 1,2"],
  [CHINESE, "“喜欢”最关注“猫”。", "most of row @ 1,2"],
  // Names with signs.
  [
    named(["well-known", "<s>", "C++"]),
    "well-known pays 52 % of its attention to `C++` and 20 % to `<s>`",
    "0.52 @ 0,2",
    "0.2 @ 0,1",
  ],
  // One query needs no name.
  [
    named(["money", "river", "bank"], 1),
    "So 'bank' attends to itself with weight 0.510 and to 'river' with 0.188.",
    "0.51 @ 0,2",
    "0.188 @ 0,1",
  ],
  [named(["money", "river", "bank"], 1), "The query pays most attention to river.", "most of row @ 0,1"],
  // A sheet that counts from 0, and a program that may.
  [named(["a", "b", "c"], 3, [0]), "token 2 looks at token 1 with weight 0.78", "0.78 @ 2,1"],
  [
    named(["a", "b", "c"], 3, [1, 0]),
    "token 2 looks at token 1 with weight 0.78",
    "0.78 @ 1,0 | 1,1 | 2,0 | 2,1",
  ],
];

describe("sentences about weights", () => {
  it.each(SAID.map(([names, sentence, ...said]) => ({ names, sentence, said })))(
    "$sentence",
    ({ names, sentence, said }) => {
      expect(short(sentence, names)).toEqual(said);
    },
  );
});

const WEIGHTS = [
  [0.193, 0.194, 0.613],
  [0.13, 0.61, 0.26],
  [0.331, 0.122, 0.547],
];

/** Sentences that are true of these weights, with several tokens, numbers and clauses. */
const TRUE: readonly (readonly [names: Names, sentence: string])[] = [
  [
    ENGLISH,
    'As we can see, "The" attends mostly to "sat" (0.613), "cat" to itself (0.610) and "sat" also to itself (0.547).',
  ],
  [ENGLISH, "cat attends 61 % to itself, 26 % to sat and 13 % to The."],
  [ENGLISH, "cat distributes its attention as 13 % on The, 61 % on cat, 26 % on sat."],
  [ENGLISH, "For cat, 61% of the attention goes to itself and 26% goes to sat."],
  [ENGLISH, 'The strongest attention weight is 0.613, from "The" to "sat".'],
  [ENGLISH, '"sat" receives the most attention from "The" (0.613).'],
  [ENGLISH, "Token 1 puts most of its weight on token 3 (0.613), while token 2 keeps 0.610 for itself."],
  [ENGLISH, 'The model lets "cat" attend to "sat" with 0.26 and lets "sat" attend to "cat" with 0.122.'],
  [
    ENGLISH,
    "In words: token 3 gives a third (0.331) of its attention to token 1, 0.122 to token 2 and the rest, 0.547, to itself.",
  ],
  [ENGLISH, "Interpretation: the 3rd token splits its attention between token 1 (33%) and itself (55%)."],
  [ENGLISH, '"sat" attends to "The", "cat" and itself with weights 0.331, 0.122, 0.547 respectively.'],
  [ENGLISH, '61.3% of the attention from "The" is on "sat".'],
  [ENGLISH, "Here sat has the highest weight for The (61.3 %) and cat has the highest for itself (61 %)."],
  [FRENCH, "Le jeton 3 reçoit 61,3 % de l'attention du jeton 1."],
  [FRENCH, "Quel jeton reçoit le plus d'attention du jeton 1 ? Le jeton 3."],
  [SPANISH, "¿Qué token recibe la mayor atención del token 1? El token 3."],
  [ITALIAN, "La parola «mangia» guarda soprattutto sé stessa (0,61)."],
  [PORTUGUESE, "No token 1, o peso do token 3 é 0,613."],
  [CHINESE, "“我”对“猫”的注意力权重最大，为0.613。"],
  [CHINESE, "第一个词最关注第三个词（61.3%）。"],
  [
    ENGLISH,
    'sat pays the most attention to itself (0.547), followed by "The" (0.331), and the least to cat (0.122).',
  ],
  [ENGLISH, 'cat (0.26) and "The" (0.613) both attend to sat.'],
  [
    ENGLISH,
    'The weights in the third column show how much attention goes to sat: 0.613 from "The", 0.260 from cat and 0.547 from itself.',
  ],
  [ENGLISH, 'sat gets 0.613 from "The", 0.260 from "cat" and 0.547 from itself.'],
  [ENGLISH, "When computing the output for cat, the weight on sat is 0.26 and the weight on itself 0.61."],
  [ENGLISH, 'When the model processes "sat", it attends mainly to itself (54.7%) and to "The" (33.1%).'],
  [ENGLISH, 'sat attends to itself more than to "The" (0.547 vs 0.331).'],
  [ENGLISH, 'sat attends to itself (0.547) and "The" (0.331), and hardly to cat (0.122).'],
  [ENGLISH, "Token 2 attends to token 1, 2 and 3 with weights 0.130, 0.610 and 0.260, respectively."],
  [
    ENGLISH,
    'The largest weight of cat (0.610) is for itself; the largest weight of "The" (0.613) is for sat.',
  ],
  [ENGLISH, "Highest attention: cat → cat (0.610). Lowest attention: sat → cat (0.122)."],
  [ENGLISH, "For query 3 the weight of key 1 is 0.331, of key 2 is 0.122 and of key 3 is 0.547."],
  [
    ENGLISH,
    "The third query has weights 0.331 on the first key, 0.122 on the second key and 0.547 on the third key.",
  ],
  [ENGLISH, "Since q3·k3 = 5 is the largest, token 3 pays most attention to token 3."],
  [ENGLISH, 'So the word "cat" keeps 61% of itself and takes 26% from "sat" and 13% from "The".'],
  [ENGLISH, 'Most of the attention of "cat" stays on "cat" (61%), with 26% on "sat" and 13% on "The".'],
  [ENGLISH, "Token 3 copies 33.1% of the value of token 1, so attention to token 1 is 0.331."],
  [ENGLISH, 'What weight does "The" put on "cat"? 0.194. And on "sat"? 0.613.'],
  [
    ENGLISH,
    "Q1: how much does token 1 attend to token 2? 0.194 Q2: how much does token 1 attend to token 3? 0.613",
  ],
  [
    OTHER_GERMAN,
    "Token 3 beachtet vor allem sich selbst (54,7 %), danach Token 1 (33,1 %) und am wenigsten Token 2 (12,2 %).",
  ],
  [
    OTHER_GERMAN,
    "Die Aufmerksamkeit von „Hund“ verteilt sich auf „Der“ (13 %), „Hund“ (61 %) und „bellt“ (26 %).",
  ],
  [OTHER_GERMAN, "Token 1 wird von Token 3 mit 0,331 gewichtet."],
  [FRENCH, "Le jeton 2 se concentre surtout sur lui-même (61 %) et accorde 26 % au jeton 3."],
  [SPANISH, "El token 2 se atiende sobre todo a sí mismo (0,61) y algo al token 3 (0,26)."],
  [SPANISH, "En la fila 1, el token 3 recibe el mayor peso (0,613)."],
  [ITALIAN, "Il token 2 presta attenzione soprattutto a sé stesso (0,61) e al token 3 (0,26)."],
  [PORTUGUESE, "O token 2 atende principalmente a si mesmo (0,61) e um pouco ao token 3 (0,26)."],
  [CHINESE, "词1最关注词3，权重为0.613；词2最关注自己，权重为0.610。"],
  [CHINESE, "在词1的注意力中，词3的权重最大，为0.613。"],
];

test.each(TRUE)("nothing untrue is read from a true sentence: %#", (names, sentence) => {
  for (const { cells, what } of claimsIn(sentence, names)) {
    const found = cells.map(([row, col]) => {
      const weight = WEIGHTS[row][col];
      if ("value" in what) return Math.abs(weight - what.value) <= 0.6 * 10 ** -what.decimals;
      const line = "among" in what && what.among === "column" ? WEIGHTS.map((one) => one[col]) : WEIGHTS[row];
      return weight === (what.kind === "most" ? Math.max(...line) : Math.min(...line));
    });
    expect([sentence, found]).toEqual([sentence, expect.arrayContaining([true])]);
  }
});
