import { describe, expect, it } from "vitest";
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
  [SPANISH, "¿A qué palabra atiende más «come»? A «pan»."],
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
