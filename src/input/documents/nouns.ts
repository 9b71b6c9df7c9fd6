import { anyOf } from "../words.js";

// What people call the parts of attention, in the languages of their sheets. Everything that reads words uses these lists.

const NOUNS = {
  row: {
    one: "row zeile reihe ligne fila riga linha rij wiersz строка 行",
    many: "rows zeilen reihen lignes filas righe linhas rijen wiersze строки",
  },
  column: {
    one: "column col spalte colonne columna colonna coluna kolom kolumna столбец 列",
    many: "columns cols spalten colonnes columnas colonne colunas kolommen kolumny столбцы",
  },
  token: {
    one: "token word wort mot jeton palabra parola palavra woord słowo слово 词 单词 标记",
    many: "tokens words wörter mots jetons palabras parole palavras woorden słowa слова",
  },
  position: {
    one: "pos position posición posizione posição positie pozycja позиция 位置",
    many: "positions positionen posiciones posizioni posições",
  },
  query: {
    one: "query anfrage abfrage requête requete consulta interrogazione zapytanie запрос 查询",
    many: "queries anfragen abfragen requêtes requetes consultas interrogazioni zapytania запросы",
  },
  key: {
    one: "key schlüssel clé clef clave llave chiave chave sleutel klucz ключ 键",
    many: "keys clés clefs claves llaves chiavi chaves sleutels klucze ключи",
  },
  value: {
    one: "value wert valeur valor valore waarde wartość значение 值",
    many: "values werte valeurs valores valori waarden wartości значения",
  },
  head: {
    one: "head kopf tête cabeza testa cabeça hoofd głowa голова 头",
    many: "heads köpfe köpfen têtes cabezas teste cabeças hoofden głowy головы",
  },
} as const;

export type Noun = keyof typeof NOUNS;

/** Returns the words for nouns, in singular and plural. */
export const wordsFor = (...nouns: readonly Noun[]): readonly string[] =>
  nouns.flatMap((noun) => Object.values(NOUNS[noun]).flatMap((words) => words.split(" ")));

/** Returns the source of a pattern for any word for nouns. */
export const either = (...nouns: readonly Noun[]): string => anyOf(wordsFor(...nouns));

/** Returns the source of a pattern for nouns in the singular. */
export const singular = (...nouns: readonly Noun[]): string =>
  anyOf(nouns.flatMap((noun) => NOUNS[noun].one.split(" ")));

/** Returns the source of a pattern for nouns in the plural. */
export const plural = (...nouns: readonly Noun[]): string =>
  anyOf(nouns.flatMap((noun) => NOUNS[noun].many.split(" ")));

/** A letter that is no Chinese sign. Chinese has no blanks between words, so that its signs are no letters of other words. */
export const LETTER = "(?!\\p{Script=Han})\\p{L}";

/** Patterns for `first`, `second`, … in these languages. */
export const ORDINALS: readonly string[] = [
  "first|1st|erste[nrsm]?|premi(?:er|ère)|primer[oa]?|prim[oa]|primeir[oa]",
  "second|2nd|zweite[nrsm]?|deuxième|seconde?|segund[oa]|second[oa]",
  "third|3rd|dritte[nrsm]?|troisième|tercer[oa]?|terz[oa]|terceir[oa]",
  "fourth|4th|vierte[nrsm]?|quatrième|cuart[oa]|quart[oa]",
  "fifth|5th|fünfte[nrsm]?|cinquième|quint[oa]",
  "sixth|6th|sechste[nrsm]?|sixième|sext[oa]|sest[oa]",
  "seventh|7th|siebte[nrsm]?|septième|séptim[oa]|settim[oa]|sétim[oa]",
  "eighth|8th|achte[nrsm]?|huitième|octav[oa]|ottav[oa]|oitav[oa]",
];
export const LAST = "last|letzte[nrsm]?|derni(?:er|ère)|últim[oa]|ultim[oa]|最后一?个?";
