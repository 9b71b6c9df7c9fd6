/** Rewrites mathematical signs in ASCII. Letters of other scripts stay. */
export function toAscii(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a range of ASCII is what is asked for
  if (/^[\x00-\x7f]*$/.test(text)) return text;
  const roots = text.replace(/√([\w.]+)/g, "sqrt($1)");
  return Array.from(roots, (sign) => SPELLED[sign] ?? sign).join("");
}

/** Reads a table from text: signs, each followed by its replacement, separated by blanks. */
export function signTable(text: string): Readonly<Record<string, string>> {
  const words = text.trim().split(/\s+/);
  return Object.fromEntries(words.flatMap((sign, at) => (at % 2 === 0 ? [[sign, words[at + 1]]] : [])));
}

const SPELLED = signTable(`
  − - – - — -- · * × x ∘ * ± +/- √ sqrt ∞ inf ≤ <= ≥ >= ≠ != ≈ ~= → -> ← <- … ... ′ ' ‖ ||
  ½ 1/2 ⌊ floor( ⌋ ) ⌈ ceil( ⌉ ) ⟨ < ⟩ > ᵀ ^T ∈ in ∂ d “ " ” " ‘ ' ’ '
  α alpha β beta γ gamma δ delta ε epsilon θ theta λ lambda μ mu π pi ρ rho σ sigma τ tau φ phi ω omega
  Δ Delta Σ sum Ω Omega ⁰ ^0 ¹ ^1 ² ^2 ³ ^3 ⁻ ^- ₀ _0 ₁ _1 ₂ _2 ₃ _3
  ₖ _k ᵢ _i ⱼ _j ᵥ _v ₘ _m ₙ _n ✓ ok ✗ x ─ - │ | ░ : █ #
  \u0304 bar \u0303 tilde`); // combining marks above a letter: h̄, h̃
