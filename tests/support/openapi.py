"""Holds every answer against docs/api/openapi.yaml.

An answer that the contract does not describe fails: an unknown path, method or status, another content
type, a member more or less. `uncovered` lists operations that no test has called,
`unanswered` answers that none has got. What has come with a later stage than $STAGE (x-since) is not there yet.
"""
import pathlib
import re

import jsonschema
import yaml

from stage import stage_named

ROOT = pathlib.Path(__file__).resolve().parents[2]
METHODS = {"get", "put", "post", "patch", "delete"}


class Contract:
    def __init__(self, path=ROOT / "docs/api/openapi.yaml"):
        self.document = yaml.safe_load(path.read_text())
        self.resolver = jsonschema.RefResolver("", self.document)
        self.called, self.answered = set(), set()
        self.routes = []
        for template, item in self.document["paths"].items():
            if item.get("x-since", "") > stage_named():
                continue
            pattern = re.compile(re.sub(r"\\\{[a-z_]+\\\}", "[^/]+", re.escape(template)) + r"\Z")
            operations = {method: item[method] for method in item if method in METHODS}
            self.routes.append((template, pattern, operations))
        # fixed segments before {names}: /v1/users/me is not a product
        self.routes.sort(key=lambda route: route[0].count("{"))

    def operation(self, method, path):
        for template, pattern, operations in self.routes:
            if pattern.match(path) and method.lower() in operations:
                return template, operations[method.lower()]
        return None, None

    def check(self, method, path, response):
        """Asserts that the answer is one the contract allows."""
        problem = response.headers.get("Content-Type", "").startswith("application/problem+json")
        assert response.headers.get("X-Request-Id"), "every answer names its request"
        assert response.headers.get("Server-Instance"), "every answer names its instance"
        if problem:
            self._check_problem(response)
        template, operation = self.operation(method, path)
        if operation is None:
            assert response.status_code in (400, 404, 405, 413, 431), f"{method} {path} is not in the contract"
            return
        self.called.add((method.upper(), template))
        self.answered.add((method.upper(), template, str(response.status_code)))
        described = operation["responses"].get(str(response.status_code)) or operation["responses"].get("default")
        assert described is not None, f"{method} {template} may not answer {response.status_code}"
        self._check_body(self._resolve(described), response, f"{method} {template} {response.status_code}")

    def uncovered(self):
        every = {(method.upper(), template) for template, _, operations in self.routes for method in operations}
        return sorted(every - self.called)

    def unanswered(self):
        """Answers that are described by their status and that no test has got."""
        every = {(method.upper(), template, status) for template, _, operations in self.routes
                 for method, operation in operations.items() for status in operation["responses"] if status != "default"}
        return sorted(every - self.answered)

    def _check_problem(self, response):
        body = response.json()
        self._validate(self.document["components"]["schemas"]["Problem"], body, "problem")
        assert body["status"] == response.status_code
        assert body["request_id"] == response.headers["X-Request-Id"]
        if response.status_code in (503, 504):
            assert response.headers.get("Retry-After"), "say when to come back"
        if response.status_code == 401:
            assert response.headers.get("WWW-Authenticate") == "Bearer"

    def _check_body(self, described, response, where):
        content = described.get("content")
        if not content:
            assert response.content == b"", f"{where}: no body expected"
            return
        (expected, media), = content.items()
        got = response.headers.get("Content-Type", "").lower()
        assert got.split(";")[0].strip() == expected.split(";")[0].strip(), f"{where}: content type {got}"
        if "json" in expected:
            self._validate(media["schema"], response.json(), where)

    def _resolve(self, node):
        while "$ref" in node:
            node = self.resolver.resolve(node["$ref"])[1]
        return node

    def _validate(self, schema, value, where):
        validator = jsonschema.Draft202012Validator(schema, resolver=self.resolver)
        errors = [f"{where}: {'.'.join(map(str, e.absolute_path))}: {e.message}" for e in validator.iter_errors(value)]
        assert not errors, "\n".join(errors)
