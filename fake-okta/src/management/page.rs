//! Lists in pages: at most `limit` rows, and where more follow, a `Link` header with the address of
//! the next page. What `after` holds is the fake's own business, as it is Okta's.

use serde_json::Value;

use super::{Context, Reply};
use crate::web::Problem;

/// Rows of a page, unless the request wants fewer; never more.
const MOST_ROWS: usize = 200;
/// What a cursor begins with, so that nobody mistakes it for a number to count with.
const CURSOR: &str = "row";

impl Context<'_> {
    /// The page of `rows` that the request asks for.
    pub(super) fn page(&self, rows: impl Iterator<Item = Value>) -> Result<Reply, Problem> {
        let limit = match self.call.query.get("limit") {
            None => MOST_ROWS,
            Some(text) => number("limit", text)?.clamp(1, MOST_ROWS),
        };
        let first = match self.call.query.get("after") {
            None => 0,
            Some(text) => number("after", text.strip_prefix(CURSOR).unwrap_or_default())?,
        };
        let mut rows = rows.skip(first);
        let page: Vec<Value> = rows.by_ref().take(limit).collect();
        let mut reply = Reply::ok(page.into());
        let address = self.call.org.url(&self.call.path);
        reply.links.push(format!(
            "<{address}?{}>; rel=\"self\"",
            self.call.query.encoded()
        ));
        if rows.next().is_some() {
            let mut query = self.call.query.clone();
            query
                .0
                .retain(|(name, _)| name != "after" && name != "limit");
            let after = format!("{CURSOR}{}", first + limit);
            query.0.push(("after".to_owned(), after));
            query.0.push(("limit".to_owned(), limit.to_string()));
            let next = format!("<{address}?{}>; rel=\"next\"", query.encoded());
            reply.links.push(next);
        }
        Ok(reply)
    }
}

fn number(name: &str, text: &str) -> Result<usize, Problem> {
    text.parse()
        .map_err(|_| Problem::invalid(name, &format!("{name}: Invalid value.")))
}
