//! A PostgreSQL that cannot do its work for a while, in each way that passes by itself or by an operator's
//! hand: 503 and not ready while it lasts, well again without a restart, and nothing lost.

mod kinds;
mod probe;
mod servers;
mod stage;
