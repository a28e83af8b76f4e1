//! One edge changes: only the components and ranks that it concerns are looked at.
//!
//! An edge inside a component, or one that leads from a higher rank to a lower, changes no component. One that
//! leads upward closes a cycle if its end leads back to its start; the search stays between the two ranks. An edge
//! taken out of a component may split it: its members alone are searched again. Ranks that change pull those of
//! users along, lowest first, so that each is computed once (longest paths in the manner of Katriel and
//! Bodlaender 2006).

use super::{Change, Condensed, rank_over};
use crate::structure::components;
use std::collections::BTreeSet;

impl Condensed {
    /// Gives an edge this weight, 0 to take it away; which components that concerns.
    ///
    /// A component that the edge lies in counts as touched even if the weight is the same: what the weight stands for
    /// may differ. Self-loops and edges that leave the graph are ignored. O(V + E) at worst.
    pub fn set(&mut self, from: u32, to: u32, weight: u64) -> Change {
        let mut change = Change::default();
        if from == to || from.max(to) >= self.graph.nodes() {
            return change;
        }
        let before = self.graph.set(from, to, weight);
        self.reversed.set(to, from, weight);
        let (user, used) = (self.component(from), self.component(to));
        match (before, weight) {
            (0, 0) => {}
            (_, 0) if user == used => self.split(user, &mut change),
            _ if user == used => drop(change.touched.insert(user)),
            (0, _) if self.rank[from as usize] <= self.rank[to as usize] => {
                self.join(user, used, &mut change);
            }
            (_, 0) => self.settle(vec![user]),
            _ => {}
        }
        change
    }

    /// An edge now leads from component `user` up to `used`: joins everything on the way back, if there is one.
    fn join(&mut self, user: u32, used: u32, change: &mut Change) {
        let (low, high) = (self.rank[user as usize], self.rank[used as usize]);
        let ahead = self.reached(used, |rank| rank >= low, false);
        if !ahead.contains(&user) {
            return self.settle(vec![user]);
        }
        let back = self.reached(user, |rank| rank <= high, true);
        let joined: Vec<u32> = ahead.intersection(&back).copied().collect();
        let mut members: Vec<u32> = Vec::new();
        for &component in &joined {
            members.extend(self.members(component));
            if self.cyclic.remove(&component).is_some() {
                change.gone.insert(component);
            }
        }
        crate::order::sort(&mut members);
        let name = members[0];
        for &member in &members {
            self.of[member as usize] = name;
        }
        self.cyclic.insert(name, members);
        change.gone.remove(&name);
        change.touched.insert(name);
        self.settle(vec![name]);
    }

    /// Components that `start` reaches (that reach it, if `backward`) over components whose rank `passes`.
    fn reached(&self, start: u32, passes: impl Fn(u32) -> bool, backward: bool) -> BTreeSet<u32> {
        let graph = if backward { &self.reversed } else { &self.graph };
        let mut found = BTreeSet::from([start]);
        let mut open = vec![start];
        while let Some(component) = open.pop() {
            let nodes = self.cyclic.get(&component).map_or(std::slice::from_ref(&component), Vec::as_slice);
            for edge in nodes.iter().flat_map(|&node| graph.edges_from(node)) {
                let next = self.of[edge.1 as usize];
                if passes(self.rank[next as usize]) && found.insert(next) {
                    open.push(next);
                }
            }
        }
        found
    }

    /// An edge is gone from inside `component`: what is left of it.
    fn split(&mut self, component: u32, change: &mut Change) {
        let members = self.members(component);
        let parts = components(&self.graph.induced(&members)).members;
        if parts.len() == 1 {
            change.touched.insert(component);
            return;
        }
        self.cyclic.remove(&component);
        change.gone.insert(component);
        let mut names = Vec::with_capacity(parts.len());
        for part in parts {
            let part: Vec<u32> = part.into_iter().map(|local| members[local as usize]).collect();
            for &member in &part {
                self.of[member as usize] = part[0];
            }
            names.push(part[0]);
            if part.len() > 1 {
                change.gone.remove(&part[0]);
                change.touched.insert(part[0]);
                self.cyclic.insert(part[0], part);
            }
        }
        self.settle(names);
    }

    /// Computes the ranks of `changed` anew, in this order, and of every component that uses one whose rank changes.
    fn settle(&mut self, changed: Vec<u32>) {
        // By rank before: whatever else a component uses has changed by then, or will not.
        let mut waiting: BTreeSet<(u32, u32)> = BTreeSet::new();
        for component in changed {
            self.rise_or_fall(component, &mut waiting);
        }
        while let Some((_, component)) = waiting.pop_first() {
            self.rise_or_fall(component, &mut waiting);
        }
    }

    fn rise_or_fall(&mut self, component: u32, waiting: &mut BTreeSet<(u32, u32)>) {
        let members = self.members(component);
        let rank = rank_over(&self.graph, &self.of, &self.rank, &members);
        let mut changed = false;
        for &member in &members {
            changed |= self.rank[member as usize] != rank;
            self.rank[member as usize] = rank;
        }
        if !changed {
            return;
        }
        for edge in members.iter().flat_map(|&member| self.reversed.edges_from(member)) {
            let user = self.of[edge.1 as usize];
            if user != component {
                waiting.insert((self.rank[user as usize], user));
            }
        }
    }
}
