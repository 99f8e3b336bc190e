//! What only a Super Administrator of the tenant may, the sign-ins that show it, and held sign-ins.

use super::{BEGIN, IN, NO, OUT, Row, THERE, row};

pub const ROWS: &[Row] = &[
    row(
        "GET",
        "/tenants/{tenant}/disconnect/verify",
        [IN, NO, NO, NO, NO, IN, IN, IN],
    ),
    row(
        "GET",
        "/tenants/{tenant}/grants/authorize",
        [IN, NO, NO, NO, NO, IN, IN, IN],
    ),
    row(
        "GET",
        "/tenants/{tenant}/held",
        [IN, NO, NO, THERE, NO, IN, IN, IN],
    ),
    row(
        "GET",
        "/tenants/{tenant}/held/sign-in",
        [IN, NO, NO, BEGIN, NO, IN, IN, IN],
    ),
    row(
        "GET",
        "/tenants/{tenant}/people",
        [IN, NO, NO, NO, NO, IN, IN, IN],
    ),
    row(
        "GET",
        "/tenants/{tenant}/people/verify",
        [IN, NO, NO, NO, NO, IN, IN, IN],
    ),
    row(
        "GET",
        "/tenants/{tenant}/people/{person}/remove",
        [IN, NO, NO, NO, NO, IN, IN, IN],
    ),
    row(
        "POST",
        "/tenants/{tenant}/people/{person}/remove",
        [OUT, NO, NO, NO, NO, OUT, OUT, OUT],
    ),
];
