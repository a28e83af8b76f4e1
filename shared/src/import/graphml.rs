//! GraphML: nodes as modules, edges as imports, nested graphs as groups.
//!
//! Of the data of nodes `label` (or `name`, or a node label of yEd), `group`, `path` and `external` are read, of
//! edges `weight`. A module is known by its node's id; where all ids are mere numbers (`n0`, `17`) and the labels
//! tell all nodes apart, by its label. Undirected edges are read from source to target and reported; ports,
//! hyperedges and other data are not used, and counted or noted.

mod reading;
mod value;

use super::batch::Writer;
use super::document::Broken;
use super::look::{Fit, Look};
use super::xml::walk;
use reading::Reading;

/// Whether a file is GraphML.
pub(super) fn recognise(look: &Look<'_>) -> Fit {
    look.xml(&["graphml"])
}

pub(super) fn read(text: &str, writer: &mut Writer<'_>) -> Result<(), Broken> {
    let mut reading = Reading::of(writer);
    walk(text, &mut reading)?;
    reading.close();
    Ok(())
}
