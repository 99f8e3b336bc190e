//! Makes hostile input out of valid input: it keeps most of the structure, so that what it makes gets
//! past the first glance of a parser.

use serde_json::{Map, Value, json};

/// What is worth trying in any text.
const NASTY: &[&str] = &[
    "",
    "\0",
    "\r\n",
    "\n",
    "\t",
    " ",
    "%00",
    "%2e%2e",
    "%zz",
    "%",
    "..",
    "../",
    "/",
    "//",
    "\\",
    "\"",
    "'",
    "<script>",
    "#",
    "?",
    "&",
    "&&",
    "=",
    "==",
    ";",
    ",",
    ":",
    "@",
    "[",
    "]",
    "{",
    "}",
    "{}",
    "[]",
    "null",
    "-1",
    "0",
    "1e999",
    "-0",
    "9223372036854775808",
    "18446744073709551616",
    "NaN",
    "\u{202e}",
    "\u{200b}",
    "\u{feff}",
    "\u{0301}",
    "\u{1f600}",
    "ß",
    "İ",
    "ſ",
    "xn--",
    "１",
    "．",
    "。",
    "\\u0000",
    "\\ud800",
    "::1",
    "0x7f.1",
    "127.0.0.1",
];

/// The longest text that is made.
const LONGEST: usize = 64 * 1024;

/// Chance from a seed: the same seed makes the same inputs again.
#[derive(Debug)]
pub struct Mutator {
    state: u64,
}

impl Mutator {
    pub fn new(seed: u64) -> Self {
        Self { state: seed | 1 }
    }

    /// A number below `limit` (xorshift64*, which is chance enough here).
    pub fn below(&mut self, limit: usize) -> usize {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        let mixed = self.state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(mixed).unwrap_or(0) % limit.max(1)
    }

    pub fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    pub fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }

    /// One of these texts, changed in one to four places; `pieces` are words of its language.
    pub fn text(&mut self, valid: &[&str], pieces: &[&str]) -> Vec<u8> {
        let mut made = self.pick(valid).as_bytes().to_vec();
        for _ in 0..=self.below(4) {
            self.change(&mut made, valid, pieces);
        }
        made.truncate(LONGEST);
        made
    }

    fn change(&mut self, text: &mut Vec<u8>, valid: &[&str], pieces: &[&str]) {
        let (from, until) = self.span(text.len());
        let span = text[from..until].to_vec();
        match self.below(10) {
            0 => drop(text.drain(from..until)),
            1 => insert(text, from, &span),
            2 => text.truncate(from),
            3 if from < text.len() => text[from] ^= 1 << self.below(8),
            4 => {
                let other = self.pick(valid).as_bytes();
                let (start, _) = self.span(other.len());
                text.truncate(from);
                text.extend_from_slice(&other[start..]);
            }
            5 => {
                // Rarely a great many: without optimization, length is what takes time.
                let times = if self.one_in(60) {
                    3_000
                } else {
                    [2, 20][self.below(2)]
                };
                let most = LONGEST / span.len().max(1);
                insert(text, from, &span.repeat(times.min(most)));
            }
            6 => text[from..until].make_ascii_uppercase(),
            7 => {
                let escaped = span
                    .iter()
                    .flat_map(|byte| format!("%{byte:02x}").into_bytes());
                let escaped: Vec<u8> = escaped.collect();
                text.splice(from..until, escaped);
            }
            8 => {
                let piece = self.pick(if pieces.is_empty() { NASTY } else { pieces });
                text.splice(from..until, piece.bytes());
            }
            _ => {
                let piece = self.pick(NASTY);
                insert(text, from, piece.as_bytes());
            }
        }
    }

    /// A part of a text of this length, most often a short one.
    fn span(&mut self, length: usize) -> (usize, usize) {
        let from = self.below(length + 1);
        let most = if self.one_in(4) { length } else { 8 };
        (from, (from + self.below(most + 1)).min(length))
    }

    /// One of these documents, changed in one to three places, and now and then as a text besides.
    pub fn document(&mut self, valid: &[Value]) -> Vec<u8> {
        let mut made = valid[self.below(valid.len())].clone();
        for _ in 0..=self.below(3) {
            self.bend(&mut made);
        }
        let text = made.to_string();
        if self.one_in(5) {
            return self.text(&[&text], &[]);
        }
        text.into_bytes()
    }

    fn bend(&mut self, value: &mut Value) {
        // Further down more often than here.
        match value {
            Value::Object(fields) if !fields.is_empty() && !self.one_in(6) => {
                self.bend_fields(fields);
            }
            Value::Array(items) if !items.is_empty() && !self.one_in(4) => {
                let place = self.below(items.len());
                match self.below(4) {
                    0 => drop(items.remove(place)),
                    1 => {
                        let most = if self.one_in(20) { 500 } else { 5 };
                        let again = vec![items[place].clone(); self.below(most)];
                        items.extend(again);
                    }
                    _ => self.bend(&mut items[place]),
                }
            }
            Value::String(text) if !self.one_in(3) => {
                let changed = self.text(&[text], &[]);
                *text = String::from_utf8_lossy(&changed).into_owned();
            }
            other => *other = self.odd(),
        }
    }

    fn bend_fields(&mut self, fields: &mut Map<String, Value>) {
        let names: Vec<String> = fields.keys().cloned().collect();
        let name = &names[self.below(names.len())];
        match self.below(8) {
            0 => drop(fields.remove(name)),
            1 => {
                let renamed = self.text(&[name], &[]);
                let value = fields.remove(name).unwrap_or_default();
                fields.insert(String::from_utf8_lossy(&renamed).into_owned(), value);
            }
            _ => self.bend(fields.entry(name.clone()).or_insert(Value::Null)),
        }
    }

    fn odd(&mut self) -> Value {
        let deep = || (0..100).fold(json!(1), |inner, _| json!([inner]));
        match self.below(12) {
            0 => Value::Null,
            1 => json!(true),
            2 => json!([0, -1, i64::MAX][self.below(3)]),
            3 => json!(u64::MAX),
            4 => json!(1e308),
            5 => json!([]),
            6 => json!({}),
            7 if self.one_in(20) => json!("x".repeat(self.below(60_000))),
            8 if self.one_in(5) => deep(),
            9 => json!({ "a": { "b": [null, {}] } }),
            _ => json!(self.pick(NASTY)),
        }
    }
}

fn insert(text: &mut Vec<u8>, at: usize, piece: &[u8]) {
    text.splice(at..at, piece.iter().copied());
}
