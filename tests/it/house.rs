//! The house's own rules, read from its files: who imports whom, how large a file is, what stands where.

mod files;
mod floors;
mod source;
mod templates;
