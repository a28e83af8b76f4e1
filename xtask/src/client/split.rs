//! Splits the client's module in two: what the first page needs, and the rest, fetched once that page stands.
//!
//! Both share memory, tables and globals. A function that moved leaves a stub of the same type behind, which calls
//! through a table that the rest fills when it is instantiated; while that table is empty, the stub has the page
//! load the rest at once. So it never matters to what is computed which functions moved, only to when they come,
//! and table slots, closures and exports stay as they were. Functions that nothing but moved ones reach go along.
//!
//! Refused: modules with passive segments, of which the parts would have to share more than can be imported.

use anyhow::{Context, Result, ensure};
use std::collections::BTreeSet;
use walrus::ir::Value;
use walrus::{
    ConstExpr, ElementItems, ElementKind, ExportItem, FunctionBuilder, FunctionId, FunctionKind, GlobalKind,
    ImportKind, ImportedFunction, Module, ModuleConfig, RefType, passes,
};

/// Under this name the rest imports what the first part exports.
pub(super) const FIRST: &str = "first";
/// What the first part imports to have the rest loaded at once.
pub(super) const LOAD: &str = "loadRest";

/// The two modules of a client.
pub(super) struct Parts {
    /// What the page starts with. Imports [`LOAD`] beside what the whole did.
    pub(super) first: Vec<u8>,
    /// The rest: imports from [`FIRST`] alone.
    pub(super) rest: Vec<u8>,
    /// Functions that the first part calls in the rest, and the other way round.
    pub(super) borders: (usize, usize),
}

/// A function that may move.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate<'a> {
    /// What it is called, demangled.
    pub(super) name: &'a str,
    /// How many instructions it has.
    pub(super) size: u64,
}

