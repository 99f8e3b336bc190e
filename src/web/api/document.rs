//! The OpenAPI document: what all calls have in common. The rest comes from the calls themselves.

use axum::http::header;
use axum::response::IntoResponse;
use serde_json::{Value, json};
use utoipa::PartialSchema;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::path::{Operation, ParameterIn, PathItem};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{
    Components, ComponentsBuilder, ContentBuilder, Info, License, OpenApi, OpenApiBuilder, Ref,
    RefOr, Response, ResponseBuilder, SecurityRequirement, Tag,
};

use super::problem::{Kind, ProblemJson, type_of};

/// The name of the security scheme.
const BEARER: &str = "api_key";

const INTRODUCTION: &str = "Connects customers' Okta organizations. Programs call it with an API key of one of three roles: \
    `onboarding` makes tenants and links, `worker` takes access tokens, `support` looks things up. \
    A key can be limited to tenants, to categories and to a time; what is beyond answers 403 `key-limited`. \
    Errors are problem details (RFC 9457): tell them apart by `type`, and show `detail` to people.";

const TAGS: [(&str, &str); 7] = [
    (
        "Tenants",
        "A tenant is one customer with one Okta organization.",
    ),
    (
        "Links",
        "What is sent to a customer's administrator to begin with.",
    ),
    ("People", "Who was let in to see a tenant's connection."),
    ("Connection", "How a tenant's organization is reached."),
    ("Status", "What is granted, what works, and what happened."),
    (
        "Catalog",
        "Which permissions are asked for, and in which words.",
    ),
    (
        "Webhooks",
        "Who is told of what happens, and how that goes.",
    ),
];

/// What stands before the calls.
pub(super) fn frame() -> OpenApi {
    let mut info = Info::new("grantway", env!("CARGO_PKG_VERSION"));
    info.description = Some(INTRODUCTION.to_owned());
    let mut license = License::new("Apache License 2.0");
    license.identifier = Some("Apache-2.0".to_owned());
    info.license = Some(license);
    let tags = TAGS.map(|(name, description)| {
        let mut tag = Tag::new(name);
        tag.description = Some(description.to_owned());
        tag
    });
    let mut components = shared_components();
    components
        .schemas
        .insert("Problem".to_owned(), ProblemJson::schema());
    let document = OpenApiBuilder::new().info(info).tags(Some(tags));
    document.components(Some(components)).build()
}

/// The answers that are problems, by status, and the way in.
fn shared_components() -> Components {
    let mut components = ComponentsBuilder::new();
    for status in statuses() {
        components = components.response(name_of(status), problem_response(status));
    }
    let mut bearer = Http::new(HttpAuthScheme::Bearer);
    bearer.bearer_format = Some("gwk_(onboarding|worker|support)_[A-Za-z0-9_-]{43}".to_owned());
    bearer.description = Some("A key that `grantway api-key create` printed.".to_owned());
    components
        .security_scheme(BEARER, SecurityScheme::Http(bearer))
        .build()
}

fn statuses() -> Vec<u16> {
    let mut statuses: Vec<_> = Kind::ALL
        .iter()
        .map(|kind| kind.status().as_u16())
        .collect();
    statuses.sort_unstable();
    statuses.dedup();
    statuses
}

fn name_of(status: u16) -> String {
    format!("Problem{status}")
}

fn problem_response(status: u16) -> Response {
    let kinds: Vec<_> = Kind::ALL
        .iter()
        .filter(|kind| kind.status().as_u16() == status)
        .collect();
    let titles: Vec<_> = kinds
        .iter()
        .map(|kind| format!("{}.", kind.title()))
        .collect();
    let examples = kinds.iter().map(|kind| {
        let mut example = utoipa::openapi::example::Example::new();
        example.value = Some(json!({
            "type": type_of(**kind), "title": kind.title(), "status": status,
            "detail": "What happened this time, and what to do.",
            "request_id": "019353b8-6e50-7c3a-9d0e-5d0c1b2a3f4e",
        }));
        (kind.slug(), example)
    });
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .examples_from_iter(examples)
        .build();
    ResponseBuilder::new()
        .description(titles.join(" "))
        .content("application/problem+json", content)
        .build()
}

/// Adds to every call what all calls have in common: the key, and the problems that it may end in.
pub(super) fn complete(mut document: OpenApi) -> OpenApi {
    for (path, item) in &mut document.paths.paths {
        for operation in operations(item) {
            operation.security = Some(vec![SecurityRequirement::new(BEARER, [""; 0])]);
            let own = take_own_problems(operation);
            for status in problems_of(path, operation).into_iter().chain(own) {
                let answers = &mut operation.responses.responses;
                answers
                    .entry(status.to_string())
                    .or_insert_with(|| RefOr::Ref(Ref::from_response_name(name_of(status))));
            }
        }
    }
    let problems: Vec<Value> = Kind::ALL
        .iter()
        .map(|kind| json!({ "type": type_of(*kind), "title": kind.title(), "status": kind.status().as_u16() }))
        .collect();
    let extensions = Extensions::builder().add("x-problems", problems).build();
    document.extensions = Some(extensions);
    document
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [
        &mut item.get,
        &mut item.post,
        &mut item.put,
        &mut item.patch,
        &mut item.delete,
    ]
    .into_iter()
    .flatten()
}

fn problems_of(path: &str, operation: &Operation) -> Vec<u16> {
    let takes = |place: &ParameterIn| {
        let parameters = operation.parameters.iter().flatten();
        let mut places = parameters.filter_map(|parameter| match parameter {
            RefOr::T(parameter) => Some(&parameter.parameter_in),
            RefOr::Ref(_) => None,
        });
        places.any(|found| found == place)
    };
    let has_body = operation.request_body.is_some();
    let is_repeatable = takes(&ParameterIn::Header);
    let mut problems = vec![401, 403, 429, 500, 503];
    if path.contains('{') {
        problems.push(404);
    }
    if has_body || is_repeatable || takes(&ParameterIn::Query) {
        problems.push(400);
    }
    if has_body {
        problems.extend([413, 415, 422]);
    }
    if is_repeatable {
        problems.extend([409, 413, 422]);
    }
    // Those that the call itself declares.
    let declared = operation.extensions.as_ref();
    let declared = declared.and_then(|extensions| extensions.get("x-problems"));
    let declared = declared.and_then(Value::as_array).into_iter().flatten();
    problems.extend(declared.filter_map(|status| u16::try_from(status.as_u64()?).ok()));
    problems
}

/// The problems that a call names besides, in `x-problems`.
fn take_own_problems(operation: &mut Operation) -> Vec<u16> {
    let extensions = operation.extensions.as_mut();
    let named = extensions.and_then(|extensions| extensions.remove("x-problems"));
    named
        .and_then(|named| serde_json::from_value(named).ok())
        .unwrap_or_default()
}

/// `GET /api/openapi.json`.
pub(super) fn answer(document: &OpenApi) -> impl IntoResponse + Clone + use<> {
    let json = document.to_pretty_json().unwrap_or_default();
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "public, max-age=300"),
    ];
    (headers, json)
}
