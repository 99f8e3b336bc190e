//! Keys come and go while the service runs: everything is sealed anew, nothing is lost, and a key that
//! is still needed is missed at the start.

mod crowd;
mod load;
mod refusals;
mod registry;
mod rotation;
mod soak;

/// Three key rings' keys. The second two differ in material alone.
pub const OLD: &str = "old1:b2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2w=";
pub const NEW: &str = "new1:bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmU=";
pub const IMPOSTOR: &str = "old1:aW1wb3N0b3JpbXBvc3RvcmltcG9zdG9yaW1wb3N0b3I=";

/// The new key in front, the old one behind it.
pub fn both() -> String {
    format!("{NEW},{OLD}")
}
