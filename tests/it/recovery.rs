//! What breaks in the middle, and what passes with time: nothing is half stored, and whatever a
//! person had done before is still there.

mod database;
mod okta;
mod time;
