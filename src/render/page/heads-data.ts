/** What a page holds of a head that can be opened. Numbers are bytes, as base64. */
export interface HeadData {
  readonly name: string;
  /** Which list of names its queries and its keys have. */
  readonly rows: number;
  readonly cols: number;
  /** Of each row its largest weights: key, weight in ten-thousandths (two bytes); then what the others share, in thousandths. */
  readonly tops: string;
  /** Weights in 255ths, where they are few. */
  readonly shades?: string;
  /** Columns of Q, K, V and O, with signed shades; absent where they have no room. */
  readonly parts?: Readonly<
    Record<"q" | "k" | "v" | "o", { readonly cols: number; readonly shades: string }>
  >;
}

export interface HeadsData {
  readonly names: readonly (readonly string[])[];
  readonly heads: readonly HeadData[];
}

/** So many weights of each row are told. */
export const TOP_WEIGHTS = 5;
/** Bytes of a weight with its key, and of a row. */
export const TOP_BYTES = 3;
export const ROW_BYTES = TOP_WEIGHTS * TOP_BYTES + 2;
