//! `/api/docs`: every call of the API for the person who writes the program.

use askama::Template;
use askama_web::WebTemplate;

use super::Layout;

/// The page. Anyone may see it.
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "api_docs.html")]
pub struct ApiDocs {
    pub layout: Layout,
    /// The service's own address.
    pub origin: String,
    pub introduction: Vec<Run>,
    pub groups: Vec<DocsGroup>,
    /// Every kind of problem.
    pub problems: Vec<DocsProblem>,
}

/// A piece of a sentence.
#[derive(Debug, Clone)]
pub struct Run {
    pub text: String,
    pub is_code: bool,
}

/// Calls that belong together.
#[derive(Debug, Clone)]
pub struct DocsGroup {
    pub id: String,
    pub name: String,
    pub about: Vec<Run>,
    pub calls: Vec<DocsCall>,
}

/// One call.
#[derive(Debug, Clone)]
pub struct DocsCall {
    pub id: String,
    pub method: String,
    pub path: String,
    pub title: String,
    /// Paragraphs.
    pub about: Vec<Vec<Run>>,
    pub roles: Vec<String>,
    pub parameters: Vec<DocsField>,
    pub body: Vec<DocsField>,
    pub body_optional: bool,
    pub answers: Vec<DocsAnswer>,
    pub problems: Vec<DocsProblem>,
    /// With `ORIGIN` in the place of the service's address.
    pub curl: String,
}

/// A parameter or a member of an object.
#[derive(Debug, Clone)]
pub struct DocsField {
    pub name: String,
    pub kind: String,
    pub required: bool,
    pub about: Vec<Run>,
    pub inner: Vec<DocsField>,
}

/// An answer that is no problem.
#[derive(Debug, Clone)]
pub struct DocsAnswer {
    pub status: String,
    pub about: String,
    pub fields: Vec<DocsField>,
    pub example: Option<String>,
}

/// A kind of problem.
#[derive(Debug, Clone)]
pub struct DocsProblem {
    /// The anchor on the page.
    pub id: String,
    pub name: String,
    pub status: String,
    pub title: String,
}

/// A field in a flat list, with how deep it lies.
struct FlatField<'a> {
    field: &'a DocsField,
    /// The names of what it lies in, with a dot behind each.
    within: String,
}

impl DocsCall {
    fn curl(&self, origin: &str) -> String {
        self.curl.replace("ORIGIN", origin)
    }
}

/// One list of all fields, each by its whole name.
fn flat(fields: &[DocsField]) -> Vec<FlatField<'_>> {
    let mut list = Vec::new();
    add(&mut list, fields, "");
    list
}

fn add<'a>(list: &mut Vec<FlatField<'a>>, fields: &'a [DocsField], within: &str) {
    for field in fields {
        list.push(FlatField {
            field,
            within: within.to_owned(),
        });
        let list_mark = if field.kind.starts_with("list") {
            "[]"
        } else {
            ""
        };
        add(
            list,
            &field.inner,
            &format!("{within}{}{list_mark}.", field.name),
        );
    }
}
