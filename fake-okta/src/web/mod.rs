//! Everything that speaks HTTP: the routes, the door that every request passes, what a handler
//! receives and the two shapes of Okta's errors.

mod call;
mod desk;
mod door;
mod hosts;
mod page;
mod problem;
mod routes;

pub(crate) use call::{Call, Params};
pub(crate) use hosts::by_host;
pub(crate) use page::{error_page, page, see_other};
pub(crate) use problem::Problem;
pub(crate) use routes::router;
