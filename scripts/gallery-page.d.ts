export interface GalleryEntry {
  readonly name: string;
  readonly threads: readonly string[];
  readonly about: string;
  readonly options: readonly string[];
  readonly finds: readonly string[];
  readonly rightWith?: Readonly<Record<string, string | number | boolean>>;
}

export interface GalleryCheck {
  readonly verdict: string;
  readonly rightWith?: Readonly<Record<string, string | number | boolean>>;
  readonly diagnosis: readonly {
    readonly mistake: string;
    readonly parameters?: Readonly<Record<string, string | number>>;
  }[];
  readonly answers: readonly { readonly wrong: number; readonly of: number }[];
}

export function commandOf(entry: GalleryEntry): readonly string[];
export function saidOf(check: GalleryCheck): string;
export function galleryPage(entries: readonly GalleryEntry[], checks: readonly GalleryCheck[]): string;
