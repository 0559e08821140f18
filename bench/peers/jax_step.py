"""A step of the central flow with JAX the paper's way: JAX's own LOBPCG on flat vectors, which takes
4k products an iteration, and one third derivative a pair."""

import numpy as np

import oscillation


class Steps:
    def __init__(self, peer, mapped):
        import jax
        import jax.numpy as jnp
        from jax.experimental.sparse.linalg import lobpcg_standard

        self.jax, self.jnp, self.data = jax, jnp, peer.data
        ends = np.cumsum(peer.layout.sizes)[:-1]

        def loss(flat, data):
            parts = jnp.split(flat, ends)
            shaped = [part.reshape(s) for part, s in zip(parts, peer.layout.shapes)]
            return peer.loss(shaped, data)

        gradient = jax.grad(loss)

        def product(w, v, data):
            return jax.jvp(lambda w: gradient(w, data), (w,), (v,))[1]

        def third(w, u, v, data):
            return jax.jvp(lambda w: product(w, u, data), (w,), (v,))[1]

        def eigenpairs(w, basis, tolerance, data):
            def operator(block):
                if mapped:
                    return jax.vmap(lambda v: product(w, v, data), 1, 1)(block)
                return jax.lax.map(lambda v: product(w, v, data), block.T).T

            return lobpcg_standard(operator, basis, 100, tolerance)

        self.gradient, self.product = jax.jit(gradient), jax.jit(product)
        self.third = jax.jit(third)
        self.solved = jax.jit(eigenpairs)

    def eigenpairs(self, w, basis, tolerance):
        values, vectors, _ = self.solved(w, self.jnp.stack(basis, 1), tolerance, self.data)
        return list(np.asarray(values, np.float64)), list(vectors.T)

    def grown(self, vectors):
        key = self.jax.random.key(len(vectors))
        return list(vectors) + [self.jax.random.normal(key, vectors[0].shape)]

    def at(self, w):
        product = lambda v: self.product(w, v, self.data)
        return self.gradient(w, self.data), product, lambda u, v: self.third(w, u, v, self.data)

    def inner(self, a, b):
        return float(a @ b)

    def gram(self, vectors):
        rows = self.jnp.stack(vectors)
        return np.asarray(rows @ rows.T, np.float64)

    def combined(self, coefficients, vectors):
        return sum(np.float32(c) * v for c, v in zip(coefficients, vectors))


def variants(peer, figure):
    flat = [peer.jax.numpy.asarray(peer.layout.join(v)) for v in peer.vectors]
    w = peer.jax.numpy.asarray(peer.layout.join(peer.w))
    for name, mapped in (("products in vmap", True), ("products one by one", False)):
        steps = Steps(peer, mapped)
        # Of so many weights, those of a convolution become a grouped one, which takes minutes.
        if mapped and peer.case["family"] == "cnn":
            continue
        work = lambda s=steps: peer.jax.block_until_ready(oscillation.step(s, w, flat, figure))
        yield name, work, lambda end: [np.asarray(end) - np.asarray(w)]
