//! What each wrong actor gets from each route. Columns: nobody, a visitor, the holder of another
//! tenant's link, the holder of this tenant's link before beginning, another tenant's administrator,
//! and this tenant's own people with a revoked link, after the session's end, and signed out.

mod proven;
mod staff;

/// One answer.
#[derive(Debug, Clone, Copy)]
pub struct Cell {
    pub status: u16,
    pub goes_to: Option<&'static str>,
    /// Whether something of the tenant is written.
    pub changes: bool,
}

/// One route.
pub struct Row {
    pub route: (&'static str, &'static str),
    pub form: &'static [(&'static str, &'static str)],
    pub cells: [Cell; 8],
}

const fn status(status: u16) -> Cell {
    Cell {
        status,
        goes_to: None,
        changes: false,
    }
}

const fn to(path: &'static str) -> Cell {
    Cell {
        status: 303,
        goes_to: Some(path),
        changes: false,
    }
}

const fn changing(cell: Cell) -> Cell {
    Cell {
        changes: true,
        ..cell
    }
}

const fn row(method: &'static str, path: &'static str, cells: [Cell; 8]) -> Row {
    sending(method, path, &[], cells)
}

const fn sending(
    method: &'static str,
    path: &'static str,
    form: &'static [(&'static str, &'static str)],
    cells: [Cell; 8],
) -> Row {
    Row {
        route: (method, path),
        form,
        cells,
    }
}

/// A page.
const OK: Cell = status(200);
/// The page that says that the session has ended.
const OUT: Cell = status(401);
/// There is no such page.
const NO: Cell = status(404);
/// The answer from Okta is not this browser's.
const BAD: Cell = status(400);
/// What was sent does not fit.
const WRONG: Cell = status(422);
/// A link that another browser began with.
const TAKEN: Cell = status(409);
/// Begin first.
const BEGIN: Cell = to("/onboarding");
/// To the other tenant's page, which is this actor's own.
const OWN: Cell = to("/tenants/{other}");
/// To the sign-in that leads back.
const IN: Cell = to("/?tenant={tenant}");
/// To the tenant's page, which shows them nothing.
const THERE: Cell = to("/tenants/{tenant}");
const BYE: Cell = to("/signed-out");

