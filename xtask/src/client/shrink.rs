//! Shrinks the client after the compiler: wasm-opt, short names at the border, esbuild.
//!
//! What counts are the bytes after brotli, so what is done here was chosen by measuring those, never plain ones.

use super::split;
use crate::shell::{Shell, install};
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use std::fs;
use std::path::Path;

/// What rustc emits and an older wasm-opt has to be told.
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];
/// Names that the outside calls made short, of the page's part that others attach to.
const BORDER: [&str; 1] = ["--minify-imports-and-exports-and-modules"];
/// In this order. More bytes than -Oz leaves, but more alike: 2 % fewer once compressed. Functions by name stand
/// beside others of their kind, so that brotli finds them near: 0.6 %.
const PASSES: [&str; 10] = [
    "--flatten",
    "--rereloop",
    "-O1",
    // Once more over what the first round has left: 0.1 to 0.2 %.
    "-O1",
    "--optimize-instructions",
    "--precompute-propagate",
    "--vacuum",
    "--reorder-functions-by-name",
    "--strip-debug",
    "--strip-producers",
];

/// What wasm-opt calls the module that wasm-bindgen's imports come from.
const SHORT_MODULE: &str = "\"a\"";

/// The names that wasm-opt made shorter.
#[derive(Deserialize)]
pub(super) struct Names {
    /// Module, name, short name.
    imports: Vec<(String, String, String)>,
    /// Name, short name.
    exports: Vec<(String, String)>,
}

/// Shrinks `wasm` and the JavaScript that binds it, in place. Returns the names that became short; none without
/// wasm-opt.
pub(super) fn shrink(root: &Path, wasm: &Path, script: &Path) -> Result<Option<Names>> {
    let (wasm_opt, esbuild) = match (install::pinned(root, "wasm-opt"), install::pinned(root, "esbuild")) {
        (Ok(wasm_opt), Ok(esbuild)) => (wasm_opt, esbuild),
        (Err(error), _) | (_, Err(error)) => {
            eprintln!("warning: no wasm-opt, so the client stays larger than it need be: {error:#}");
            return Ok(None);
        }
    };
    eprintln!("optimising the client …");
    let mut shell = Shell::of(&wasm_opt);
    shell.args(WASM_FEATURES).args(PASSES).args(BORDER).arg("-o").arg(wasm).arg(wasm);
    let names = shell.read("optimising the client")?;
    let names: Names = serde_json::from_str(&names).context("the names that wasm-opt made shorter")?;
    let long = fs::read_to_string(script)?;
    let stem = script.file_stem().context("a script with a name")?.to_string_lossy();
    fs::write(script, renamed(&long, &names, &format!("\"./{stem}_bg.js\""))?)?;
    let mut shell = Shell::of(&esbuild);
    shell.arg(script).args(["--minify", "--format=esm", "--allow-overwrite", "--log-level=warning"]);
    let mut output = std::ffi::OsString::from("--outfile=");
    output.push(script);
    shell.arg(output);
    shell.run("shortening its JavaScript")?;
    Ok(Some(names))
}

/// Shrinks a part of a client, `wasm`, in place. It calls the first part by the names that one exports under now.
pub(super) fn shrink_rest(root: &Path, wasm: &Path, names: &Names) -> Result<()> {
    let short =
        |long: &str| names.exports.iter().find(|(name, _)| name == long).map(|(_, short)| short.clone());
    fs::write(wasm, split::renamed(&fs::read(wasm)?, short)?)?;
    let mut shell = Shell::of(install::pinned(root, "wasm-opt")?);
    shell.args(WASM_FEATURES).args(PASSES).arg("-o").arg(wasm).arg(wasm);
    shell.run("optimising the second part of the client")
}

/// `script` with the short names: an import is a key of an object, an export a field of `wasm`. `module` is where
/// its imports come from.
fn renamed(script: &str, names: &Names, module: &str) -> Result<String> {
    let mut out = String::with_capacity(script.len());
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '$');
    let mut n_imports = 0;
    let mut rest = script;
    while let Some(start) = rest.find(is_part) {
        let (before, word) = rest.split_at(start);
        out.push_str(before);
        let (word, after) = word.split_at(word.find(|letter| !is_part(letter)).unwrap_or(word.len()));
        let import = names.imports.iter().find(|(_, long, _)| long == word);
        let export = names.exports.iter().find(|(long, _)| long == word && out.ends_with("wasm."));
        n_imports += usize::from(import.is_some());
        let short = import.map(|(_, _, short)| short).or(export.map(|(_, short)| short));
        out.push_str(short.map_or(word, String::as_str));
        rest = after;
    }
    out.push_str(rest);
    ensure!(n_imports == names.imports.len(), "the JavaScript names other imports than the wasm");
    ensure!(out.contains(module), "the JavaScript does not name {module}, the module of its imports");
    Ok(out.replace(module, SHORT_MODULE))
}

#[cfg(test)]
mod tests {
    use super::{Names, renamed};

    #[test]
    fn names_are_shortened_where_they_are_those_of_the_border() {
        let names = Names {
            imports: vec![("./app_bg.js".to_owned(), "__wbg_now_0a1b".to_owned(), "a".to_owned())],
            exports: vec![("start".to_owned(), "b".to_owned())],
        };
        let script =
            "return { \"./app_bg.js\": { __wbg_now_0a1b: function() {} } }; wasm.start(); node.start()";
        let short = "return { \"a\": { a: function() {} } }; wasm.b(); node.start()";
        let module = "\"./app_bg.js\"";
        assert_eq!(renamed(script, &names, module).unwrap(), short);
        renamed("wasm.start()", &names, module).unwrap_err();
    }
}
