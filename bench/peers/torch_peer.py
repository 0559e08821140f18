"""PyTorch's answers, eager: by differentiating backward graphs again, and by torch.func."""

import numpy as np

import torch_step
from protocol import Layout, limit_processors, pairs, serve


class Torch:
    compiles = False

    def __init__(self, threads):
        limit_processors(threads)
        import torch

        from torch_models import MODELS, squared_error

        torch.set_num_threads(threads)
        torch.set_num_interop_threads(1)
        self.torch = torch
        self.version = torch.__version__
        self.models = MODELS
        self.squared_error = squared_error

    def native(self, part):
        """Kernels [height, width, in, out] as PyTorch has them, [out, in, height, width]."""
        tensor = self.torch.from_numpy(np.ascontiguousarray(part))
        return tensor.permute(3, 2, 0, 1).contiguous() if tensor.ndim == 4 else tensor

    def flat(self, parts):
        parts = [part.detach() for part in parts]
        ours = [part.permute(2, 3, 1, 0) if part.ndim == 4 else part for part in parts]
        return self.layout.join([part.numpy() for part in ours])

    def open(self, case):
        self.case = case
        self.layout = Layout(case["shapes"])
        split = lambda path: tuple(self.native(part) for part in self.layout.split(np.load(path)))
        self.w = split(case["weights"])
        self.vectors = [split(path) for path in case["vectors"]]
        x = self.torch.from_numpy(np.load(case["x"]))
        if case["family"] == "cnn":
            x = x.reshape(*x.shape[:3], -1).permute(0, 3, 1, 2).contiguous()
        y = self.torch.from_numpy(np.load(case["y"]))
        model = self.models[case["family"]]
        self.loss = lambda w: self.squared_error(model(w, x, case), y, case["counted"])

    def way(self, name, work, read=lambda result: result):
        """A variant; `read` makes a list of parameters' parts of its result."""
        return name, work, lambda result: [self.flat(part) for part in read(result)]

    def variants(self, figure):
        kind, count = figure["kind"], figure.get("count")
        if kind == "square":
            return self.squares(count)
        if kind == "gradient":
            return self.gradients()
        if kind == "products":
            return self.products(count, figure["fresh"])
        if kind == "third":
            return self.third(count, figure["fresh"])
        return torch_step.variants(self, figure)

    def squares(self, n):
        a = self.torch.from_numpy(np.sin(np.arange(n * n, dtype=np.float32)).reshape(n, n))
        return [("@", lambda: a @ a, lambda result: [result.numpy()])]

    def leaves(self):
        return tuple(part.clone().requires_grad_() for part in self.w)

    def backward(self):
        """Leaves and the gradient at them, to be differentiated again."""
        w = self.leaves()
        return w, self.torch.autograd.grad(self.loss(w), w, create_graph=True)

    def points(self, fresh):
        """`backward` anew every time, or once for all times."""
        if fresh:
            return self.backward
        point = self.backward()
        return lambda: point

    def gradients(self):
        def autograd():
            w = self.leaves()
            loss = self.loss(w)
            return loss, self.torch.autograd.grad(loss, w)

        functional = self.torch.func.grad_and_value(self.loss)
        yield self.way("autograd", autograd, lambda r: [[r[0]], r[1]])
        yield self.way("func.grad", lambda: functional(self.w), lambda r: [[r[1]], r[0]])

    def stack(self, vectors):
        return tuple(self.torch.stack(parts) for parts in zip(*vectors))

    def unstacked(self, result):
        return [tuple(part[i] for part in result) for i in range(len(result[0]))]

    def products(self, count, fresh):
        grad, func = self.torch.autograd.grad, self.torch.func
        used = self.vectors[:count]
        stack = self.stack(used)

        def again(w, g):
            return [grad(g, w, v, retain_graph=True, materialize_grads=True) for v in used]

        def batched(w, g):
            options = {"retain_graph": True, "materialize_grads": True}
            return grad(g, w, stack, is_grads_batched=True, **options)

        def forward(v):
            return func.jvp(func.grad(self.loss), (self.w,), (v,))[1]

        def reverse(v):
            slope = lambda w: func.jvp(self.loss, (w,), (v,))[1]
            return func.grad(slope)(self.w)

        at = self.points(fresh)
        yield self.way("grad of grad", lambda: again(*at()))
        if count > 1:
            yield self.way("grad of grad, batched", lambda: batched(*at()), self.unstacked)
        for name, way in {"jvp of grad": forward, "grad of jvp": reverse}.items():
            yield self.way(name, lambda way=way: [way(v) for v in used])
            if count > 1:
                mapped = func.vmap(way)
                yield self.way(name + ", vmap", lambda m=mapped: m(stack), self.unstacked)

    def third(self, count, fresh):
        grad, func = self.torch.autograd.grad, self.torch.func
        used = self.vectors[:count]
        options = {"retain_graph": True, "materialize_grads": True}

        def again(w, g):
            found = []
            for i, u in enumerate(used):
                product = grad(g, w, u, create_graph=True, materialize_grads=True)
                found += [grad(product, w, v, **options) for v in used[: i + 1]]
            return found

        def forward(u, v):
            product = lambda w: func.jvp(func.grad(self.loss), (w,), (u,))[1]
            return func.jvp(product, (self.w,), (v,))[1]

        def reverse(u, v):
            slope = lambda w: func.jvp(self.loss, (w,), (u,))[1]
            return func.grad(lambda w: func.jvp(slope, (w,), (v,))[1])(self.w)

        at = self.points(fresh)
        yield self.way("grad of grad of grad", lambda: again(*at()))
        first = self.stack([used[i] for i, _ in pairs(count)])
        second = self.stack([used[j] for _, j in pairs(count)])
        for name, way in {"jvp of jvp of grad": forward, "grad of jvp of jvp": reverse}.items():
            each = lambda way=way: [way(used[i], used[j]) for i, j in pairs(count)]
            yield self.way(name, each)
            if count > 1:
                mapped = func.vmap(way)
                yield self.way(name + ", vmap", lambda m=mapped: m(first, second), self.unstacked)


if __name__ == "__main__":
    serve("torch", Torch)
