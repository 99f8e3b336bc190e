//! The keys that rows need and the key ring lacks, in words for whoever starts the service.

use std::fmt;

use uuid::Uuid;

use crate::store::SealedColumn;

/// Rows of one column that do not open with this key ring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// The key's id, as the rows name it.
    pub key: String,
    /// Whether a key of that name is in the ring; it is then another one.
    pub known: bool,
    pub column: SealedColumn,
    pub rows: i64,
    pub example: Uuid,
}

/// All of them; none is well.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs(Vec<Need>);

impl Needs {
    pub(super) fn add(&mut self, need: Need) {
        self.0.push(need);
    }

    #[must_use]
    pub fn are_met(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Need> {
        self.0.iter()
    }
}

impl fmt::Display for Needs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "the key ring does not open what is in the database:")?;
        for need in &self.0 {
            writeln!(f, "  {need}")?;
        }
        write!(
            f,
            "Put each key back into GRANTWAY_KEYRING, behind the active one, as it was. To be rid of it, run \
             `grantway keyring rotate` with both, and take it out once that says that no row is left."
        )
    }
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            key, rows, example, ..
        } = self;
        let trouble = if self.known {
            "is in the ring, but it is not the key of this name that sealed"
        } else {
            "is not in the ring, but needed for"
        };
        let noun = if *rows == 1 { "row" } else { "rows" };
        write!(
            f,
            "key {key} {trouble} {}: {rows} {noun}, such as {example}",
            self.column
        )
    }
}
