//! Builds the web client: wasm by cargo, its JavaScript by wasm-bindgen as a library, the style sheet by lightningcss,
//! everything precompressed, into `target/site/pkg`: the page, split in two (what a first page needs, and the rest), and
//! a module of its own that reads dropped files. Nothing is downloaded but by package managers.
//!
//! In: the sources of `shared`, `app` and `style`. Out: `app.js`, `app_bg.wasm`, `app_rest.wasm` (in release builds),
//! `app.css`, `reader.js`, `reader_bg.wasm`, each with `.br` and `.gz`. Skipped when nothing that goes in has changed
//! since. A first transfer over [`TRANSFER_BYTES_MAX`] and a missing `wasm-opt` or `esbuild` are warnings here; the
//! browser tests hold the limit.
//!
//! Rooms: [`split`] (one module into two), [`late`] (which functions come late), [`shrink`] (fewer bytes).

mod late;
mod shrink;
mod split;

use crate::shell::{Shell, install};
use anyhow::{Context, Result, ensure};
use lightningcss::bundler::{Bundler, FileProvider};
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Most bytes of wasm, JavaScript and style together, as brotli.
pub const TRANSFER_BYTES_MAX: u64 = 350 * 1024;

/// How the client is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Fast to build, large, for trying things out.
    Dev,
    /// Small, what people get.
    Release,
}

/// A WebAssembly module of the client.
#[derive(Debug, Clone, Copy)]
struct Module {
    /// Its crate, and the name of its files.
    name: &'static str,
    /// Features of the crate.
    features: &'static str,
}

/// The page.
const APP: Module = Module { name: "app", features: "hydrate" };
/// What reads dropped files: fetched when the first one is dropped.
const READER: Module = Module { name: "reader", features: "" };

/// The second part of the page's program, which a development build does not have.
const REST: &str = "app_rest.wasm";

/// Builds the client into `target/site/pkg` unless it is there already. Returns what tells this client from others:
/// a release build of the server that is given it as `MISSION_CLIENT` carries this one, never one built earlier.
pub fn build(root: &Path, profile: Profile) -> Result<String> {
    let site = root.join("target/site/pkg");
    let stamp = format!("{profile:?} {}", fingerprint(root)?);
    if fs::read_to_string(site.join("stamp")).is_ok_and(|kept| kept == stamp) {
        eprintln!("client: up to date");
        return Ok(stamp);
    }
    fs::create_dir_all(&site)?;
    let _gone = fs::remove_file(site.join("stamp"));
    // A development build has none, and a server takes what is there.
    for ending in ["", ".br", ".gz"] {
        let _gone = fs::remove_file(site.join(format!("{REST}{ending}")));
    }
    style(root, &site)?;
    for module in [APP, READER] {
        let wasm = compile(root, profile, module)?;
        bind(&wasm, &site, module.name)?;
        if profile == Profile::Release {
            optimise(root, &site, module)?;
        }
    }
    let transfer = compress(&site, profile)?;
    if profile == Profile::Release && transfer > TRANSFER_BYTES_MAX {
        eprintln!(
            "warning: the first transfer is {transfer} bytes of brotli, at most {TRANSFER_BYTES_MAX} are wanted"
        );
    }
    fs::write(site.join("stamp"), &stamp)?;
    Ok(stamp)
}

/// Hash over every file that goes into the client, by path and content.
fn fingerprint(root: &Path) -> Result<String> {
    let mut files = ["Cargo.lock", "Cargo.toml", "xtask/src/client.rs"].map(|file| root.join(file)).to_vec();
    for folder in ["shared/src", "app/src", "app/reader", "style", "xtask/src/client"] {
        collect(&root.join(folder), &mut files)?;
    }
    files.extend(["shared/Cargo.toml", "app/Cargo.toml"].map(|file| root.join(file)));
    files.sort();
    let mut hasher = blake3::Hasher::new();
    for file in files {
        let name = file.strip_prefix(root).unwrap_or(&file).to_string_lossy().into_owned();
        let content = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        hasher.update(name.as_bytes()).update(&(content.len() as u64).to_le_bytes()).update(&content);
    }
    Ok(hasher.finalize().to_hex().to_string())
}

/// All files below `folder`.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    Ok(())
}

fn style(root: &Path, site: &Path) -> Result<()> {
    let files = FileProvider::new();
    let mut bundler = Bundler::new(&files, None, ParserOptions::default());
    let mut sheet =
        bundler.bundle(&root.join("style/main.css")).map_err(|error| anyhow::anyhow!("style: {error}"))?;
    sheet.minify(MinifyOptions::default()).map_err(|error| anyhow::anyhow!("style: {error}"))?;
    let css = sheet
        .to_css(PrinterOptions { minify: true, ..PrinterOptions::default() })
        .map_err(|error| anyhow::anyhow!("style: {error}"))?;
    fs::write(site.join("app.css"), css.code)?;
    Ok(())
}

