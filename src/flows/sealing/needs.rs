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

/// A row that does not open although its key is the right one: it was changed, or moved here from
/// another place. Everything else goes on without it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    pub column: SealedColumn,
    pub example: Uuid,
}

/// All of them; no need is well.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    needed: Vec<Need>,
    set_aside: Vec<Damage>,
}

impl Needs {
    pub(super) fn add(&mut self, need: Need) {
        self.needed.push(need);
    }

    pub(super) fn set_aside(&mut self, damage: Damage) {
        self.set_aside.push(damage);
    }

    #[must_use]
    pub fn are_met(&self) -> bool {
        self.needed.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Need> {
        self.needed.iter()
    }

    /// Columns with damaged rows, each with one of them.
    #[must_use]
    pub fn damaged(&self) -> &[Damage] {
        &self.set_aside
    }
}

impl fmt::Display for Needs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "the key ring does not open what is in the database:")?;
        for need in &self.needed {
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
