//! The staff's door and what is behind it: there each of these people is nobody.

use super::{BAD, Cell, OK, OUT, Row, row, sending, status, to};

/// To the staff's sign-in.
const STAFF: Cell = to("/staff/sign-in");
/// To the staff's sign-in that leads back to the tenant.
const STAFF_TENANT: &str = "/staff/sign-in?return_to=%2Fsupport%2Ftenants%2F{tenant}";

const ACTIVATION: Cell =
    to("/staff/sign-in?return_to=%2Fsupport%2Ftenants%2F{tenant}%2Factivation");
const DISCONNECT: Cell =
    to("/staff/sign-in?return_to=%2Fsupport%2Ftenants%2F{tenant}%2Fdisconnect");
const LINKS: Cell = to("/staff/sign-in?return_to=%2Fsupport%2Ftenants%2F{tenant}%2Flinks%2Frevoke");
const SESSIONS: Cell =
    to("/staff/sign-in?return_to=%2Fsupport%2Ftenants%2F{tenant}%2Fsessions%2Frevoke");
const PEOPLE: Cell = to("/staff/sign-in?return_to=%2Fsupport%2Ftenants%2F{tenant}%2Fpeople");
const REMOVE: Cell =
    to("/staff/sign-in?return_to=%2Fsupport%2Ftenants%2F{tenant}%2Fpeople%2F{person}%2Fremove");

pub const ROWS: &[Row] = &[
    row("GET", "/staff/callback", [BAD; 8]),
    row("GET", "/staff/sessions", [STAFF; 8]),
    row("POST", "/staff/sessions/{session}/revoke", [OUT; 8]),
    row("GET", "/staff/sign-in", [OK; 8]),
    row("POST", "/staff/sign-out", [to("/staff/signed-out"); 8]),
    row("GET", "/staff/sign-out/provider", [status(410); 8]),
    row("GET", "/staff/signed-out", [OK; 8]),
    row(
        "GET",
        "/support",
        [to("/staff/sign-in?return_to=%2Fsupport"); 8],
    ),
    row(
        "GET",
        "/support/overview",
        [to("/staff/sign-in?return_to=%2Fsupport%2Foverview"); 8],
    ),
    row("GET", "/support/tenants/{tenant}", [to(STAFF_TENANT); 8]),
    row(
        "GET",
        "/support/tenants/{tenant}/bundle.json",
        [to("/staff/sign-in?return_to=%2Fsupport%2Ftenants%2F{tenant}%2Fbundle.json"); 8],
    ),
    row("POST", "/support/tenants/{tenant}/checks", [OUT; 8]),
    row(
        "GET",
        "/support/tenants/{tenant}/customer-view",
        [to("/staff/sign-in?return_to=%2Fsupport%2Ftenants%2F{tenant}%2Fcustomer-view"); 8],
    ),
    row("POST", "/support/tenants/{tenant}/hand-off", [OUT; 8]),
    row("POST", "/support/tenants/{tenant}/links", [OUT; 8]),
    row(
        "GET",
        "/support/tenants/{tenant}/activation",
        [ACTIVATION; 8],
    ),
    row("POST", "/support/tenants/{tenant}/activation", [OUT; 8]),
    row(
        "GET",
        "/support/tenants/{tenant}/disconnect",
        [DISCONNECT; 8],
    ),
    row("POST", "/support/tenants/{tenant}/disconnect", [OUT; 8]),
    row("GET", "/support/tenants/{tenant}/links/revoke", [LINKS; 8]),
    row("POST", "/support/tenants/{tenant}/links/revoke", [OUT; 8]),
    row(
        "GET",
        "/support/tenants/{tenant}/sessions/revoke",
        [SESSIONS; 8],
    ),
    row("GET", "/support/tenants/{tenant}/people", [PEOPLE; 8]),
    row(
        "GET",
        "/support/tenants/{tenant}/people/{person}/remove",
        [REMOVE; 8],
    ),
    row(
        "POST",
        "/support/tenants/{tenant}/people/{person}/remove",
        [OUT; 8],
    ),
    sending(
        "POST",
        "/support/tenants/{tenant}/sessions/revoke",
        &[("link", "all")],
        [OUT; 8],
    ),
    sending(
        "POST",
        "/support/tenants/{tenant}/visit",
        &[("reason", "curious")],
        [OUT; 8],
    ),
];
