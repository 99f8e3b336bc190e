//! The audit trail holds, and says where it does not: against the service's own role, which may only
//! add to it, and against a superuser, who may do anything but sign.

mod attacks;
mod names;
mod older;
mod role;
mod trail;
mod verify;
