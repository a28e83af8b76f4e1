//! Tells cargo that the golden sets are part of the binary, also those that are new.

fn main() {
    println!("cargo::rerun-if-changed=../golden");
}
