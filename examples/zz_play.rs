fn main() -> anyhow::Result<()> {
    let packages: Vec<String> = std::env::args().skip(2).collect();
    let suite = std::env::args().nth(1).unwrap();
    let root = deb_build_app::target::Root::builder(&suite).packages(packages).may_fail(["apache2.service","nginx.service"]).boot()?;
    println!("leader {}", root.leader().unwrap());
    std::thread::sleep(std::time::Duration::from_secs(3 * 3600));
    Ok(())
}
