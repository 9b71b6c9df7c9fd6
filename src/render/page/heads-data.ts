/** The data of a head that can be opened. Numbers are bytes in base64. */
export interface HeadData {
  readonly name: string;
  /** Which list of names its queries and its keys use. */
  readonly rows: number;
  readonly cols: number;
  /**
   * The largest weights of each row: key (one byte), weight in ten-thousandths (two bytes). Then the sum of the other
   * weights, in thousandths.
   */
  readonly tops: string;
  /** Weights in 255ths, if there are few. */
  readonly shades?: string;
  /** Columns of Q, K, V and O, with signed shades. Absent if there is no room. */
  readonly parts?: Readonly<
    Record<"q" | "k" | "v" | "o", { readonly cols: number; readonly shades: string }>
  >;
}

export interface HeadsData {
  readonly names: readonly (readonly string[])[];
  readonly heads: readonly HeadData[];
}

/** How many weights of each row are listed. */
export const TOP_WEIGHTS = 5;
/** TOP_BYTES: bytes of a weight with its key. ROW_BYTES: bytes of a row. */
export const TOP_BYTES = 3;
export const ROW_BYTES = TOP_WEIGHTS * TOP_BYTES + 2;
