//! Reads a catalog's text and collects everything that is wrong with it, instead of stopping at
//! the first problem. It walks the document by hand, because a derived deserializer stops there.

mod field;
mod verification;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::Finding;
use super::{Category, Permission, Scope};
use crate::domain::scope::Access;
use field::{Fields, MAX_TEXT};

const MAX_CATEGORIES: usize = 64;
const MAX_SCOPES: usize = 256;
const MAX_ID: usize = 40;
const MAX_NAME: usize = 80;
/// A catalog is a page of text: a file of megabytes is another file.
const MAX_BYTES: usize = 1 << 20;
/// A catalog nests three deep. The parser of TOML goes on after an error, deeper at each open bracket,
/// until its stack is used up.
const MAX_DEPTH: usize = 64;

type Place = Range<usize>;

/// What is gathered on the way through the document.
#[derive(Default)]
struct Reading {
    findings: Vec<Finding>,
    category_ids: HashMap<String, Place>,
    scope_ids: HashMap<Scope, Place>,
}

pub(super) fn categories(text: &str) -> Result<Vec<Category>, Vec<Finding>> {
    if text.len() > MAX_BYTES {
        return Err(vec![Finding::new(0..0, "the file is larger than 1 MiB")]);
    }
    if let Some(at) = too_deep(text) {
        return Err(vec![Finding::new(
            at..at,
            format!("more than {MAX_DEPTH} brackets are open"),
        )]);
    }
    let (document, syntax_errors) = DeTable::parse_recoverable(text);
    if !syntax_errors.is_empty() {
        // What was guessed around a syntax error would only raise false alarms.
        return Err(syntax_errors.iter().map(syntax_finding).collect());
    }
    let mut reading = Reading::default();
    let categories = reading.document(&document);
    if reading.findings.is_empty() {
        Ok(categories)
    } else {
        Err(reading.findings)
    }
}

/// Where more brackets stand open than any catalog needs, those within texts included.
fn too_deep(text: &str) -> Option<usize> {
    let mut open = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        if open > MAX_DEPTH {
            return Some(at);
        }
    }
    None
}

fn syntax_finding(error: &toml::de::Error) -> Finding {
    let message = error.message().replace('\n', ", ");
    Finding::new(error.span().unwrap_or(0..0), message)
}

impl Reading {
    fn document(&mut self, document: &Spanned<DeTable<'_>>) -> Vec<Category> {
        let mut fields = Fields::of(document.get_ref(), 0..0, "the catalog", &mut self.findings);
        let tables = fields.tables("category");
        fields.finish(&["category"]);
        if tables.is_empty() && self.findings.is_empty() {
            self.report(0..0, "there is no [[category]]");
        }
        if let Some((_, at)) = tables.get(MAX_CATEGORIES) {
            self.report(
                at.clone(),
                format!("there are more than {MAX_CATEGORIES} categories"),
            );
        }
        let categories = tables
            .into_iter()
            .filter_map(|(table, at)| self.category(table, at))
            .collect();
        self.check_for_read_beside_manage();
        self.check_number_of_scopes();
        categories
    }

    fn category(&mut self, table: &DeTable<'_>, at: Place) -> Option<Category> {
        let mut fields = Fields::of(table, at.clone(), "the category", &mut self.findings);
        let id = fields.text("id", MAX_ID);
        let name = fields.text("name", MAX_NAME);
        let sentence = fields.text("sentence", MAX_TEXT);
        let tables = fields.tables("scope");
        fields.finish(&["id", "name", "sentence", "scope"]);
        if tables.is_empty() && !table.contains_key("scope") {
            self.report(at, "the category has no [[category.scope]]");
        }
        let scopes = tables
            .into_iter()
            .filter_map(|(table, at)| self.permission(table, at))
            .map(Arc::new)
            .collect();
        let id = id.and_then(|(id, at)| self.category_id(id, at));
        Some(Category {
            id: id?,
            name: name?.0,
            sentence: sentence?.0,
            scopes,
        })
    }

    fn category_id(&mut self, id: String, at: Place) -> Option<String> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let edges = id.starts_with('-') || id.ends_with('-');
        if edges || !id.bytes().all(allowed) {
            let message = format!(
                "the category id {id:?} may hold small letters, digits and, between them, hyphens"
            );
            self.report(at, message);
            return None;
        }
        if self.category_ids.contains_key(&id) {
            self.report(at, format!("the category id {id:?} stands here again"));
            return None;
        }
        self.category_ids.insert(id.clone(), at);
        Some(id)
    }

    fn permission(&mut self, table: &DeTable<'_>, at: Place) -> Option<Permission> {
        let mut fields = Fields::of(table, at, "the scope", &mut self.findings);
        let id = fields.text("id", 128);
        let name = fields.text("name", MAX_NAME);
        let does = fields.text("does", MAX_TEXT);
        let without = fields.text("without", MAX_TEXT);
        let verification = verification::read(&mut fields);
        let known = ["id", "name", "does", "without"];
        fields.finish(&[&known[..], &[verification::PROBE, verification::UNPROVABLE]].concat());
        let (scope, access) = id.and_then(|(id, at)| self.scope(&id, at))?;
        Some(Permission {
            scope,
            access,
            name: name?.0,
            does: does?.0,
            without: without?.0,
            verification: verification?,
        })
    }

    fn scope(&mut self, id: &str, at: Place) -> Option<(Scope, Access)> {
        let Some((scope, access)) = okta_scope(id) else {
            let message = format!(
                "{id:?} is no Okta API scope: expected okta.<resource>.read or okta.<resource>.manage"
            );
            self.report(at, message);
            return None;
        };
        if self.scope_ids.contains_key(&scope) {
            self.report(at, format!("the scope {id} stands here again"));
            return None;
        }
        self.scope_ids.insert(scope.clone(), at);
        Some((scope, access))
    }

    fn check_for_read_beside_manage(&mut self) {
        for (scope, at) in &self.scope_ids {
            let wider = self
                .scope_ids
                .keys()
                .find(|other| *other != scope && other.covers(scope));
            if let Some(wider) = wider {
                let message = format!("{scope} is not needed: {wider}, also listed, includes it");
                self.findings.push(Finding::new(at.clone(), message));
            }
        }
    }

    fn check_number_of_scopes(&mut self) {
        if self.scope_ids.len() > MAX_SCOPES {
            self.report(0..0, format!("there are more than {MAX_SCOPES} scopes"));
        }
    }

    fn report(&mut self, at: Place, message: impl Into<String>) {
        self.findings.push(Finding::new(at, message));
    }
}

/// A scope of Okta's API: `okta.`, a resource of words joined by dots, and what is done with it.
fn okta_scope(id: &str) -> Option<(Scope, Access)> {
    let scope: Scope = id.parse().ok()?;
    let access = scope.access()?;
    let (resource, _) = id.strip_prefix("okta.")?.rsplit_once('.')?;
    let is_word = |word: &str| {
        word.starts_with(|first: char| first.is_ascii_alphabetic())
            && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    resource.split('.').all(is_word).then_some((scope, access))
}

/// The tables of an array of tables, with their places.
type Tables<'t, 'i> = Vec<(&'t DeTable<'i>, Place)>;

fn as_table<'t, 'i>(value: &'t Spanned<DeValue<'i>>) -> Option<(&'t DeTable<'i>, Place)> {
    value
        .get_ref()
        .as_table()
        .map(|table| (table, value.span()))
}

#[cfg(test)]
mod tests;
