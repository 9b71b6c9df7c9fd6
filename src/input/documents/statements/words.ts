import { either, LETTER } from "../nouns.js";

// The words of sentences that quote weights, in English, German, French, Spanish, Italian, Portuguese and Chinese.

/** Returns the source of a pattern for whole words. */
export const word = (words: string): string => `(?<!${LETTER})(?:${words})(?!${LETTER})`;

/** What rows and columns of weights are called. A token is both. */
const KINDS = {
  query: `${either("query")}|decoder states?`,
  key: `${either("key")}|annotations?|encoder states?`,
  token: `${either("token", "position")}|wortes`,
};

/** The axis of weights that a word names, or "token". */
export const axisOf = (name: string): keyof typeof KINDS =>
  IS_QUERY.test(name) ? "query" : IS_KEY.test(name) ? "key" : "token";
const IS_QUERY = new RegExp(`^(?:${KINDS.query}|[qs])$`, "iu");
const IS_KEY = new RegExp(`^(?:${KINDS.key}|[kh])$`, "iu");

export const KIND = Object.values(KINDS).join("|");

export const SELF =
  "itself|(?:sich|sichs) selbst|(?:auf|zu) sich|(?:lui|elle|soi)-même|s[íi] mism[oa]|s[eé] stess[oa]|si mesm[oa]|si própri[oa]|自己|自身|它本身";

/** What may stand between a preposition and the name of a token. */
const BETWEEN = `(?:(?:the|its|own|das|den|dem|die|der|la|les?|el|los|il|lo|os?|as?|${KIND})\\s+|l['’]){0,3}["'“”„«‹『「(*\`]{0,3}\\s?$`;

/** What stands before the token that is attended to. Portuguese also begins sentences with "a". */
export const TO = new RegExp(
  `(?:${word("to|on|onto|at|towards?|upon|auf|an|zum?|zur|aufs|à|aux?|sur|vers|al|en|hacia|sobre|alla|allo|sul|sulla|sullo|verso|ao|em|n[oa]|para")}|(?<!\\p{L})(?:all|sull)['’]|(?:\\p{L}{3}|[%\\d])\\s{1,2}a|[对给到在于]|关注|注意)\\s{0,2}${BETWEEN}`,
  "iu",
);
/** What stands before the token that attends. */
export const FROM = new RegExp(
  `(?:${word("of|from|by|von|vom|des|der|du|de|del|della|dello|d[oa]|di")}|(?<!\\p{L})d(?:ell)?['’])\\s{0,2}${BETWEEN}`,
  "iu",
);
/** The other way round: the subject is attended to. */
export const RECEIVES = new RegExp(
  word(
    "gets?|receives?|got|erhält|bekommt|empfängt|reçoit|obtient|recibe|obtiene|riceve|ottiene|recebe|obtém|得到|获得|受到",
  ),
  "iu",
);

/** A subject that attends: `le mot 2 regarde surtout le mot 3`. */
export const ATTENDS = new RegExp(
  `->|→|${word("looks?|sees|attends?|focus\\p{L}*|schaut|sieht|beachtet|betrachtet|fokussiert|regarden?t?|privilégie|mira|observa|guarda|osserva|olha")}|关注|注意`,
  "iu",
);

export const LEAST =
  "least|smallest|lowest|weakest|am wenigsten|wenigsten?|geringste[nrs]?|kleinste[nrs]?|niedrigste[nrs]?|le moins|(?:le|la) plus (?:petite?|faible|basse?)|menor|mínim[oa]|di meno|minore?|minim[oa]|最少|最小|最低";
export const MOST =
  "most|mostly|mainly|primarily|strongest|highest|largest|greatest|biggest|maximum|am meisten|meisten?|am stärksten|stärkste[nrs]?|größte[nrs]?|höchste[nrs]?|hauptsächlich|vor allem|überwiegend|le plus|la plus|surtout|principalement|essentiellement|majoritairement|mayor|más atención|(?<=atiend\\p{L}{1,5} )más|principalmente|sobre todo|máxim[oa]|di più|più attenzione|maggiore?|maggiormente|soprattutto|massim[oa]|maior|mais atenção|(?<=atend\\p{L}{1,5} )mais|sobretudo|最";

const ending = (words: string) => new RegExp(`(?:${word(words)}|[~≈≃])[为是]?\\s{0,3}["'(]?$`, "iu");
/** What makes a number a rounded one. */
export const ABOUT = ending(
  "about|around|roughly|approximately|approx\\.?|some|almost|nearly|ca\\.?|circa|etwa|ungefähr|rund|fast|knapp|environ|presque|près de|unos|aproximadamente|casi|cerca (?:de|del)|quasi|quase|大约|约|近",
);
/** What makes it a bound. */
export const ABOVE = ending(
  "more than|over|above|mehr als|über|plus de|más del?|più del?(?:l['’])?|mais de|超过|大于",
);
export const BELOW = ending(
  "less than|under|below|weniger als|unter|moins de|menos del?|meno del?(?:l['’])?|不到|小于",
);

/** A bound, which is no comparison of two numbers. */
export const BOUND = /(?:more|less) than|(?:mehr|weniger) als/giu;

/** What sentences about the output speak of. */
export const OF_OUTPUTS = new RegExp(
  word("outputs?|context vectors?|ausgaben?|ausgabevektor|sorties?|salidas?|uscit[ae]|saídas?|输出"),
  "iu",
);

/** What sentences about weights speak of. */
export const OF_WEIGHTS = new RegExp(
  `att?en[tzcçd]|atiend|aufmerk|beachte|${word("weights?|gewicht\\p{L}{0,3}|poids|pes[oi]s?|looks?|looking|focus\\p{L}*|pays?|puts?|gives?|assigns?|regard\\p{L}*|accord\\p{L}*|donne|fokussier\\p{L}*|schaut|achtet|mira|guarda|olha|presta|asigna|assegna|atribui")}|α|权重|注意|关注`,
  "iu",
);
/**
 * Sentences that may state something else: of other steps and other models, conditions, comparisons of two numbers,
 * negations, statements about all tokens.
 */
export const OF_OTHERS = new RegExp(
  `${word("scores?|logits?|dot|products?|skalarprodukte?|scalaires?|scalar[ei]|escalar(?:es)?|punteggi\\p{L}*|puntuaci\\p{L}*|exp|exponent\\p{L}*|gradients?|loss|dropout|heads?|layers?|sums?|summen?|sommes?|somma|sumas?|total|totale?|average|mean|mittel\\p{L}*|moyenn\\p{L}*|media|média|uniform\\p{L}*|if|wenn|falls|si (?!m|p)\\p{L}+|would|were|could|should|würde|sollte|serait|sería|sarebbe|seria|without|ohne|sans|sin|senza|sem|instead|statt|unlike|compared|than|als|before|vor|avant|antes|prima d\\p{L}+|not|\\p{L}+n['’]t|nicht|kein\\p{L}*|pas|non|não|no (?:attention|weight|longer)|never|every|each|all|both|any|jede[rsnm]?|alle[rn]?|beide|chaque|tous|toutes|cada|todos|todas|ogni|tutt[ei]|at (?:most|least)|equally|gleich|également|ignor\\p{L}*|times|twice|doppelt|fois|veces|vezes|volte|masked")}|点积|分数|得分|如果|没有|不|每个|都`,
  "iu",
);
