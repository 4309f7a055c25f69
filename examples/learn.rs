fn main() {
    let path = std::env::args().nth(1).unwrap();
    let bytes = std::fs::read(path).unwrap();
    match mtmlog::dialect::learn(mtmlog::source::lines(&bytes).map(|l| l.text), true) {
        Some(l) => println!("{}\nassumed {}", l.profile.to_toml(l.score), l.assumed),
        None => println!("none"),
    }
}
