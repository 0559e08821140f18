"""A step of the central flow with PyTorch the paper's way: LOBPCG on a basis of iterates, directions
and residuals, all of which are multiplied anew, 4k products an iteration; one third derivative a pair."""

import numpy as np

import oscillation


class Steps:
    def __init__(self, peer, functional):
        self.torch, self.functional = peer.torch, functional
        sizes = [part.numel() for part in peer.w]
        shapes = [part.shape for part in peer.w]

        def loss(flat):
            parts = flat.split(sizes)
            return peer.loss(tuple(part.view(shape) for part, shape in zip(parts, shapes)))

        self.loss = loss

    def at(self, w):
        grad, func = self.torch.autograd.grad, self.torch.func
        if self.functional:
            gradient = func.grad(self.loss)

            def product(v, w=w):
                return func.jvp(gradient, (w,), (v,))[1]

            def third(u, v):
                return func.jvp(lambda w: product(u, w), (w,), (v,))[1]

            return gradient(w), product, third
        w = w.detach().requires_grad_()
        (slope,) = grad(self.loss(w), w, create_graph=True)
        product = lambda v: grad(slope, w, v, retain_graph=True)[0]

        def third(u, v):
            (image,) = grad(slope, w, u, create_graph=True)
            return grad(image, w, v, retain_graph=True)[0]

        return slope.detach(), product, third

    def eigenpairs(self, w, basis, tolerance):
        torch = self.torch
        _, product, _ = self.at(w)
        apply = lambda block: torch.stack([product(v) for v in block.T.contiguous()], 1)
        k, n = len(basis), len(w)
        x = torch.linalg.qr(torch.stack(list(basis), 1))[0]
        image = apply(x)
        values = (x * image).sum(0)
        directions = x[:, :0]
        for _ in range(100):
            residuals = image - x * values
            norms = residuals.norm(dim=0)
            if (norms < 10 * n * tolerance * (image.norm(dim=0) + values)).all():
                break
            joined = torch.cat([x, directions, residuals], 1)
            q, r = torch.linalg.qr(joined)
            # What depends on the columns before it is no new direction.
            q = q[:, r.diagonal().abs() > 1e-6 * joined.norm(dim=0)]
            ritz, y = torch.linalg.eigh(q.T @ apply(q))
            y = y[:, -k:].flip(1)
            values = ritz[-k:].flip(0)
            x = q @ y
            y = y.clone()
            y[:k] = 0
            directions = q @ y
            image = apply(x)
        return values.double().tolist(), list(x.T)

    def grown(self, vectors):
        generator = self.torch.Generator().manual_seed(len(vectors))
        return list(vectors) + [self.torch.randn(len(vectors[0]), generator=generator)]

    def inner(self, a, b):
        return float(a @ b)

    def gram(self, vectors):
        rows = self.torch.stack(list(vectors))
        return (rows @ rows.T).double().numpy()

    def combined(self, coefficients, vectors):
        return sum(float(c) * v for c, v in zip(coefficients, vectors))


def variants(peer, figure):
    joined = lambda parts: peer.torch.cat([part.reshape(-1) for part in parts])
    flat = [joined(v) for v in peer.vectors]
    w = joined(peer.w)
    sizes = [part.numel() for part in peer.w]

    def read(end):
        parts = (end - w).split(sizes)
        return [peer.flat([part.view(own.shape) for part, own in zip(parts, peer.w)])]

    for name, functional in (("grad of grad", False), ("jvp of grad", True)):
        steps = Steps(peer, functional)
        yield name, lambda s=steps: oscillation.step(s, w, flat, figure), read
