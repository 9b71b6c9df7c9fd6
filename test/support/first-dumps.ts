/** A command that somebody types first about a dump of fixtures/dumps, and what it should end with. */
export interface FirstCommand {
  readonly argv: string;
  /** 0: what came out is right, or the run was shown. 1: it is wrong. */
  readonly exitCode: 0 | 1;
  /** How many numbers are judged, where something is. */
  readonly cells?: number;
}

const right = (argv: string, cells = 384): FirstCommand => ({ argv, exitCode: 0, cells });
const shown = (argv: string): FirstCommand => ({ argv, exitCode: 0 });
const wrong = (argv: string): FirstCommand => ({ argv, exitCode: 1 });

/** Every dump that make.py writes, checked whole: 2 batches × 4 heads × 6 rows × 8 columns where nothing else is said. */
export const DUMPS: readonly FirstCommand[] = [
  right("check plain.npz"),
  right("check causal.npz --causal"),
  right("check with-settings.npz"),
  right("check flash_fwd.npz", 384 + 48),
  right("check half.npz"),
  right("check bf16.pt --causal"),
  right("check inputs.pt out.pt --causal"),
  right("check tuple.pt --causal"),
  right("check list.pth --causal"),
  right("check nested.pt"),
  right("check legacy.pt --causal"),
  right("check legacy-tuple.pt out.pt --causal"),
  right("check views.pt"),
  right("check flash_window.pt", 384 + 48),
  right("check fp8.pt"),
  right("check fp8-e5m2.pt"),
  right("check fp8.safetensors"),
  right("check ml_dtypes.npz"),
  right("check q.npy k.npy v.npy o_triton.npy"),
  right(
    "check layer0_query.npy layer0_key.npy layer0_value.npy layer0_ref_out.npy layer0_lse_fp32.npy --causal",
    384 + 48,
  ),
  right("check my_Q.npy my_K.npy my_V.npy my_result.npy"),
  right("check decode.npz --causal --align bottom-right", 192),
  right("check lengths.npz"),
  right("check key_padding.npz"),
  right("check attention_mask.npz"),
  right("check attn_mask.npz"),
  right("check mask_per_head.npz"),
  right("check additive.npz"),
  right("check bias.npz"),
  right("check alibi_flash.npz"),
  right("check alibi_batch.npz"),
  right("check qkv_packed.npy out_packed.npy --causal"),
  right("check packed-bs3hd.npz --causal"),
  right("check packed-3bhsd.npz --causal"),
  right("check packed-b3hsd.npz --causal"),
  right("check packed-columns.npz --heads 4 --causal"),
  right("check columns.npz --heads 4 --causal"),
  right("check hf.npz --causal"),
  right("check varlen.npz"),
  right("check flash_varlen.pt", 384 + 48),
  right("check varlen-packed.npz"),
  right("check kvcache.npz", 64),
  right("check kvcache-two.npz", 128),
  right("check gradients.npz --causal", 4 * 384),
  right("check flash_bwd.npz", 384 + 384 + 192 + 192),
  right("check grads-named.npz --causal", 384 + 192 + 192),
  right("check loss-sum.npz --backward ones", 384 + 384 + 192 + 192),
  right("check weights.npz", 288),
  right("check two-answers.npz", 2 * 384),
  right("check by-shape.npz"),
  right("check one-head.npz", 96),
  right("check one-batch.npz", 192),
  right("check fortran.npz"),
  right("check nested.json --dtype float32"),
  right("check jax_btnh.npz"),
];

/** What an engineer types first, written down before it was tried. */
export const FIRST_COMMANDS: readonly FirstCommand[] = [
  shown("attend plain.npz"),
  right("attend plain.npz --check"),
  right("attend plain.npz --check o"),
  right("attend q.npy k.npy v.npy o_triton.npy"),
  right("attend q.npy k.npy v.npy --check o_triton.npy"),
  right("attend --query q.npy --key k.npy --value v.npy --check o_triton.npy"),
  right("attend --q q.npy --k k.npy --v v.npy --check output=o_triton.npy"),
  right("multihead q.npy k.npy v.npy --check o_triton.npy"),
  right("check q.npy k.npy v.npy o_triton.npy --json"),
  shown("multihead plain.npz"),
  shown("attend plain.npz --batch 1 --head 2"),
  shown("attend plain.npz --why 'batch 1/head 3/weights[0,1]'"),
  shown("attend causal.npz --is-causal -o npy"),
  shown("attend flash_fwd.npz -o npz"),
  right("check causal.npz --is-causal --sm-scale 0.35355339059327373"),
  wrong("check with-settings.npz --scale 0.3"),
  wrong("check causal.npz"),
  right("check causal.npz bf16.pt legacy.pt --causal", 3 * 384),
  wrong("check plain.npz causal.npz"),
  right("check flash_fwd.npz --axes bshd", 384 + 48),
  right("check hf.npz --causal --axes q=bhsd,k=bhsd,v=bhsd,o=bs(hd)"),
  right("check qkv_packed.npy out_packed.npy --axes bs3hd --causal"),
  wrong("diff o_triton.npy my_result.npy --json"),
  shown("diff out.pt bf16.pt:o"),
  right("check plain.npz -o junit"),
  right("check lengths.npz --head 0", 96),
  shown("attend key_padding.npz --batch 1"),
];
