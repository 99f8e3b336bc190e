//! Every call of the API once, as its right caller makes it, and what that is answered.

/// One call.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    pub method: &'static str,
    /// As in the document: what stands in braces is filled in.
    pub path: &'static str,
    pub body: Option<&'static str>,
    /// The answer to the right caller, for a connected tenant.
    pub status: u16,
}

const fn call(method: &'static str, path: &'static str, status: u16) -> Call {
    Call {
        method,
        path,
        body: None,
        status,
    }
}

const fn sending(
    method: &'static str,
    path: &'static str,
    body: &'static str,
    status: u16,
) -> Call {
    Call {
        body: Some(body),
        ..call(method, path, status)
    }
}

/// In this order: what ends something stands last.
pub const CALLS: &[Call] = &[
    call("GET", "/api/v1/catalog", 200),
    sending(
        "POST",
        "/api/v1/tenants",
        r#"{"name":"A new one","organization":"{organization}"}"#,
        201,
    ),
    call("GET", "/api/v1/tenants", 200),
    call("GET", "/api/v1/tenants/{tenant}", 200),
    call("POST", "/api/v1/tenants/{tenant}/activation", 200),
    sending("POST", "/api/v1/tenants/{tenant}/access-token", "{}", 200),
    call("POST", "/api/v1/tenants/{tenant}/checks", 202),
    call("GET", "/api/v1/tenants/{tenant}/events", 200),
    call("POST", "/api/v1/tenants/{tenant}/links", 201),
    call("GET", "/api/v1/tenants/{tenant}/links", 200),
    call("GET", "/api/v1/tenants/{tenant}/people", 200),
    call("GET", "/api/v1/tenants/{tenant}/status", 200),
    sending(
        "POST",
        "/api/v1/webhooks",
        r#"{"url":"http://127.0.0.1:9/hooks"}"#,
        201,
    ),
    call("GET", "/api/v1/webhooks", 200),
    call("GET", "/api/v1/webhooks/{webhook}", 200),
    call("POST", "/api/v1/webhooks/{webhook}/disable", 200),
    call("POST", "/api/v1/webhooks/{webhook}/enable", 200),
    call("POST", "/api/v1/webhooks/{webhook}/secret", 201),
    call("POST", "/api/v1/webhooks/{webhook}/test", 200),
    call("GET", "/api/v1/webhooks/{webhook}/deliveries", 200),
    sending(
        "POST",
        "/api/v1/webhooks/{webhook}/replays",
        r#"{"dead":true}"#,
        202,
    ),
    call("DELETE", "/api/v1/webhooks/{webhook}", 204),
    call("DELETE", "/api/v1/tenants/{tenant}/links/{link}", 204),
    call("DELETE", "/api/v1/tenants/{tenant}/people/{person}", 204),
    call("DELETE", "/api/v1/tenants/{tenant}/connection", 200),
];