/// Compiles `app` in a target folder of its own, so that its flags never invalidate the server's build.
fn compile(root: &Path, profile: Profile, module: Module) -> Result<PathBuf> {
    install::wasm_target(root)?;
    let target = root.join("target/client");
    let mut flags = vec!["--cfg erase_components"];
    let name = match profile {
        Profile::Dev => "dev",
        Profile::Release => "wasm-release",
    };
    let mut cargo = Shell::cargo(root);
    cargo.args(["rustc", "--package", module.name, "--lib", "--crate-type", "cdylib"]);
    cargo.args(["--features", module.features]);
    cargo.args(["--target", "wasm32-unknown-unknown", "--profile", name, "--locked"]);
    cargo.arg("--target-dir").arg(&target);
    if profile == Profile::Release {
        // A standard library built for size, whose panics end at once: an eighth of the code, measured. These
        // flags are unstable, so they are taken with the pinned compiler alone; development builds stay plain.
        install::standard_library_source(root)?;
        cargo.env("RUSTC_BOOTSTRAP", "1");
        cargo.args(["-Zbuild-std=std", "-Zbuild-std-features=optimize_for_size"]);
        flags.extend(["-Zunstable-options", "-Cpanic=immediate-abort", "-Zlocation-detail=none"]);
    }
    // Erased components: quicker to build, and for an app of this size also smaller, 6 % of the code, measured.
    cargo.env("RUSTFLAGS", flags.join(" "));
    cargo.run("compiling the client")?;
    let folder = if profile == Profile::Dev { "debug" } else { name };
    Ok(target.join("wasm32-unknown-unknown").join(folder).join(format!("{}.wasm", module.name)))
}

fn bind(wasm: &Path, site: &Path, name: &str) -> Result<()> {
    let mut bindgen = wasm_bindgen_cli_support::Bindgen::new();
    bindgen.input_path(wasm).out_name(name).typescript(false).omit_default_module_path(true);
    bindgen.web(true)?.generate(site).context("wasm-bindgen")?;
    Ok(())
}

/// Splits the page's module and makes all small.
fn optimise(root: &Path, site: &Path, module: Module) -> Result<()> {
    let name = module.name;
    let (wasm, script) = (site.join(format!("{name}_bg.wasm")), site.join(format!("{name}.js")));
    let rest = site.join(REST);
    if name == APP.name {
        let parts = split::split(&fs::read(&wasm)?, "./app_bg.js", late::is_late)?;
        fs::write(&wasm, parts.first)?;
        fs::write(&rest, parts.rest)?;
        glue(root, site)?;
        let (stubs, exports) = parts.borders;
        eprintln!("client: {stubs} functions are called in the second part, {exports} from it");
    }
    let names = shrink::shrink(root, &wasm, &script)?;
    match names.filter(|_| name == APP.name) {
        Some(names) => shrink::shrink_rest(root, &rest, &names),
        None => Ok(()),
    }
}

/// Adds to the page's script what loads the second part, and gives it to the first as an import.
fn glue(root: &Path, site: &Path) -> Result<()> {
    const IMPORTS: &str = "const import0 = {";
    let path = site.join("app.js");
    let script = fs::read_to_string(&path)?;
    ensure!(script.matches(IMPORTS).count() == 1, "the JavaScript has no {IMPORTS:?}");
    let script = script.replace(IMPORTS, &format!("{IMPORTS}\n{}: () => restAtOnce(),", split::LOAD));
    let rest = fs::read_to_string(root.join("app/src/browser/rest.js"))?;
    fs::write(&path, format!("{script}\n{rest}"))?;
    Ok(())
}

/// Writes `.br` and `.gz` beside every file and prints the sizes; the sum of the brotli ones.
fn compress(site: &Path, profile: Profile) -> Result<u64> {
    let mut sum = 0;
    for (name, is_first) in [
        ("app_bg.wasm", true),
        ("app.js", true),
        ("app.css", true),
        (REST, false),
        ("reader_bg.wasm", false),
        ("reader.js", false),
    ] {
        let path = site.join(name);
        if name == REST && profile == Profile::Dev {
            continue;
        }
        let plain = fs::read(&path).with_context(|| format!("the build left no {name}"))?;
        let quality = if profile == Profile::Release { 11 } else { 1 };
        let mut brotli = Vec::new();
        let mut writer = brotli::CompressorWriter::new(&mut brotli, 1 << 16, quality, 22);
        writer.write_all(&plain)?;
        drop(writer);
        let level = if profile == Profile::Release { 9 } else { 1 };
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(level));
        gzip.write_all(&plain)?;
        let gzip = gzip.finish()?;
        eprintln!("client: {name} {} B, gzip {} B, brotli {} B", plain.len(), gzip.len(), brotli.len());
        sum += if is_first { brotli.len() as u64 } else { 0 };
        fs::write(site.join(format!("{name}.br")), brotli)?;
        fs::write(site.join(format!("{name}.gz")), gzip)?;
    }
    eprintln!("client: first transfer {sum} B of {TRANSFER_BYTES_MAX} B");
    Ok(sum)
}
