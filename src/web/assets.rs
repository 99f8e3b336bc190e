//! The stylesheet, the script and the icons, compiled into the binary.

use std::sync::OnceLock;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "static"]
struct Assets;

/// Changes when any asset does, so that browsers may keep them for ever.
pub(super) fn version() -> String {
    static VERSION: OnceLock<String> = OnceLock::new();
    VERSION
        .get_or_init(|| {
            let mut all = Vec::new();
            for name in Assets::iter() {
                if let Some(file) = Assets::get(&name) {
                    all.extend_from_slice(&file.metadata.sha256_hash());
                }
            }
            let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &all);
            URL_SAFE_NO_PAD.encode(&digest.as_ref()[..6])
        })
        .clone()
}

/// `GET /static/{name}`.
pub(super) async fn asset(Path(name): Path<String>) -> Response {
    let Some(file) = Assets::get(&name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let kind = file.metadata.mimetype().to_owned();
    let keep = "public, max-age=31536000, immutable".to_owned();
    (
        [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, keep)],
        file.data.into_owned(),
    )
        .into_response()
}
