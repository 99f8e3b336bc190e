//! HTTP in, HTML and JSON out.

pub mod pages;
