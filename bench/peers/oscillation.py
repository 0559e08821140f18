"""What both peers do on a step of gradient descent's central flow (arXiv:2410.24206), besides
derivatives: the small semidefinite complementarity problem, and the step's frame.

With v orthonormal eigenvectors, u = sqrt(lr) v, h_ij = grad(u_i' H u_j) and P = 1/lr,
    A_ij = (2 - lambda_i) [i = j] + dt lr <h_ij, g>,   B_ij,kl = dt lr / 2 <h_ij, h_kl>,
    0 <= X perpendicular to A + B[X] >= 0,   w <- w - dt lr (g + 1/2 sum_ij X_ij h_ij).
"""

import numpy as np

from protocol import pairs


def solve(offset, operator):
    """X of A and of B on svec (off-diagonal entries times sqrt 2, in the order of `pairs`), by the
    method of multipliers with alternating directions."""
    k = len(offset)
    index = pairs(k)
    weights = np.array([1.0 if i == j else np.sqrt(2.0) for i, j in index])
    rows, columns = np.array(index).T
    a = weights * offset[rows, columns]
    if k == 1:
        return np.maximum(0.0, -offset / operator)
    if np.linalg.eigvalsh(offset)[0] >= 0:
        return np.zeros((k, k))

    def matrix(vector):
        x = np.zeros((k, k))
        x[rows, columns] = x[columns, rows] = vector / weights
        return x

    def projected(vector):
        values, vectors = np.linalg.eigh(matrix(vector))
        x = (vectors * np.maximum(values, 0.0)) @ vectors.T
        return weights * x[rows, columns]

    scale = np.sqrt(np.mean(operator**2))
    size = np.abs(a).max()
    b, a = operator / scale, a / size
    values, basis = np.linalg.eigh(b)
    rho = np.sqrt(max(values[0], 1e-4 * values[-1]) * values[-1])
    inverse = (basis / (np.maximum(values, 0.0) + rho)) @ basis.T
    z = dual = np.zeros(len(index))
    for _ in range(2000):
        x = inverse @ (rho * (z - dual) - a)
        relaxed = 1.6 * x + (1 - 1.6) * z
        last, z = z, projected(relaxed + dual)
        dual = dual + relaxed - z
        if max(np.abs(x - z).max(), np.abs(z - last).max()) < 1e-9 * (1 + np.abs(z).max()):
            break
    return matrix(z) * size / scale


def step(peer, w, basis, settings):
    """One step from flat weights w. `peer` offers, on vectors of its own kind:
    eigenpairs(w, basis, tolerance) -> values of H descending, list of unit vectors;
    at(w) -> gradient, product(v) and third(u, v); gram(vectors) -> their Gram matrix, float64;
    inner(u, v); grown(vectors) -> these and one more to start from;
    combined(coefficients, vectors) -> their sum."""
    lr, substeps = settings["lr"], settings["substeps"]
    dt = 1.0 / substeps
    values, vectors = peer.eigenpairs(w, basis, settings["tolerance"])
    while lr * values[-1] > settings["above"]:
        values, vectors = peer.eigenpairs(w, peer.grown(vectors), settings["tolerance"])
    for substep in range(substeps):
        gradient, product, third = peer.at(w)
        if substep > 0:
            values = [peer.inner(v, product(v)) for v in vectors]
        critical = [i for i in range(len(values)) if lr * values[i] > settings["critical"]]
        force = gradient
        k = len(critical)
        if k > 0:
            v = [vectors[i] for i in critical]
            h = [third(v[i], v[j]) for i, j in pairs(k)]
            products = lr * peer.gram(h + [gradient])
            offset = np.diag([2 - lr * values[i] for i in critical]).astype(np.float64)
            for e, (i, j) in enumerate(pairs(k)):
                offset[i, j] += dt * lr * products[e, -1]
                if i != j:
                    offset[j, i] = offset[i, j]
            weights = [1.0 if i == j else np.sqrt(2.0) for i, j in pairs(k)]
            operator = dt / 2 * lr**2 * products[:-1, :-1] * np.outer(weights, weights)
            x = solve(offset, operator)
            halves = [0.5 * lr * x[i, j] * (1 if i == j else 2) for i, j in pairs(k)]
            force = peer.combined([1.0] + halves, [gradient] + h)
        w = peer.combined([1.0, -dt * lr], [w, force])
    return w
