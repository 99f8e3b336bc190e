//! The request log: what arrived, as sent, for tests to assert on.

use std::sync::Mutex;

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
    /// 0 while the answer is not made yet.
    pub status: u16,
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
}

#[derive(Debug, Default)]
pub(crate) struct RequestLog {
    records: Mutex<Vec<RequestRecord>>,
}

impl RequestLog {
    /// Notes an arrival; the number is for [`Self::answered`].
    pub(crate) fn arrived(&self, record: RequestRecord) -> usize {
        let mut records = self.records.lock().expect("no holder of the lock panics");
        records.push(record);
        records.len() - 1
    }

    pub(crate) fn answered(&self, number: usize, status: u16) {
        let mut records = self.records.lock().expect("no holder of the lock panics");
        if let Some(record) = records.get_mut(number) {
            record.status = status;
        }
    }

    pub(crate) fn all(&self) -> Vec<RequestRecord> {
        self.records
            .lock()
            .expect("no holder of the lock panics")
            .clone()
    }

    pub(crate) fn clear(&self) {
        self.records
            .lock()
            .expect("no holder of the lock panics")
            .clear();
    }
}
