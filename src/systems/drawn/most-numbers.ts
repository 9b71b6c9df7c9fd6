import type { Architecture } from "../../attention/model/architecture.js";
import { UserError } from "../../errors.js";

/** So many numbers are drawn at most: their drawing takes half a minute. */
const MOST_NUMBERS = 500_000_000;
/** So many at once, of one layer and the embedding: a gigabyte. */
const MOST_AT_ONCE = 2 ** 27;

/**
 * Throws BAD_VALUE for a model of too many numbers. With a last layer those behind it are not drawn; and of the embedding the
 * rows of the tokens alone, where neither a head nor a modality is worked with all of it.
 */
export function refuseTooLarge(architecture: Architecture, lastLayer: number | undefined): void {
  const { dModel, vocabulary, numLayers, encoder, head, modalities = [] } = architecture;
  const drawn = lastLayer === undefined ? numLayers : Math.min(numLayers, lastLayer + 1);
  const isWhole = lastLayer === undefined;
  const { ofAttention, ofFeedForward } = sidesOf(architecture);
  // A decoder's layers also attend to the source.
  const ofLayer = dModel * (ofAttention * (encoder ? 2 : 1) + ofFeedForward);
  const ofEncoder = encoder ? encoder.numLayers * dModel * (ofAttention + ofFeedForward) : 0;
  const isTableRead = isWhole || modalities.length > 0;
  const tables = (isTableRead ? 1 : 0) + (isWhole && head && !head.isTied ? 1 : 0);
  const ofModalities = modalities.map(
    ({ columns, kernel, heads, headSize }) =>
      columns * (columns * kernel + dModel) + 4 * dModel * heads * headSize,
  );
  const ofTables = tables * vocabulary * dModel;
  const inTurn = Math.max(ofLayer, ...ofModalities);
  const before = ofEncoder + ofModalities.reduce((sum, own) => sum + own, 0);
  const [all, atOnce] = [drawn * ofLayer + before + ofTables, inTurn + ofTables];
  if (all <= MOST_NUMBERS && atOnce <= MOST_AT_ONCE) return;
  const count = (numbers: number) => `${Math.round(numbers / 1e6)} million`;
  const gigabytes = (numbers: number) => `${((8 * numbers) / 1e9).toPrecision(2)} GB`;
  const where = isTableRead ? "in the embedding and one layer" : "in one layer";
  const layers = isWhole ? "This model has" : `Layers 0 to ${drawn - 1} of this model have`;
  const less = isWhole && numLayers > 1 ? ", or look at its first layers alone: --layer 0" : "";
  throw new UserError(
    "BAD_VALUE",
    `${layers} ${count(all)} numbers, ${count(atOnce)} of them ${where}, ` +
      `which take ${gigabytes(atOnce)} of memory; at most ${count(MOST_NUMBERS)} are drawn, and ` +
      `${count(MOST_AT_ONCE)} (${gigabytes(MOST_AT_ONCE)}) at once.`,
    { hint: `Make it small: --layers 2 --d-model 64 --heads 4, --vocabulary 1000${less}.` },
  );
}

function sidesOf({ heads, kvHeads, headSize, dFf, layer: { activation } }: Architecture) {
  const isGated = activation === "swiglu" || activation === "geglu";
  return { ofAttention: 2 * headSize * (heads + kvHeads), ofFeedForward: (isGated ? 3 : 2) * dFf };
}
