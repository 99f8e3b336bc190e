//! Being asked to stop: once means to finish what is under way, twice means now.

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// The exit status after a second request to stop.
const ASKED_TWICE: i32 = 130;

/// A token that is cancelled when the process is asked to stop (SIGINT, SIGTERM).
pub fn stop_on_signal() -> std::io::Result<CancellationToken> {
    let stop = CancellationToken::new();
    let token = stop.clone();
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::spawn(async move {
        for asked_before in [false, true] {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            if asked_before {
                tracing::warn!("asked to stop twice: stopping without finishing");
                std::process::exit(ASKED_TWICE);
            }
            tracing::info!("asked to stop: finishing what is under way");
            token.cancel();
        }
    });
    Ok(stop)
}
