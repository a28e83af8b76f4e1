//! A small module, whole and in two parts: Node runs both and must get the same out of them.

use super::{FIRST, LOAD, Parts, renamed, split};
use crate::shell::Shell;
use std::fs;
use walrus::ir::{BinaryOp, ExtendedLoad, LoadKind, MemArg, UnaryOp, Value};
use walrus::{
    ConstExpr, DataKind, ElementItems, ElementKind, FunctionBuilder, FunctionId, InstrSeqBuilder, LocalId,
    Module, RefType, ValType,
};

const GLUE: &str = "./glue.js";
/// Where the data lie that late functions read.
const DATA: i32 = 16;

/// Adds a function called `name`.
fn function(
    module: &mut Module,
    name: &str,
    (params, results): (&[ValType], &[ValType]),
    body: impl FnOnce(&mut InstrSeqBuilder<'_>, &[LocalId]),
) -> FunctionId {
    let mut function = FunctionBuilder::new(&mut module.types, params, results);
    function.name(name.to_owned());
    let args: Vec<_> = params.iter().map(|kind| module.locals.add(*kind)).collect();
    body(&mut function.func_body(), &args);
    function.finish(args, &mut module.funcs)
}

/// Calls from each part into the other and back, directly and through the table, of every type of number, with
/// a global, memory with data, and an import that late code alone uses.
fn whole() -> Vec<u8> {
    use ValType::{F64, I32, I64};
    let mut module = Module::default();
    let half_type = module.types.add(&[F64], &[F64]);
    let (half, _) = module.add_import_func(GLUE, "half", half_type);
    let memory = module.memories.add_local(false, false, 1, None, None);
    let at = ConstExpr::Value(Value::I32(DATA));
    let data = module.data.add(DataKind::Active { memory, offset: at }, vec![7, 0, 0, 0]);
    module.memories.get_mut(memory).data_segments.insert(data);
    let stack = module.globals.add_local(I32, true, false, ConstExpr::Value(Value::I32(1024)));
    let follower = function(&mut module, "early::but_only_late_uses_it", (&[I64], &[I64]), |body, args| {
        body.local_get(args[0]).i64_const(1000).binop(BinaryOp::I64Add);
    });
    let leaf = function(&mut module, "late::leaf", (&[I32], &[I64]), |body, args| {
        body.local_get(args[0]).unop(UnaryOp::I64ExtendSI32).call(follower);
    });
    let scale = function(&mut module, "early::scale", (&[F64], &[F64]), |body, args| {
        body.local_get(args[0]).f64_const(3.0).binop(BinaryOp::F64Mul);
    });
    let back = function(&mut module, "early::back", (&[I32], &[I64]), |body, args| {
        body.local_get(args[0]).i32_const(1).binop(BinaryOp::I32Add).call(leaf);
    });
    let mixed = function(&mut module, "late::mixed", (&[I64, F64, I32], &[F64, I64]), |body, args| {
        body.global_get(stack).i32_const(8).binop(BinaryOp::I32Add).global_set(stack);
        body.local_get(args[1]).call(scale).call(half);
        body.local_get(args[0]).local_get(args[2]).call(back).binop(BinaryOp::I64Add);
        let kind = LoadKind::I64_32 { kind: ExtendedLoad::ZeroExtend };
        body.i32_const(DATA).load(memory, kind, MemArg { align: 4, offset: 0 }).binop(BinaryOp::I64Mul);
        body.global_get(stack).unop(UnaryOp::I64ExtendSI32).binop(BinaryOp::I64Add);
    });
    let direct = function(&mut module, "early::direct", (&[I64, F64, I32], &[F64, I64]), |body, args| {
        body.local_get(args[0]).local_get(args[1]).local_get(args[2]).call(mixed);
    });
    let table = module.tables.add_local(false, 2, Some(2), RefType::FUNCREF);
    let kind = ElementKind::Active { table, offset: ConstExpr::Value(Value::I32(0)) };
    let element = module.elements.add(kind, ElementItems::Functions(vec![leaf, back]));
    module.tables.get_mut(table).elem_segments.insert(element);
    let leaf_type = module.types.add(&[I32], &[I64]);
    let chosen = function(&mut module, "early::chosen", (&[I32, I32], &[I64]), |body, args| {
        body.local_get(args[1]).local_get(args[0]).call_indirect(leaf_type, table);
    });
    module.exports.add("direct", direct);
    module.exports.add("chosen", chosen);
    module.exports.add("leaf", leaf);
    module.exports.add("scale", scale);
    module.emit_wasm()
}

fn parts() -> Parts {
    split(&whole(), GLUE, |function| function.name.starts_with("late::")).unwrap()
}

/// What Node prints for `script`, run beside the three modules.
fn said(name: &str, script: &str) -> String {
    let folder = std::env::temp_dir().join(format!("mission-split-{name}-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let Parts { first, rest, .. } = parts();
    for (name, bytes) in [("whole", whole()), ("first", first), ("rest", rest)] {
        fs::write(folder.join(name), bytes).unwrap();
    }
    let prelude = r#"
        const compiled = (name) => new WebAssembly.Module(require("node:fs").readFileSync(`${__dirname}/${name}`));
        const half = (x) => x / 2;
        const answers = ({ direct, chosen, leaf }) => [direct(5n, 2.5, 3), chosen(0, 9), chosen(1, 4), leaf(-1),
            direct(-(2n ** 62n), -1e300, -7)].flat().map(String).join(" ");
        let first, loads = 0;
        const loadRest = () => {
            loads += 1;
            new WebAssembly.Instance(compiled("rest"), { first });
        };
        first = new WebAssembly.Instance(compiled("first"), { "./glue.js": { half, loadRest } }).exports;
    "#;
    let file = folder.join("run.cjs");
    fs::write(&file, format!("{prelude}{script}")).unwrap();
    let answer = Shell::of("node").arg(&file).read("running both parts");
    fs::remove_dir_all(&folder).unwrap();
    answer.unwrap().trim().to_owned()
}

#[test]
fn the_parts_answer_as_the_whole_does_and_the_rest_is_loaded_once() {
    let script = r#"
        const whole = new WebAssembly.Instance(compiled("whole"), { "./glue.js": { half } }).exports;
        console.log(answers(whole) === answers(first), loads, answers(first).split(" ").length);
    "#;
    assert_eq!(said("once", script), "true 1 7");
}

#[test]
fn a_rest_that_is_there_already_is_not_asked_for() {
    assert_eq!(said("there", "loadRest(); answers(first); console.log(loads);"), "1");
}

#[test]
fn what_only_late_functions_use_goes_with_them_and_what_both_use_stays() {
    let Parts { first, rest, borders } = parts();
    let is_there = |wasm: &[u8], name: &str| {
        let module = Module::from_buffer(wasm).unwrap();
        module.funcs.iter_local().any(|(id, _)| module.funcs.get(id).name.as_deref() == Some(name))
    };
    let follower = "early::but_only_late_uses_it";
    assert!(!is_there(&first, follower) && is_there(&rest, follower));
    assert!(is_there(&first, "early::scale") && !is_there(&rest, "early::scale"));
    // Two stubs; `half`, `scale` and `back` are called by the rest.
    assert_eq!(borders, (2, 3));
    let first = Module::from_buffer(&first).unwrap();
    assert!(first.imports.find(GLUE, LOAD).is_some());
    let rest = Module::from_buffer(&rest).unwrap();
    assert!(rest.data.iter().next().is_none() && rest.imports.iter().all(|import| import.module == FIRST));
}

#[test]
fn the_rest_follows_the_names_that_the_first_part_got() {
    let Parts { rest, .. } = parts();
    let short = renamed(&rest, |name| Some(format!("{name}!"))).unwrap();
    let short = Module::from_buffer(&short).unwrap();
    assert!(short.imports.iter().all(|import| import.name.ends_with('!')));
    renamed(&rest, |_| None).unwrap_err();
}

#[test]
fn nothing_to_move_is_an_error() {
    assert!(split(&whole(), GLUE, |_| false).is_err());
}
