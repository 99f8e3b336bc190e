//! What support looks tenants up by: written by the index's worker, read by the search.

mod search;
mod write;

pub use search::{FoundTenant, LookUpPlace};
pub use write::{IndexEntry, IndexFacts};
