//! The way back from Okta, as it is bent by accident or on purpose: an answer counts once, for the
//! browser and the connection that began it, and only from the organization that was asked.

mod answers;
mod hostile;
mod id_tokens;
mod issuers;
mod replay;
mod states;
mod tabs;