/// Splits `wasm`: functions that are late move to the rest. `glue` is the module of [`LOAD`].
///
/// # Errors
/// No WebAssembly, passive segments, or nothing to move.
pub(super) fn split(wasm: &[u8], glue: &str, is_late: impl Fn(&Candidate<'_>) -> bool) -> Result<Parts> {
    let whole = read(wasm)?;
    let late: BTreeSet<usize> = whole
        .funcs
        .iter_local()
        .filter(|(id, body)| {
            let name = whole.funcs.get(*id).name.as_deref();
            name.is_some_and(|name| is_late(&Candidate { name, size: body.size() }))
        })
        .map(|(id, _)| id.index())
        .collect();
    ensure!(!late.is_empty(), "no function is late");
    let kept = kept(wasm, &late)?;
    let slots: Vec<usize> = late.intersection(&kept).copied().collect();
    let stays = |index: usize| kept.contains(&index) && !late.contains(&index);
    let (rest, exports) = rest(wasm, &slots, stays)?;
    let borders = (slots.len(), exports.iter().filter(|(kind, _)| *kind == Kind::Function).count());
    Ok(Parts { first: first(wasm, glue, &slots, &exports)?, rest, borders })
}

/// `wasm` with its imports from [`FIRST`] renamed as the first part's exports were.
///
/// # Errors
/// `short` does not know a name.
pub(super) fn renamed(wasm: &[u8], short: impl Fn(&str) -> Option<String>) -> Result<Vec<u8>> {
    let mut rest = read(wasm)?;
    for import in rest.imports.iter_mut() {
        import.name = short(&import.name).with_context(|| format!("nothing exports {}", import.name))?;
    }
    Ok(rest.emit_wasm())
}

fn read(wasm: &[u8]) -> Result<Module> {
    let mut config = ModuleConfig::new();
    config.generate_producers_section(false);
    let module = Module::from_buffer_with_config(wasm, &config)?;
    ensure!(!module.data.iter().any(walrus::Data::is_passive), "a passive data segment");
    let is_active = |element: &walrus::Element| matches!(element.kind, ElementKind::Active { .. });
    ensure!(module.elements.iter().all(is_active), "a passive table segment");
    Ok(module)
}

/// Functions that remain reachable when those of `late` reach nothing, by index.
fn kept(wasm: &[u8], late: &BTreeSet<usize>) -> Result<BTreeSet<usize>> {
    let mut module = read(wasm)?;
    for id in ids(&module, late) {
        replace(&mut module, id, |body, _| {
            body.unreachable();
        });
    }
    passes::gc::run(&mut module);
    Ok(module.funcs.iter().map(|function| function.id().index()).collect())
}

/// The ids of functions by index: two readings of the same bytes number alike.
fn ids(module: &Module, indices: &BTreeSet<usize>) -> Vec<FunctionId> {
    module.funcs.iter().map(walrus::Function::id).filter(|id| indices.contains(&id.index())).collect()
}

/// Gives a function another body.
fn replace(
    module: &mut Module,
    id: FunctionId,
    body: impl FnOnce(&mut walrus::InstrSeqBuilder<'_>, &[walrus::LocalId]),
) {
    let (params, results) = module.types.params_results(module.funcs.get(id).ty());
    let (params, results) = (params.to_vec(), results.to_vec());
    let mut function = FunctionBuilder::new(&mut module.types, &params, &results);
    let args: Vec<_> = params.iter().map(|kind| module.locals.add(*kind)).collect();
    body(&mut function.func_body(), &args);
    module.funcs.get_mut(id).kind = FunctionKind::Local(function.local_func(args));
}

/// What can pass the border.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Function,
    Table,
    Memory,
    Global,
}

impl Kind {
    /// The name it passes the border under. Only until names are made short.
    fn name(self, index: usize) -> String {
        let kind = match self {
            Kind::Function => 'f',
            Kind::Table => 't',
            Kind::Memory => 'm',
            Kind::Global => 'g',
        };
        format!("part_{kind}{index}")
    }
}

/// What the rest takes from the first part: of each kind the one with this index.
type Taken = Vec<(Kind, usize)>;

/// The second part, and what it imports.
fn rest(wasm: &[u8], slots: &[usize], stays: impl Fn(usize) -> bool) -> Result<(Vec<u8>, Taken)> {
    let mut module = read(wasm)?;
    bare(&mut module);
    share(&mut module, stays);
    let size = slots.len() as u64;
    let (table, _) = module.add_import_table(FIRST, TABLE, false, size, None, RefType::FUNCREF);
    let moved = ids(&module, &slots.iter().copied().collect());
    let kind = ElementKind::Active { table, offset: ConstExpr::Value(Value::I32(0)) };
    let element = module.elements.add(kind, ElementItems::Functions(moved));
    module.tables.get_mut(table).elem_segments.insert(element);
    passes::gc::run(&mut module);
    let mut taken = Vec::new();
    for import in module.imports.iter() {
        taken.push(match import.kind {
            _ if import.name == TABLE => continue,
            ImportKind::Function(id) => (Kind::Function, id.index()),
            ImportKind::Table(id) => (Kind::Table, id.index()),
            ImportKind::Memory(id) => (Kind::Memory, id.index()),
            ImportKind::Global(id) => (Kind::Global, id.index()),
            ImportKind::Tag(_) => anyhow::bail!("the rest needs an exception's tag"),
        });
    }
    Ok((module.emit_wasm(), taken))
}

/// The table of moved functions, as the parts call it.
const TABLE: &str = "part_moved";

/// Takes away what the first part alone does: starting, exporting, filling memory and tables.
fn bare(module: &mut Module) {
    module.start = None;
    for id in module.exports.iter().map(walrus::Export::id).collect::<Vec<_>>() {
        module.exports.delete(id);
    }
    for id in module.elements.iter().map(walrus::Element::id).collect::<Vec<_>>() {
        module.elements.delete(id);
    }
    for id in module.data.iter().map(walrus::Data::id).collect::<Vec<_>>() {
        module.data.delete(id);
    }
    module.tables.iter_mut().for_each(|table| table.elem_segments.clear());
    module.memories.iter_mut().for_each(|memory| memory.data_segments.clear());
    let customs: Vec<_> = module.customs.iter().map(|(id, _)| id).collect();
    for id in customs {
        let _gone = module.customs.delete(id);
    }
}

/// Makes imports of all that the first part has; what the rest does not use, goes when it is swept.
fn share(module: &mut Module, stays: impl Fn(usize) -> bool) {
    for id in module.imports.iter().map(walrus::Import::id).collect::<Vec<_>>() {
        module.imports.delete(id);
    }
    let functions: Vec<_> = module.funcs.iter().map(|function| (function.id(), function.ty())).collect();
    for (id, ty) in functions {
        let is_import = matches!(module.funcs.get(id).kind, FunctionKind::Import(_));
        if is_import || stays(id.index()) {
            let import = module.imports.add(FIRST, &Kind::Function.name(id.index()), id);
            module.funcs.get_mut(id).kind = FunctionKind::Import(ImportedFunction { import, ty });
        }
    }
    for table in module.tables.iter_mut() {
        let import = module.imports.add(FIRST, &Kind::Table.name(table.id().index()), table.id());
        // As few as it takes: limits may have changed by the time the parts meet.
        (table.import, table.initial, table.maximum) = (Some(import), 0, None);
    }
    for memory in module.memories.iter_mut() {
        let import = module.imports.add(FIRST, &Kind::Memory.name(memory.id().index()), memory.id());
        (memory.import, memory.maximum) = (Some(import), None);
    }
    for id in module.globals.iter().map(walrus::Global::id).collect::<Vec<_>>() {
        let import = module.imports.add(FIRST, &Kind::Global.name(id.index()), id);
        module.globals.get_mut(id).kind = GlobalKind::Import(import);
    }
}

/// The first part: stubs in the place of moved functions, and exports for the rest.
fn first(wasm: &[u8], glue: &str, slots: &[usize], exports: &[(Kind, usize)]) -> Result<Vec<u8>> {
    let mut module = read(wasm)?;
    let size = slots.len() as u64;
    let table = module.tables.add_local(false, size, Some(size), RefType::FUNCREF);
    let nothing = module.types.add(&[], &[]);
    let (load, _) = module.add_import_func(glue, LOAD, nothing);
    let mut ensured = FunctionBuilder::new(&mut module.types, &[], &[]);
    ensured.name("ensure the rest is here".to_owned());
    ensured.func_body().i32_const(0).table_get(table).ref_is_null().if_else(
        None,
        |then| {
            then.call(load);
        },
        |_| {},
    );
    let ensured = ensured.finish(Vec::new(), &mut module.funcs);
    for (slot, id) in ids(&module, &slots.iter().copied().collect()).into_iter().enumerate() {
        let slot = i32::try_from(slot)?;
        let ty = module.funcs.get(id).ty();
        replace(&mut module, id, |body, args| {
            body.call(ensured);
            for arg in args {
                body.local_get(*arg);
            }
            body.i32_const(slot).call_indirect(ty, table);
        });
    }
    for (kind, index) in exports {
        let item: Option<ExportItem> = match kind {
            Kind::Function => at(module.funcs.iter().map(walrus::Function::id), *index, |id| id.index()),
            Kind::Table => at(module.tables.iter().map(walrus::Table::id), *index, |id| id.index()),
            Kind::Memory => at(module.memories.iter().map(walrus::Memory::id), *index, |id| id.index()),
            Kind::Global => at(module.globals.iter().map(walrus::Global::id), *index, |id| id.index()),
        };
        module.exports.add(&kind.name(*index), item.context("the parts number alike")?);
    }
    module.exports.add(TABLE, table);
    passes::gc::run(&mut module);
    Ok(module.emit_wasm())
}

/// The one of `all` that `index_of` gives `index` to, to be exported.
fn at<T: Copy + Into<ExportItem>>(
    mut all: impl Iterator<Item = T>,
    index: usize,
    index_of: impl Fn(T) -> usize,
) -> Option<ExportItem> {
    all.find(|id| index_of(*id) == index).map(Into::into)
}

#[cfg(test)]
mod tests;
