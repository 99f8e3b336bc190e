//! Small things that several pages show.

/// A moment, said twice: for a glance and for the record.
#[derive(Debug, Clone)]
pub struct When {
    /// `2 minutes ago`, `in 89 days`; the script keeps it current.
    pub relative: String,
    /// `23 Nov 2026, 17:40 UTC`; shown on hover and on paper.
    pub exact: String,
    /// RFC 3339, for the `datetime` attribute.
    pub iso: String,
}

impl When {
    /// Whether it has been already.
    pub fn is_past(&self) -> bool {
        !self.relative.starts_with("in ")
    }
}

/// What is wrong with one field: told beside it, with the typed value still there.
#[derive(Debug, Clone)]
pub struct FieldProblem {
    /// What happened, in one sentence.
    pub what: String,
    /// Why that usually happens.
    pub why: Option<String>,
    /// What to do about it.
    pub fix: Option<String>,
}

/// What a scope lets its holder do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    Manage,
    Read,
}

impl Access {
    /// The word on the badge, and the end of the badge's class.
    pub fn word(self) -> &'static str {
        match self {
            Self::Manage => "manage",
            Self::Read => "read",
        }
    }

    /// The badge's explanation, shown on hover.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Manage => "Can create, read, update and, for most resources, delete",
            Self::Read => "Can only read",
        }
    }
}

/// How a verdict or a notice sounds. The icon and the words say the same, never the colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Good,
    Warn,
    Bad,
    Neutral,
}

impl Tone {
    /// The end of the class, and the name of the icon.
    pub fn css(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Neutral => "neutral",
        }
    }

    /// What a screen reader says before the words.
    pub fn spoken(self) -> &'static str {
        match self {
            Self::Good => "All is well:",
            Self::Warn => "Needs attention:",
            Self::Bad => "Not working:",
            Self::Neutral => "Status:",
        }
    }
}
