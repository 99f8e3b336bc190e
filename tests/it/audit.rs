//! The audit trail holds, and says where it does not: against the service's own role, which may only
//! add to it, and against a superuser, who may do anything but sign.

mod attacks;
mod names;
mod older;
mod role;
mod trail;
mod verify;

/// Bytes as PostgreSQL reads them in a literal.
fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
