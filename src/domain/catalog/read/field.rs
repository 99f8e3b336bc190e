//! Takes the fields of one table by name, and reports what is missing, wrong or unknown.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Finding, Place, Tables, as_table};

/// The longest sentence, in characters.
pub(super) const MAX_TEXT: usize = 300;

/// A table that is being read.
pub(super) struct Fields<'t, 'i, 'f> {
    table: &'t DeTable<'i>,
    at: Place,
    /// What the table is, as in "the category has no …".
    what: &'static str,
    findings: &'f mut Vec<Finding>,
}

impl Finding {
    pub(super) fn new(at: Place, message: impl Into<String>) -> Self {
        Self {
            at,
            message: message.into(),
        }
    }
}

impl<'t, 'i, 'f> Fields<'t, 'i, 'f> {
    pub(super) fn of(
        table: &'t DeTable<'i>,
        at: Place,
        what: &'static str,
        findings: &'f mut Vec<Finding>,
    ) -> Self {
        Self {
            table,
            at,
            what,
            findings,
        }
    }

    /// A text that must be there: one line, neither empty nor longer than `longest` characters.
    pub(super) fn text(&mut self, name: &str, longest: usize) -> Option<(String, Place)> {
        let Some(value) = self.table.get(name) else {
            self.report(self.at.clone(), format!("{} has no {name}", self.what));
            return None;
        };
        let at = value.span();
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_type(name, value, "a string");
            return None;
        };
        let problem = if text.trim().is_empty() {
            format!("{name} is empty")
        } else if text.trim() != text {
            format!("{name} begins or ends with a space")
        } else if text.chars().any(char::is_control) {
            format!("{name} must be one line without control characters")
        } else if text.chars().count() > longest {
            format!("{name} is longer than {longest} characters")
        } else {
            return Some((text.to_owned(), at));
        };
        self.report(at, problem);
        None
    }

    /// A text that must be there and be one of `words`.
    pub(super) fn one_of<'w>(&mut self, name: &str, words: &[&'w str]) -> Option<&'w str> {
        let (text, at) = self.text(name, MAX_TEXT)?;
        let found = words.iter().copied().find(|word| *word == text);
        if found.is_none() {
            let expected: Vec<String> = words.iter().map(|word| format!("{word:?}")).collect();
            let expected = expected.join(" or ");
            self.report(at, format!("{name} must be {expected}, not {text:?}"));
        }
        found
    }

    /// A field that may be left out, of any type.
    pub(super) fn optional(&self, name: &str) -> Option<&'t Spanned<DeValue<'i>>> {
        self.table.get(name)
    }

    /// A table within the table, where there is such a field.
    pub(super) fn table(&mut self, name: &str) -> Option<(&'t DeTable<'i>, Place)> {
        let value = self.optional(name)?;
        let table = as_table(value);
        if table.is_none() {
            self.wrong_type(name, value, "a table");
        }
        table
    }

    /// The tables of `[[…name]]`; none when there is no such field.
    pub(super) fn tables(&mut self, name: &str) -> Tables<'t, 'i> {
        let Some(value) = self.table.get(name) else {
            return Vec::new();
        };
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(name, value, "an array of tables");
            return Vec::new();
        };
        let mut tables = Vec::with_capacity(array.len());
        for element in array {
            match as_table(element) {
                Some(table) => tables.push(table),
                None => self.wrong_type(name, element, "a table"),
            }
        }
        if array.is_empty() {
            self.report(value.span(), format!("{name} is empty"));
        }
        tables
    }

    /// Reports every field that is none of `known`.
    pub(super) fn finish(mut self, known: &[&str]) {
        for key in self.table.keys() {
            let name = key.get_ref().as_ref();
            if !known.contains(&name) {
                let expected = known.join(", ");
                let message = format!(
                    "{} has an unknown field {name:?}; known: {expected}",
                    self.what
                );
                self.report(key.span(), message);
            }
        }
    }

    fn wrong_type(&mut self, name: &str, value: &Spanned<DeValue<'_>>, expected: &str) {
        let message = format!(
            "{name} must be {expected}, not {}",
            value.get_ref().type_str()
        );
        self.report(value.span(), message);
    }

    /// Reports what is wrong with the table as a whole: `message` follows its name.
    pub(super) fn report_here(&mut self, message: &str) {
        self.report(self.at.clone(), format!("{} {message}", self.what));
    }

    /// For reading a table within this one.
    pub(super) fn findings(&mut self) -> &mut Vec<Finding> {
        self.findings
    }

    pub(super) fn report(&mut self, at: Place, message: String) {
        self.findings.push(Finding::new(at, message));
    }
}
