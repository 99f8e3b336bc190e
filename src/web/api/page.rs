//! Lists come in pages: a cursor leads to the next one, so that nothing is shown twice or left out
//! while things are added.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::problem::{ApiProblem, Kind};

const DEFAULT_LIMIT: u32 = 50;
const MAX_LIMIT: u32 = 100;

/// Which page of a list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PageParameters {
    /// The `next_cursor` of the page before; left out for the first one.
    #[param(max_length = 22, pattern = "^[A-Za-z0-9_-]*$", nullable = false)]
    cursor: Option<String>,
    /// How many entries at most; 50 when left out.
    #[param(minimum = 1, maximum = 100, nullable = false)]
    limit: Option<u32>,
}

/// The same, read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    /// The last entry of the page before: entries are in the order of their ids, the latest first.
    pub before: Option<Uuid>,
    limit: u32,
}

impl PageParameters {
    pub(super) fn read(&self) -> Result<Page, ApiProblem> {
        let limit = self.limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            let detail = format!("limit: a page has 1 to {MAX_LIMIT} entries.");
            return Err(ApiProblem::new(Kind::Malformed, detail));
        }
        let before = self.cursor.as_deref().map(read_cursor).transpose()?;
        Ok(Page { before, limit })
    }
}

impl Page {
    /// One more than the page holds: whether there is a next one.
    pub(super) const fn wanted(&self) -> i64 {
        self.limit as i64 + 1
    }

    /// Cuts `entries` to the page, and gives the cursor of the next one.
    pub(super) fn cut<T>(&self, entries: &mut Vec<T>, id: impl Fn(&T) -> Uuid) -> Option<String> {
        let limit = self.limit as usize;
        let has_more = entries.len() > limit;
        entries.truncate(limit);
        let last = entries.last().filter(|_| has_more)?;
        Some(URL_SAFE_NO_PAD.encode(id(last).as_bytes()))
    }
}

fn read_cursor(text: &str) -> Result<Uuid, ApiProblem> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok();
    let id = bytes.and_then(|bytes| Uuid::from_slice(&bytes).ok());
    id.ok_or_else(|| {
        ApiProblem::new(
            Kind::Malformed,
            "cursor: take it unchanged from next_cursor of the page before, or leave it out to begin anew.",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(cursor: Option<&str>, limit: Option<u32>) -> Option<Page> {
        let parameters = PageParameters {
            cursor: cursor.map(str::to_owned),
            limit,
        };
        parameters.read().ok()
    }

    #[test]
    fn a_cursor_leads_on_from_the_last_entry_and_ends_with_the_list() {
        let first = page(None, Some(2)).unwrap();
        assert_eq!(first.wanted(), 3);
        let ids: Vec<_> = (0..3).map(|_| Uuid::now_v7()).collect();
        let mut entries = ids.clone();

        let cursor = first.cut(&mut entries, |id| *id).unwrap();

        assert_eq!(entries, ids[..2]);
        assert_eq!(page(Some(&cursor), None).unwrap().before, Some(ids[1]));
        assert_eq!(first.cut(&mut entries, |id| *id), None);
    }

    #[test]
    fn a_page_is_bounded_and_a_cursor_is_one_of_ours() {
        assert!(page(None, Some(0)).is_none());
        assert!(page(None, Some(101)).is_none());
        assert!(page(None, Some(100)).is_some());
        for cursor in ["", "x", "%%", &"A".repeat(23)] {
            assert!(page(Some(cursor), None).is_none(), "{cursor:?}");
        }
    }

    fn feed_cursors(count: usize) {
        let first = URL_SAFE_NO_PAD.encode(Uuid::now_v7().as_bytes());
        crate::fuzz::texts(
            count,
            &[&first, "AAAAAAAAAAAAAAAAAAAAAA"],
            &["=", "-", "_", "A"],
            |text| {
                if let Some(page) = page(Some(text), None) {
                    let cursor = page.before.map(|id| URL_SAFE_NO_PAD.encode(id.as_bytes()));
                    assert_eq!(cursor.as_deref(), Some(text), "one writing for each");
                }
            },
        );
    }

    crate::fuzz::both!(
        feed_cursors,
        no_hostile_cursor_panics,
        soak_of_hostile_cursors
    );
}
