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
        // Counted on from one to the next: a broken file has thousands of them.
        let (mut line, mut counted) = (1, 0);
        let mut problems = Vec::new();
        for finding in findings {
            let end = place(text, finding.at.start).max(counted);
            line += text[counted..end].matches('\n').count();
            counted = end;
            problems.push(CatalogProblem {
                file: file.to_owned(),
                line,
                message: finding.message,
            });
        }
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

/// A place in the text; past the end is the end of the last line that has text.
fn place(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or(text.trim_end());
    before.len()
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
