//! `/api/docs`: the OpenAPI document as a page for people. Whatever is said of a call is said there
//! once, so the page cannot say anything else.

mod fields;

use axum::http::header;
use axum::response::IntoResponse;
use serde_json::Value;
use utoipa::openapi::OpenApi;

use self::fields::{example_of, fields_of, resolve};
use crate::web::pages::{ApiDocs, DocsAnswer, DocsCall, DocsField, DocsGroup, DocsProblem, Run};
use crate::web::state::Site;

/// The page's contents, put into words once.
#[derive(Debug)]
pub(super) struct Contents {
    introduction: Vec<Run>,
    groups: Vec<DocsGroup>,
    problems: Vec<DocsProblem>,
}

/// The page.
pub(super) fn page(site: &Site, contents: &Contents) -> impl IntoResponse + use<> {
    let page = ApiDocs {
        layout: site.layout("API"),
        origin: site.public_url.origin().ascii_serialization(),
        introduction: contents.introduction.clone(),
        groups: contents.groups.clone(),
        problems: contents.problems.clone(),
    };
    ([(header::CACHE_CONTROL, "public, max-age=300")], page)
}

impl Contents {
    pub(super) fn of(document: &OpenApi) -> Self {
        let document = serde_json::to_value(document).unwrap_or_default();
        let tags = document["tags"].as_array().into_iter().flatten();
        Self {
            introduction: runs(text(&document["info"]["description"])),
            groups: tags
                .map(|tag| group(&document, tag))
                .filter(|group| !group.calls.is_empty())
                .collect(),
            problems: problems(&document),
        }
    }
}

fn group(document: &Value, tag: &Value) -> DocsGroup {
    let name = text(&tag["name"]);
    let mut calls = Vec::new();
    for (path, item) in members(&document["paths"]) {
        for (method, operation) in members(item) {
            let tags = operation["tags"].as_array().into_iter().flatten();
            if tags.into_iter().any(|tag| tag == name) {
                calls.push(call(document, method, path, operation));
            }
        }
    }
    DocsGroup {
        id: format!("group-{}", name.to_lowercase()),
        name: name.to_owned(),
        about: runs(text(&tag["description"])),
        calls,
    }
}

fn call(document: &Value, method: &str, path: &str, operation: &Value) -> DocsCall {
    let body = &operation["requestBody"];
    let schema = &body["content"]["application/json"]["schema"];
    let body_fields = fields_of(document, schema);
    let roles = operation["x-roles"].as_array().into_iter().flatten();
    let (answers, problems) = answers(document, &operation["responses"]);
    DocsCall {
        id: text(&operation["operationId"]).to_owned(),
        method: method.to_uppercase(),
        path: path.to_owned(),
        title: text(&operation["summary"]).to_owned(),
        about: paragraphs(text(&operation["description"])),
        roles: roles.map(|role| text(role).to_owned()).collect(),
        parameters: parameters(document, &operation["parameters"]),
        body_optional: !body.is_null() && body["required"] != Value::Bool(true),
        curl: curl(document, method, path, schema),
        body: body_fields,
        answers,
        problems,
    }
}

fn parameters(document: &Value, parameters: &Value) -> Vec<DocsField> {
    let list = parameters.as_array().into_iter().flatten();
    list.map(|parameter| {
        let schema = resolve(document, &parameter["schema"]);
        let place = text(&parameter["in"]);
        DocsField {
            name: text(&parameter["name"]).to_owned(),
            kind: format!("{place}, {}", fields::kind_of(document, &schema)),
            required: parameter["required"] == Value::Bool(true),
            about: runs(text(&parameter["description"])),
            inner: Vec::new(),
        }
    })
    .collect()
}

/// The answers that are none, and the problems, by status.
fn answers(document: &Value, responses: &Value) -> (Vec<DocsAnswer>, Vec<DocsProblem>) {
    let (mut answers, mut refused) = (Vec::new(), Vec::new());
    for (status, response) in members(responses) {
        let response = resolve(document, response);
        let content = &response["content"];
        let about = text(&response["description"]);
        if let Some(problem) = content.get("application/problem+json") {
            for (slug, example) in members(&problem["examples"]) {
                refused.push(DocsProblem {
                    id: format!("problem-{slug}"),
                    name: slug.clone(),
                    status: status.clone(),
                    title: text(&example["value"]["title"]).to_owned(),
                });
            }
            continue;
        }
        let schema = &content["application/json"]["schema"];
        answers.push(DocsAnswer {
            status: status.clone(),
            about: about.to_owned(),
            fields: fields_of(document, schema),
            example: example_of(document, schema).map(|example| pretty(&example)),
        });
    }
    (answers, refused)
}

fn problems(document: &Value) -> Vec<DocsProblem> {
    let list = document["x-problems"].as_array().into_iter().flatten();
    list.map(|problem| {
        let id = text(&problem["type"])
            .rsplit('#')
            .next()
            .unwrap_or_default();
        DocsProblem {
            id: id.to_owned(),
            name: text(&problem["type"]).to_owned(),
            status: problem["status"].to_string(),
            title: text(&problem["title"]).to_owned(),
        }
    })
    .collect()
}

/// The call on a command line; the page puts its own address in front.
fn curl(document: &Value, method: &str, path: &str, schema: &Value) -> String {
    let mut lines = vec![format!("-H \"Authorization: Bearer $GRANTWAY_API_KEY\"")];
    if method != "get" {
        lines.push(format!("-X {}", method.to_uppercase()));
    }
    if let Some(example) = example_of(document, schema) {
        lines.push("-H 'Content-Type: application/json'".to_owned());
        lines.push(format!("-d '{example}'"));
    }
    let path = path.replace('{', "$").replace('}', "");
    lines.push(format!("\"ORIGIN{path}\""));
    format!("curl {}", lines.join(" \\\n  "))
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn paragraphs(text: &str) -> Vec<Vec<Run>> {
    let parts = text.split("\n\n").filter(|part| !part.is_empty());
    parts.map(runs).collect()
}

/// Plain words and, between backticks, code.
fn runs(text: &str) -> Vec<Run> {
    let parts = text.split('`').enumerate();
    parts
        .filter(|(_, part)| !part.is_empty())
        .map(|(place, part)| Run {
            text: part.replace('\n', " "),
            is_code: place % 2 == 1,
        })
        .collect()
}
