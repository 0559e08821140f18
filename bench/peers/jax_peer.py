"""JAX's answers: everything in one jit, compiled before it is timed."""

import os

import numpy as np

import jax_step
from protocol import Layout, cache_folder, limit_processors, pairs, serve


class Jax:
    compiles = True

    def __init__(self, threads):
        limit_processors(threads)
        if threads == 1:
            os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
        os.environ["JAX_PLATFORMS"] = "cpu"
        import jax

        from jax_models import MODELS, squared_error

        # Compiled programs are kept from run to run.
        jax.config.update("jax_compilation_cache_dir", cache_folder("xla"))

        self.jax = jax
        self.version = jax.__version__
        self.models = MODELS
        self.squared_error = squared_error

    def open(self, case):
        self.case = case
        self.layout = Layout(case["shapes"])
        device = self.jax.device_put
        self.w = device(self.layout.split(np.load(case["weights"])))
        self.vectors = [device(self.layout.split(np.load(path))) for path in case["vectors"]]
        self.data = device((np.load(case["x"]), np.load(case["y"])))
        model = self.models[case["family"]]
        counted = case["counted"]

        def loss(w, data):
            x, y = data
            return self.squared_error(model(w, x, case), y, counted)

        self.loss = loss

    def way(self, name, function, *arguments, read=lambda result: result):
        """A variant; `read` makes a list of parameters' parts of its result."""
        work = lambda: self.jax.block_until_ready(function(*arguments))
        return name, work, lambda result: [self.layout.join(part) for part in read(result)]

    def stacked(self, vectors):
        return self.jax.tree.map(lambda *parts: self.jax.numpy.stack(parts), *vectors)

    def unstacked(self, count):
        return lambda tree: [
            self.jax.tree.map(lambda leaf, i=i: leaf[i], tree) for i in range(count)
        ]

    def variants(self, figure):
        kind, count = figure["kind"], figure.get("count")
        if kind == "square":
            return self.squares(count)
        if kind == "gradient":
            value_and_grad = self.jax.jit(self.jax.value_and_grad(self.loss))
            read = lambda result: [[result[0]], result[1]]
            return [self.way("value_and_grad", value_and_grad, self.w, self.data, read=read)]
        if kind == "products":
            return self.products(count, figure["fresh"])
        if kind == "third":
            return self.third(count)
        return jax_step.variants(self, figure)

    def squares(self, n):
        jnp = self.jax.numpy
        a = jnp.asarray(np.sin(np.arange(n * n, dtype=np.float32)).reshape(n, n))
        multiply = self.jax.jit(lambda a: a @ a)
        return [("jit", lambda: self.jax.block_until_ready(multiply(a)), lambda result: [result])]

    def products(self, count, fresh):
        jax = self.jax

        def forward(w, v, data):
            return jax.jvp(lambda w: jax.grad(self.loss)(w, data), (w,), (v,))[1]

        def reverse(w, v, data):
            return jax.grad(lambda w: jax.jvp(lambda w: self.loss(w, data), (w,), (v,))[1])(w)

        def all_of(product):
            return lambda w, vectors, data: [product(w, v, data) for v in vectors]

        used = self.vectors[:count]
        ways = {"jvp of grad": forward, "grad of jvp": reverse}
        linear = jax.jit(
            lambda w, data: jax.linearize(lambda w: jax.grad(self.loss)(w, data), w)[1]
        )
        stack = self.stacked(used)
        read = self.unstacked(count)
        if not fresh:
            tangent = linear(self.w, self.data)
            each = jax.jit(lambda f, vectors: [f(v) for v in vectors])
            yield self.way("linearize", each, tangent, used)
            if count > 1:
                mapped = jax.jit(lambda f, stack: jax.vmap(f)(stack))
                yield self.way("linearize, vmap", mapped, tangent, stack, read=read)
        for name, way in ways.items():
            yield self.way(name, jax.jit(all_of(way)), self.w, used, self.data)
            if count > 1:
                mapped = jax.jit(jax.vmap(way, (None, 0, None)))
                yield self.way(name + ", vmap", mapped, self.w, stack, self.data, read=read)

    def third(self, count):
        jax = self.jax

        def forward(w, u, v, data):
            def product(w):
                return jax.jvp(lambda w: jax.grad(self.loss)(w, data), (w,), (u,))[1]

            return jax.jvp(product, (w,), (v,))[1]

        def reverse(w, u, v, data):
            def slope(w):
                return jax.jvp(lambda w: self.loss(w, data), (w,), (u,))[1]

            return jax.grad(lambda w: jax.jvp(slope, (w,), (v,))[1])(w)

        def all_of(way):
            def every(w, vectors, data):
                return [way(w, vectors[i], vectors[j], data) for i, j in pairs(len(vectors))]

            return every

        used = self.vectors[:count]
        ways = {"jvp of jvp of grad": forward, "grad of jvp of jvp": reverse}
        for name, way in ways.items():
            yield self.way(name, jax.jit(all_of(way)), self.w, used, self.data)
        if count > 1:
            first = self.stacked([used[i] for i, _ in pairs(count)])
            second = self.stacked([used[j] for _, j in pairs(count)])
            read = self.unstacked(len(pairs(count)))
            for name, way in ways.items():
                mapped = jax.jit(jax.vmap(way, (None, 0, 0, None)))
                arguments = (self.w, first, second, self.data)
                yield self.way(name + ", vmap", mapped, *arguments, read=read)


if __name__ == "__main__":
    serve("jax", Jax)
