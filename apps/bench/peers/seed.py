"""The NumPy code that the project grew from, mended where it could not train; each mend is marked. Usage: see measure.py."""
import numpy as np
from measure import WORKS, run


class Tensor:
    def __init__(self, data, requires_grad=False, children=()):
        self.data = np.array(data, dtype=np.float32)
        self.requires_grad = requires_grad
        self.grad = None
        self._backward = lambda: None
        self._prev = set(children)

    # Mended: layers use +, which was missing; what was broadcast is summed back.
    def __add__(self, other):
        out = Tensor(self.data + other.data, self.requires_grad or other.requires_grad, (self, other))

        def _backward():
            if self.requires_grad:
                self.grad += summed_to(out.grad, self.data.shape)
            if other.requires_grad:
                other.grad += summed_to(out.grad, other.data.shape)

        out._backward = _backward
        return out

    def __matmul__(self, other):
        out = Tensor(self.data @ other.data, self.requires_grad or other.requires_grad, (self, other))

        def _backward():
            if self.requires_grad:
                self.grad += out.grad @ other.data.T
            if other.requires_grad:
                other.grad += self.data.T @ out.grad

        out._backward = _backward
        return out

    # Mended: tensors had no backward, and gradients that are None cannot be added to.
    def backward(self):
        order, visited = [], set()

        def visit(tensor):
            if tensor not in visited:
                visited.add(tensor)
                for child in tensor._prev:
                    visit(child)
                order.append(tensor)

        visit(self)
        for tensor in order:
            if tensor.requires_grad and tensor.grad is None:
                tensor.grad = np.zeros_like(tensor.data)
        self.grad = np.ones_like(self.data)
        for tensor in reversed(order):
            tensor._backward()


def summed_to(gradient, shape):
    while gradient.ndim > len(shape):
        gradient = gradient.sum(axis=0)
    return gradient


class Linear:
    def __init__(self, inputs, outputs):
        self.weight = Tensor(np.random.randn(inputs, outputs) * np.sqrt(2.0 / inputs), requires_grad=True)
        self.bias = Tensor(np.zeros(outputs), requires_grad=True)

    def __call__(self, x):
        return x @ self.weight + self.bias


class ReLU:
    def __call__(self, x):
        out = Tensor(np.maximum(0, x.data), x.requires_grad, (x,))

        def _backward():
            if x.requires_grad:
                x.grad += (x.data > 0) * out.grad

        out._backward = _backward
        return out


class CrossEntropyLoss:
    def __call__(self, logits, labels):
        exponentials = np.exp(logits.data - np.max(logits.data, axis=-1, keepdims=True))
        probabilities = exponentials / np.sum(exponentials, axis=-1, keepdims=True)
        # Mended: labels came as float32, which is no index.
        chosen = np.arange(len(labels)), labels
        loss = Tensor(-np.mean(np.log(probabilities[chosen] + 1e-10)), True, (logits,))

        def _backward():
            gradient = probabilities.copy()
            gradient[chosen] -= 1
            logits.grad += gradient / len(labels) * loss.grad

        loss._backward = _backward
        return loss


class Adam:
    def __init__(self, parameters, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        self.parameters, self.lr, self.beta1, self.beta2, self.eps, self.t = parameters, lr, beta1, beta2, eps, 0
        self.m = [np.zeros_like(p.data) for p in parameters]
        self.v = [np.zeros_like(p.data) for p in parameters]

    def step(self):
        self.t += 1
        for i, p in enumerate(self.parameters):
            self.m[i] = self.beta1 * self.m[i] + (1 - self.beta1) * p.grad
            self.v[i] = self.beta2 * self.v[i] + (1 - self.beta2) * (p.grad**2)
            m_hat = self.m[i] / (1 - self.beta1**self.t)
            v_hat = self.v[i] / (1 - self.beta2**self.t)
            p.data -= self.lr * m_hat / (np.sqrt(v_hat) + self.eps)

    def zero_grad(self):
        for p in self.parameters:
            p.grad = np.zeros_like(p.data)


def trainer(work):
    np.random.seed(0)
    sizes, _ = WORKS[work]
    linears = [Linear(inputs, outputs) for inputs, outputs in zip(sizes, sizes[1:])]
    layers = [part for linear in linears for part in (linear, ReLU())][:-1]
    optimizer = Adam([parameter for linear in linears for parameter in (linear.weight, linear.bias)], lr=1e-3)
    loss_function = CrossEntropyLoss()

    def step(images, labels):
        h = Tensor(images)
        for layer in layers:
            h = layer(h)
        loss = loss_function(h, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return float(loss.data)

    return step


run("NumPy " + np.__version__, trainer, {})
