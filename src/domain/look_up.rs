//! How support finds a tenant: the words that lead to it, what can be filtered by, and which tenants
//! come first. Pure; the store keeps what is computed here.

mod query;
mod rank;
mod terms;

pub use query::{Filter, LookUpQuery, MAX_QUERY};
pub use rank::{Rank, RankFacts, Urgency};
pub use terms::{Terms, TermsOf, distance, near_keys, near_term};

/// A sign-in that ends within so many days is said to end soon.
pub const SOON: time::Duration = time::Duration::days(14);
