// The functions of JAX and Keras that scripts use, in NumPy, for machines without these libraries. Array functions are
// NumPy's, there are two fake devices, and attention does what the documentation and source of each library say.

const ATTENTION = `
import sys, types, math, numpy as np
def attention(q, k, v, bias=None, mask=None, scale=None, repeats=True):
    assert q.ndim == k.ndim == v.ndim == 4 and k.shape == v.shape and q.shape[0] == k.shape[0] and q.shape[3] == k.shape[3]
    if repeats:
        k, v = [np.repeat(a, q.shape[2] // a.shape[2], axis=2) for a in (k, v)]
    assert q.shape[2] == k.shape[2]
    s = np.einsum("btnh,bsnh->bnts", q, k) * scale
    if bias is not None:
        assert bias.ndim == 4
        s = s + bias
    if mask is not None:
        assert mask.ndim == 4 and mask.dtype == bool
        s = np.where(mask, s, 3.38953e38 * -0.7)
    s = s.astype(np.float32)
    e = np.exp(s - s.max(-1, keepdims=True))
    return np.einsum("bnts,bsnh->btnh", (e / e.sum(-1, keepdims=True)).astype(float), v)
def names_of_numpy(module):
    module.__dict__.update({name: getattr(np, name) for name in dir(np) if not name.startswith("__")})
np.seterr(divide="ignore", invalid="ignore", over="ignore")
`;

export const JAX_API = `${ATTENTION}
jax = types.ModuleType("jax"); jnp = types.ModuleType("jax.numpy"); sharding = types.ModuleType("jax.sharding")
names_of_numpy(jnp)
asked = []
class Mesh:
    def __init__(self, devices, names): self.size, self.names = len(devices), names
def PartitionSpec(*axes): return axes
class NamedSharding:
    def __init__(self, mesh, spec): self.spec = spec
def jit(function, in_shardings, out_shardings):
    def compiled(*given):
        assert len(given) == len(in_shardings)
        for a, one in zip(given, in_shardings):
            assert len(one.spec) <= a.ndim
            assert all(a.shape[axis] % 2 == 0 for axis, name in enumerate(one.spec) if name)
        asked.append([one.spec for one in in_shardings])
        return function(*given)
    return compiled
jax.config = types.SimpleNamespace(update=lambda *_: None)
jax.devices = lambda: [0, 1]
jax.jit, jax.numpy, jax.sharding = jit, jnp, sharding
jax.nn = types.SimpleNamespace(dot_product_attention=attention)
jax.scipy = types.SimpleNamespace(special=types.SimpleNamespace(erf=np.vectorize(math.erf)))
sharding.Mesh, sharding.NamedSharding, sharding.PartitionSpec = Mesh, NamedSharding, PartitionSpec
sys.modules.update({"jax": jax, "jax.numpy": jnp, "jax.sharding": sharding})
`;

export const KERAS_API = `${ATTENTION}
keras = types.ModuleType("keras"); ops = types.ModuleType("keras.ops")
names_of_numpy(ops)
ops.convert_to_tensor = lambda a, dtype: np.array(a, dtype=dtype)
ops.convert_to_numpy = np.asarray
ops.erf = np.vectorize(math.erf)
ops.dot_product_attention = lambda *given, **named: attention(*given, **named, repeats=False)
keras.ops = ops
keras.config = types.SimpleNamespace(set_floatx=lambda name: None)
sys.modules.update({"keras": keras, "keras.ops": ops})
`;
