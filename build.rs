//! Rebuilds when a migration is added: `sqlx::migrate!` embeds the files that it finds, and
//! cargo by itself notices only changes to those that it found last time.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