const ROWS: &[Row] = &[
    row("GET", "/", [OK; 8]),
    row("GET", "/api/docs", [OK; 8]),
    row("GET", "/api/openapi.json", [OK; 8]),
    row("GET", "/healthz", [OK; 8]),
    row("GET", "/oauth/callback/{connection}", [BAD; 8]),
    row("GET", "/oauth/jwks/{connection}", [OK; 8]),
    row("GET", "/onboard/{link}", [TAKEN; 8]),
    row("POST", "/onboard/{link}", [TAKEN; 8]),
    row("GET", "/onboarding", [OUT, OUT, OK, OK, OWN, OUT, OUT, OUT]),
    row(
        "POST",
        "/onboarding/begin",
        [
            OUT,
            OUT,
            to("/onboarding/organization"),
            changing(to("/onboarding/organization")),
            OUT,
            OUT,
            OUT,
            OUT,
        ],
    ),
    row(
        "GET",
        "/onboarding/organization",
        [OUT, OUT, OK, BEGIN, OWN, OUT, OUT, OUT],
    ),
    sending(
        "POST",
        "/onboarding/organization",
        &[("organization", "{organization}")],
        [OUT, OUT, WRONG, BEGIN, OUT, OUT, OUT, OUT],
    ),
    sending(
        "POST",
        "/onboarding/organization/confirm",
        &[("organization", "{organization}")],
        [
            OUT,
            OUT,
            to("/onboarding/organization"),
            BEGIN,
            OUT,
            OUT,
            OUT,
            OUT,
        ],
    ),
    row(
        "GET",
        "/onboarding/permissions",
        [OUT, OUT, OK, BEGIN, OWN, OUT, OUT, OUT],
    ),
    row(
        "POST",
        "/onboarding/permissions",
        [OUT, OUT, to("/onboarding/app"), BEGIN, OUT, OUT, OUT, OUT],
    ),
    row(
        "GET",
        "/onboarding/app",
        [OUT, OUT, OK, BEGIN, OWN, OUT, OUT, OUT],
    ),
    row(
        "GET",
        "/onboarding/sign-in",
        [OUT, OUT, OK, BEGIN, OWN, OUT, OUT, OUT],
    ),
    // After the page before Okta, because a refused app leads the other tenant one step back.
    sending(
        "POST",
        "/onboarding/app",
        &[
            ("client_auth", "private_key_jwt"),
            ("client_id", "0oaNOTHERE0000000000"),
        ],
        [OUT, OUT, WRONG, BEGIN, OUT, OUT, OUT, OUT],
    ),
    row("GET", "/readyz", [OK; 8]),
    // An onboarding's link asks for no repair.
    row("GET", "/repair", [OUT, OUT, NO, NO, OWN, OUT, OUT, OUT]),
    row(
        "POST",
        "/repair/begin",
        [OUT, OUT, NO, NO, OUT, OUT, OUT, OUT],
    ),
    row(
        "GET",
        "/repair/done",
        [OUT, OUT, NO, NO, OWN, OUT, OUT, OUT],
    ),
    row("GET", "/sign-in", [to("/"); 8]),
    sending(
        "POST",
        "/sign-in",
        &[("organization", "not an address"), ("tenant", "{tenant}")],
        [WRONG; 8],
    ),
    row(
        "POST",
        "/sign-out",
        [BYE, BYE, BYE, changing(BYE), BYE, BYE, BYE, BYE],
    ),
    row("GET", "/signed-out", [OK; 8]),
    row("GET", "/static/{*name}", [OK; 8]),
    row("GET", "/tenants/{tenant}", [IN, NO, NO, NO, NO, IN, IN, IN]),
    row(
        "GET",
        "/tenants/{tenant}/authorize",
        [IN, NO, NO, NO, NO, IN, IN, IN],
    ),
    row(
        "POST",
        "/tenants/{tenant}/authorize",
        [OUT, NO, NO, NO, NO, OUT, OUT, OUT],
    ),
    row(
        "POST",
        "/tenants/{tenant}/checks",
        [OUT, NO, NO, NO, NO, OUT, OUT, OUT],
    ),
    row(
        "GET",
        "/tenants/{tenant}/connect",
        [IN, NO, NO, NO, NO, IN, IN, IN],
    ),
    sending(
        "POST",
        "/tenants/{tenant}/connect",
        &[
            ("client_auth", "private_key_jwt"),
            ("client_id", "{client_id}"),
        ],
        [OUT, NO, NO, NO, NO, OUT, OUT, OUT],
    ),
    row(
        "GET",
        "/tenants/{tenant}/disconnect",
        [IN, NO, NO, NO, NO, IN, IN, IN],
    ),
    row(
        "POST",
        "/tenants/{tenant}/disconnect",
        [OUT, NO, NO, NO, NO, OUT, OUT, OUT],
    ),
    row(
        "GET",
        "/tenants/{tenant}/events",
        [IN, NO, NO, NO, NO, IN, IN, IN],
    ),
    row(
        "GET",
        "/tenants/{tenant}/grants",
        [IN, NO, NO, NO, NO, IN, IN, IN],
    ),
    row(
        "POST",
        "/tenants/{tenant}/grants",
        [OUT, NO, NO, NO, NO, OUT, OUT, OUT],
    ),
    row(
        "POST",
        "/tenants/{tenant}/hand-off",
        [OUT, NO, NO, NO, NO, OUT, OUT, OUT],
    ),
    row(
        "GET",
        "/tenants/{tenant}/report",
        [IN, NO, NO, NO, NO, IN, IN, IN],
    ),
    row(
        "GET",
        "/tenants/{tenant}/report.csv",
        [IN, NO, NO, NO, NO, IN, IN, IN],
    ),
    row(
        "GET",
        "/tenants/{tenant}/report.json",
        [IN, NO, NO, NO, NO, IN, IN, IN],
    ),
];

/// All of them.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    ROWS.iter().chain(proven::ROWS).chain(staff::ROWS)
}
