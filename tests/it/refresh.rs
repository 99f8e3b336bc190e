//! Tokens stay alive: refreshed once, whoever asks; told apart when they cannot be.

mod crashes;
mod crowd;
mod endings;
mod failures;
mod generations;
mod passing;
mod rows;
mod scopes;
mod single_flight;
