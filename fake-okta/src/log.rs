//! The request log: what arrived, as sent, for tests to assert on.

use std::sync::{Mutex, MutexGuard};

use serde::{Deserialize, Serialize};

/// One request. Calls to the fault desk itself are not recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestRecord {
    /// By the fake's clock, seconds since the epoch.
    pub at: i64,
    pub method: String,
    pub path: String,
    /// The query as sent, undecoded.
    pub query: Option<String>,
    pub headers: Vec<(String, String)>,
    /// Fields of a form body, decoded, in order.
    pub form: Vec<(String, String)>,
    /// From the query, the form, the Basic header or the assertion.
    pub client_id: Option<String>,
    /// 0 while the answer is not made yet, and for good when the client went away before.
    pub status: u16,
    /// Arrivals and ends are numbered together, from 1: which requests overlapped can be told.
    pub began: u64,
    /// `None` while it is being handled.
    pub ended: Option<u64>,
}

impl RequestRecord {
    /// The first value of a form field.
    pub fn field(&self, name: &str) -> Option<&str> {
        let found = self.form.iter().find(|(of, _)| of == name);
        found.map(|(_, value)| value.as_str())
    }

    /// A header, by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(of, _)| of == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The access token that was sent.
    pub fn bearer(&self) -> Option<&str> {
        self.header("authorization")?.strip_prefix("Bearer ")
    }
}

#[derive(Debug, Default)]
pub(crate) struct RequestLog(Mutex<Records>);

#[derive(Debug, Default)]
struct Records {
    kept: Vec<RequestRecord>,
    /// How many were forgotten, so that a number stays one request's.
    forgotten: usize,
    events: u64,
}

impl Records {
    fn next_event(&mut self) -> u64 {
        self.events += 1;
        self.events
    }
}

impl RequestLog {
    /// Notes an arrival; the number is for [`Self::ended`].
    pub(crate) fn arrived(&self, mut record: RequestRecord) -> usize {
        let mut records = self.locked();
        record.began = records.next_event();
        records.kept.push(record);
        records.forgotten + records.kept.len() - 1
    }

    /// Notes the end of a request: its answer's status, or 0 when the client did not wait for it.
    pub(crate) fn ended(&self, number: usize, status: u16) {
        let mut records = self.locked();
        let event = records.next_event();
        let Some(index) = number.checked_sub(records.forgotten) else {
            return;
        };
        if let Some(record) = records.kept.get_mut(index) {
            record.status = status;
            record.ended = Some(event);
        }
    }

    pub(crate) fn all(&self) -> Vec<RequestRecord> {
        self.locked().kept.clone()
    }

    pub(crate) fn clear(&self) {
        let mut records = self.locked();
        records.forgotten += records.kept.len();
        records.kept.clear();
    }

    fn locked(&self) -> MutexGuard<'_, Records> {
        self.0.lock().expect("no holder of the lock panics")
    }
}
