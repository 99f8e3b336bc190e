//! What an organization knows: its people, apps, sessions, codes and tokens. Plain data that can be
//! written to a file and read back; the rules that change it live with the endpoints.

mod app;
mod changes;
mod grants;
mod org_state;
mod overrides;
mod person;
mod save;
mod tokens;

pub use app::{App, ApplicationType, AuthMethod, GroupsClaim, Rotation, Status};
pub use org_state::{Edition, OrgState};
pub use overrides::{Override, OverrideAnswer};
pub use person::{Person, PersonStatus, Role};
pub(crate) use save::Saver;
pub(crate) use tokens::{AccessToken, Code, RefreshToken, Session};
