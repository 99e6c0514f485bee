"""The programming interface ``/api/v1``: the routers of all mechanisms, and what may go wrong anywhere, said once."""

import json
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.module_loading import import_string, module_has_submodule
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.parser import Parser

from lianban import __version__
from lianban.apps.access.rules import SCOPES
from lianban.kit.api import IF_MATCH, Problem, Scope, Stopped, readable
from lianban.kit.mechanisms import mechanisms
from lianban.kit.refusals import Refusal, Refused, refuse
from lianban.kit.text import Text
from lianban.site import answers
from lianban.site.gate import WORDS
from lianban.site.middleware import Refusals

NOT_IN_JSON = "api.unreadable_json"
MEANWHILE = "atlas.changed_meanwhile"
EVERYWHERE = (400, 401, 403, 404, 405, 413, 422, 429)
WRITING = (409, 412, 428)  # 409 also answers a file or a computation that this machine cannot make


class Careful(Parser):
    """Bodies as JSON means them: no NaN, no numbers beyond all bounds, no NUL, no half characters, no endless nesting."""

    def parse_body(self, request: HttpRequest) -> Any:
        try:
            body = json.loads(request.body, parse_constant=_no_number)
            readable(body)
            return body
        except (ValueError, RecursionError) as error:
            told = refuse(NOT_IN_JSON, "请求正文不是规范的 JSON：{why}", "the body is no proper JSON: {why}", why=str(error)[:200])  # fmt: skip
            raise Stopped(400, told) from None

    def parse_querydict(self, data: Any, list_fields: list[str], request: HttpRequest) -> Any:
        if any("\x00" in value for name in data for value in (name, *data.getlist(name))):
            raise Stopped(400, WORDS[400])  # of a form; an address with a NUL is refused before
        return super().parse_querydict(data, list_fields, request)


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no number")


class Documented(OpenAPISchema):
    """The document with what may go wrong anywhere in every operation."""

    def operation_details(self, operation: Operation) -> dict[str, Any]:
        details = super().operation_details(operation)
        writes = bool({"POST", "PUT", "PATCH", "DELETE"} & set(operation.methods))
        marked = {"PUT", "PATCH", "DELETE"} & set(operation.methods)
        scope = next((one.scope for one in operation.auth_callbacks if isinstance(one, Scope)), "read")
        details["security"] = [{}, {"token": [scope]}]
        details["description"] = (details.get("description") or "").strip() + f"\n\n`{scope}`: {SCOPES[scope].zh} / {SCOPES[scope].en}"  # fmt: skip
        content = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for status in EVERYWHERE + ((409,) if not writes else WRITING if marked else (409, 412)):
            details["responses"].setdefault(status, {"description": HTTPStatus(status).phrase, "content": content})
        if "GET" in operation.methods:
            details["responses"].setdefault(304, {"description": "Not Modified"})
        if writes:
            details["parameters"].append(IDEMPOTENCY)
        if marked:
            details["parameters"].append(IF_MATCH)
        return details

    def add_schema_definitions(self, definitions: dict[str, Any]) -> None:
        for name, told in definitions.items():
            if self.schemas.setdefault(name, told) != told:
                raise LookupError(f"two schemas of the interface are called {name}")

    def get_components(self) -> dict[str, Any]:
        self.add_schema_definitions(Problem.model_json_schema(ref_template="#/components/schemas/{model}")["$defs"])
        schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        self.schemas["Problem"] = {key: value for key, value in schema.items() if key != "$defs"}
        components = super().get_components()
        components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer", "description": TOKEN}}
        return components


TOKEN = "在“接口令牌”页发放；也可作为 Basic 的口令 / issued on the page of tokens; also taken as the password of Basic"
IDEMPOTENCY = {
    "in": "header", "name": "Idempotency-Key", "required": False,
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{16,64}$"},
    "description": "同一编号的同一请求只办理一次 / the same request under the same key is carried out once",
}  # fmt: skip


class Interface(NinjaAPI):
    """All operations, with the refusals of the pages."""

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> Any:
        if path_prefix is None:
            path_prefix = self.get_root_path(path_params or {})
        return Documented(api=self, path_prefix=path_prefix)


api = Interface(
    title="链办 lianban",
    version=__version__,
    description="与网页同一套规则、同一套权限；拒绝的理由用同一套代码。/ The rules, permissions and refusal codes of the pages.",
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api",
    parser=Careful(),
    auth=Scope("read"),
    openapi_extra={"info": {"license": {"name": "Apache-2.0"}}},
)


@api.exception_handler(Refused)
def refused(request: HttpRequest, stopped: Refused) -> HttpResponse:
    """As pages do: all reasons, and kept in the journal."""
    status = stopped.status
    if all(refusal.code == MEANWHILE for refusal in stopped.refusals):
        status = 412
    if status in (403, 409, 412) and request.method != "GET":
        Refusals.keep(request, stopped)
    return answers.refused(request, stopped.refusals, status, getattr(stopped, "headers", None))


@api.exception_handler(Http404)
@api.exception_handler(ObjectDoesNotExist)
def not_there(request: HttpRequest, error: Exception) -> HttpResponse:
    return answers.refused(request, [WORDS[404]], 404)


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    known = (
        error.__cause__.refusals if isinstance(error.__cause__, Refused) else [WORDS.get(error.status_code, WORDS[400])]
    )
    return answers.refused(request, known, error.status_code)


@api.exception_handler(ValidationError)
def unfit(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Every value that cannot be taken: where it stands, and why, all at once."""
    reasons = []
    for one in error.errors:
        where = ".".join(str(part) for part in one.get("loc", ()) if part not in ("body", "query", "path", "header"))
        why = str(one.get("msg", ""))[:300]
        text = Text(
            f"{where or '请求'}：{_WHY.get(one.get('type', ''), '值不合要求')}（{why}）", f"{where or 'request'}: {why}"
        )
        reasons.append(Refusal("api.unfit", text, {"type": one.get("type", "")}, where))
    return answers.refused(request, reasons, 422)


_WHY = {
    "missing": "缺少必填值",
    "string_too_long": "太长",
    "string_pattern_mismatch": "写法不符",
    "greater_than_equal": "太小",
    "less_than_equal": "太大",
    "literal_error": "不在可选值内",
    "int_parsing": "应为整数",
    "extra_forbidden": "不认识的名称",
}

for _mechanism in mechanisms():
    if module_has_submodule(_mechanism.module, "api"):
        api.add_router("", import_string(f"{_mechanism.name}.api.router"))
