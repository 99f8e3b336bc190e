//! How large everything is: as measured, and tiny, so that a test can walk the whole way in seconds.

use std::time::Duration;

/// Sizes and counts of one run.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    /// Tenants of the small database: what a call costs among few.
    pub few: u32,
    /// Tenants that the look-up is compared with.
    pub middle: u32,
    /// Tenants of the large database.
    pub many: u32,
    /// Tenants that are asked for, in turn, and therefore whole.
    pub asked: u32,
    /// How often each of two things is measured, in turn.
    pub rounds: usize,
    /// How long a round of requests is.
    pub round: Duration,
    /// Tokens that are refreshed in one round.
    pub refreshes: u32,
    /// Claims in one round.
    pub claims: usize,
    /// Searches of each kind.
    pub searches: u32,
}

impl Scale {
    pub const FULL: Self = Self {
        few: 1_000,
        middle: 10_000,
        many: 1_000_000,
        asked: 256,
        rounds: 7,
        round: Duration::from_millis(600),
        refreshes: 500,
        claims: 60,
        searches: 100,
    };

    #[cfg(test)]
    pub const TINY: Self = Self {
        few: 60,
        middle: 120,
        many: 300,
        asked: 16,
        rounds: 1,
        round: Duration::from_millis(20),
        refreshes: 8,
        claims: 2,
        searches: 5,
    };
}
