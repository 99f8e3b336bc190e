//! The vendor's own people: signing in at their own identity provider, what each role may see, and the
//! wall between them and the administrators.

mod id_tokens;
mod journey;
mod outages;
mod provider;
mod replay;
mod return_to;
mod roles;
mod sessions;
mod wall;
