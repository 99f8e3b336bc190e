//! The Okta room against a strict fake of Okta, over HTTP.
