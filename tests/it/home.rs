//! Where the service may live: in any one schema of a database, and behind which poolers.

mod poolers;
mod schemas;
