//! What is wrong with a trail that is not whole.

use std::fmt;

use uuid::Uuid;

/// The first line that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// The tenant; zeros for the service as a whole.
    pub chain: Uuid,
    /// Where in the chain.
    pub sequence: Option<i64>,
    /// The line; of a line that is gone, none.
    pub entry: Option<Uuid>,
    pub kind: FlawKind,
}

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlawKind {
    /// It does not say what was written.
    Changed,
    /// Nobody with the key ring wrote it, or not at this place.
    NotOurs,
    /// It was signed only under keys that are not in the ring.
    UnknownKey,
    /// A line is missing where this place is.
    Removed,
    /// It does not follow from the line before it.
    Relinked,
    /// It was signed without its place, where places were signed already.
    NotPlaced,
    /// Nobody with the key ring says that the chain ends here.
    EndNotOurs,
    /// It stands in no chain.
    Unchained,
    /// It was exported once, and says something else now or is gone.
    NotAsExported,
}

impl fmt::Display for FlawKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Changed => "it does not say what was written",
            Self::NotOurs => "nobody with the key ring wrote it at this place",
            Self::UnknownKey => "it is signed only under keys that are not in the key ring",
            Self::Removed => "a line was removed here",
            Self::Relinked => "it does not follow from the line before it",
            Self::NotPlaced => "it is signed without its place, as lines before it are no more",
            Self::EndNotOurs => {
                "nobody with the key ring says that the chain ends here: lines may have been removed"
            }
            Self::Unchained => "it was put in beside the chain",
            Self::NotAsExported => "the earlier export says something else",
        })
    }
}
