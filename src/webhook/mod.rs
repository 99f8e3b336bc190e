//! Carries a signed message to an endpoint, and tells how it was answered. It knows nothing of tenants
//! or storage, repeats nothing, and keeps nothing of an answer but its status and the wish to wait.

mod sender;

pub use sender::{Message, Reply, SendProblem, Sender};
