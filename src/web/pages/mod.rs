//! What the browser is shown: one display-ready struct per page, one template each.
//!
//! A page holds only words that are ready to be read. It knows no domain type, decides nothing about
//! grants, and never holds a secret: whatever a field holds may end up on a screen or on paper.

mod api_docs;
mod app_in_okta;
mod begin;
mod card;
mod catalog_change;
mod checking;
mod disconnect;
mod error;
mod home;
mod journey;
mod kit;
mod layout;
mod leaving;
mod link_problem;
mod mend;
mod organization;
mod overview;
mod parts;
mod people;
mod permissions;
mod repair;
mod report;
#[cfg(test)]
mod samples;
mod sign_in;
mod staff;
mod states;
mod status;
mod support;
mod support_acts;
mod support_look_up;
mod support_tenant;
mod which;

pub use api_docs::{ApiDocs, DocsAnswer, DocsCall, DocsField, DocsGroup, DocsProblem, Run};
pub use app_in_okta::{AppField, AppInOkta, AppProblem, ClientAuth, ScopeToGrant};
pub use begin::{Begin, ConnectedBefore};
pub use card::{CategoryCard, ScopeRow};
pub use catalog_change::{CatalogChange, RewordedScope, WantedScope};
pub use checking::{Change, CheckPanel, Checking, FailedCheck};
pub use disconnect::{ConnectAgain, Disconnect, Ended, Leftovers, RevocationNote};
pub use error::{ErrorAction, ErrorPage};
pub use home::Home;
pub use journey::{Journey, Step};
pub use kit::{Cause, ConsoleLink, GrantHere, Kit, OtherWays, PlaceInOkta, Who};
pub use layout::{Layout, SignedIn};
pub use leaving::{NotAnAdministrator, SignedOut};
pub use link_problem::{LinkProblem, LinkTrouble};
pub use mend::{GrantForMe, GrantsDone, HandOff, NamedScope, RefusedGrant};
pub use organization::{FoundOrganization, Organization};
pub use overview::{
    Bar, BarChart, Cell, Chart, Column, ColumnChart, Overview, Panel, Part, Table, WIDTH,
    WindowLink,
};
pub use parts::{Access, FieldProblem, Tone, When};
pub use people::{HeldSignIn, PeoplePage, PersonRow, RemovePerson, SupportPeople};
pub use permissions::{CategoryAsked, Permissions, ScopeAsked};
pub use repair::{Repair, RepairDone};
pub use report::{Report, ReportCategory, ReportScope};
pub use sign_in::{SignIn, SignInPurpose};
pub use staff::{StaffSessionRow, StaffSessions, StaffSignIn, StaffSignedOut};
pub use states::{CategoryState, ScopeState};
pub use status::{Count, Facts, Look, Notice, Person, PrimaryAction, TenantStatus, Verdict};
pub use support::{StaffFrame, SupportPlace};
pub use support_acts::{Act, ActChoice, ActDone, Compared, ConfirmAct, SupportActs};
pub use support_look_up::{FilterOption, LookUpPage, LookUpRow};
pub use support_tenant::{
    HappeningRow, SupportCause, SupportLink, SupportTenant, TimelineFilter, VisitPage,
};
pub use which::{OpenBeside, OpenInBrowser, WhichOnboarding};
