//! What is wrong with a catalog, by line, so that an editor can jump there.

use std::fmt;
use std::ops::Range;

/// Everything that is wrong with a catalog, in the order of its lines; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogError {
    problems: Vec<CatalogProblem>,
}

/// One thing that is wrong, printed as `file:line: message`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogProblem {
    file: String,
    line: usize,
    message: String,
}

/// A problem by its place in the text, before lines are counted.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Finding {
    pub at: Range<usize>,
    pub message: String,
}

impl CatalogError {
    pub(super) fn new(file: &str, text: &str, mut findings: Vec<Finding>) -> Self {
        findings.sort_by_key(|finding| finding.at.start);
        let problems = findings
            .into_iter()
            .map(|finding| CatalogProblem {
                file: file.to_owned(),
                line: line_of(text, finding.at.start),
                message: finding.message,
            })
            .collect();
        Self { problems }
    }

    #[must_use]
    pub fn problems(&self) -> &[CatalogProblem] {
        &self.problems
    }
}

impl CatalogProblem {
    /// Counted from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }

    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

/// The line of a place in the text; a place past the end is on the last line that has text.
fn line_of(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or(text.trim_end());
    1 + before.matches('\n').count()
}

impl fmt::Display for CatalogProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

impl fmt::Display for CatalogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, problem) in self.problems.iter().enumerate() {
            if position > 0 {
                f.write_str("\n")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for CatalogError {}
