//! Boots a clean root and keeps it until this program ends, for a look around:
//! `cargo run --example boot -- bookworm [CACHE]`, then the command that it prints.
#![expect(clippy::print_stdout, reason = "an example talks to a person")]

use deb_build_app::target::Root;
use std::time::Duration;

fn main() -> anyhow::Result<()> {
    let mut words = std::env::args().skip(1);
    let suite = words.next().unwrap_or_else(|| "bookworm".to_owned());
    let mut builder = Root::builder(&suite);
    if let Some(cache) = words.next() {
        builder = builder.cache(cache);
    }
    let root = builder.boot()?;
    root.sh("systemd-run --quiet sleep 600")?;
    if let Some(leader) = root.leader() {
        println!("nsenter --target {leader} --all bash");
    }
    println!("booted {}", root.name());
    std::thread::sleep(Duration::from_mins(10));
    Ok(())
}
