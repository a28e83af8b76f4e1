//! The four lenses: pure projections of a scene and its links, in the JSON that others rely on.
//!
//! [`Analysis::of`] computes everything an answer needs at one `AsOf`, once. Serialised field names are a
//! contract (design section 7); more may be added, none renamed.
//!
//! Not here: reading logs, drawing, anything that remembers.

pub mod acc;
pub mod bdv;
pub mod convergence;
pub mod dde;
pub mod diff;
pub mod kpi;
pub mod lit;

pub use acc::{Acc, ModuleGraph};
pub use bdv::Bdv;
pub use convergence::Convergence;
pub use dde::Dde;
pub use diff::{Diff, diff};
pub use kpi::Kpi;
pub use lit::{Lit, Nearness};

use crate::correlate::similar::suggested;
use crate::correlate::{Link, LinkIndex, Standing, correlate, states, suspects};
use crate::graph::Scene;
use crate::id::Stream;
use crate::lens::convergence::SpineLink;
use crate::rules;
use crate::verdict::context::{Context, Problem};
use crate::verdict::{Lenses, Verdict, judge};

/// Everything an answer needs at one `AsOf`.
#[derive(Debug, Clone)]
pub struct Analysis {
    /// What is there, with the violations that the rules in force find.
    pub scene: Scene,
    /// How it hangs together.
    pub links: Vec<Link>,
    /// Where they stand, in the same order; their states only after [`Analysis::with_states`].
    pub standings: Vec<Standing>,
    /// The execution lens.
    pub dde: Dde,
    /// The behaviour lens.
    pub bdv: Bdv,
    /// The architecture lens.
    pub acc: Acc,
    /// The convergence lens.
    pub convergence: Convergence,
    /// The verdict with its criteria and evidence.
    pub verdict: Verdict,
}

impl Analysis {
    /// Correlates, projects and judges `scene`. Total and pure.
    #[must_use]
    pub fn of(mut scene: Scene) -> Self {
        let mut context = Context::of(&scene);
        let modules = ModuleGraph::of(&scene);
        let breaches = rules::breaches(&scene, &modules, &context.rules);
        if breaches.more {
            context.problems.push(too_many());
        }
        rules::enforce(&mut scene, &modules, &context.rules, &breaches);
        let links = correlate(&scene);
        let index = LinkIndex::new(&links);
        let mut dde = Dde::of(&scene, &index, &context);
        let bdv = Bdv::of(&scene, &index, &context);
        let acc = Acc::of(&scene, &modules, &context, &breaches);
        convergence::align(&mut dde, &bdv, &acc);
        let lenses = Lenses { links: &index, dde: &dde, bdv: &bdv, acc: &acc };
        let verdict = judge(&scene, &lenses, &context);
        let suspects = suspects(&scene, &index, &context.history.fingerprints).into_iter();
        let standings: Vec<Standing> =
            suspects.map(|suspect_of| Standing { state: None, suspect_of }).collect();
        let links_now = (&index, standings.as_slice());
        let convergence = Convergence::of(&scene, links_now, &context, (&dde, &bdv, &acc), &verdict);
        Self { scene, links, standings, dde, bdv, acc, convergence, verdict }
    }

    /// The same with the state of every link, and the links that wait for an end: what an answer in JSON tells. A
    /// page draws neither, so it does not pay for them.
    #[must_use]
    pub fn with_states(mut self) -> Self {
        let index = LinkIndex::new(&self.links);
        for (standing, state) in self.standings.iter_mut().zip(states(&self.scene, &index)) {
            standing.state = Some(state);
        }
        self.convergence.spine.tell_states(&self.scene, &index, &self.standings);
        self
    }
}

impl Analysis {
    /// All links as JSON shows them: those between entities that are there, those that wait for an end, and, with
    /// `likeness`, those that the texts suggest where no link is. Suggestions are made here and nowhere else: no lens
    /// and no verdict knows of them.
    #[must_use]
    pub fn all_links(&self, likeness: bool) -> Vec<SpineLink> {
        let there =
            self.links.iter().zip(&self.standings).map(|(link, standing)| SpineLink::of(link, standing));
        let waiting = self.convergence.spine.orphans.iter().cloned();
        let suggested = if likeness { suggested(&self.scene, &self.links) } else { Vec::new() };
        there.chain(waiting).chain(suggested.iter().map(SpineLink::suggestion)).collect()
    }
}

/// What is not found out about rules is no pass.
fn too_many() -> Problem {
    let max = rules::BREACHES_MAX;
    Problem {
        topic: "rules".to_owned(),
        streams: vec![Stream::Acc],
        text: format!("The rules in force are broken more than {max} times; only those are listed."),
    }
}
