//! The folders that modules lie in, and where two modules meet.
//!
//! Nodes are folders 0..f, 0 being the root, then modules f..f + m. A folder's parent has a smaller number. The
//! children of a folder are numbered in the order of their nodes: folders first.

/// A tree of folders with modules as leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    folders: u32,
    parent: Vec<u32>,
    depth: Vec<u32>,
    /// Place among the children of its parent.
    place: Vec<u32>,
    children: Vec<Vec<u32>>,
}

impl Tree {
    /// The tree in which every folder but the root has `parents` (a smaller number each; the root's entry is not
    /// read) and every module lies in a folder of `homes`.
    ///
    /// O(nodes).
    #[must_use]
    pub fn new(parents: &[u32], homes: &[u32]) -> Self {
        let folders = parents.len().max(1);
        let parent: Vec<u32> = parents
            .iter()
            .zip(0u32..)
            .map(|(&parent, folder)| parent.min(folder.saturating_sub(1)))
            .chain((parents.len()..folders).map(|_| 0))
            .chain(homes.iter().map(|&home| home.min(folders as u32 - 1)))
            .collect();
        let mut depth = vec![0u32; parent.len()];
        let mut place = vec![0u32; parent.len()];
        let mut children: Vec<Vec<u32>> = vec![Vec::new(); folders];
        for (node, &parent) in parent.iter().enumerate().skip(1) {
            let siblings = &mut children[parent as usize];
            place[node] = siblings.len() as u32;
            siblings.push(node as u32);
            depth[node] = depth[parent as usize] + 1;
        }
        Self { folders: folders as u32, parent, depth, place, children }
    }

    /// Number of folders, the root included.
    #[must_use]
    pub fn folders(&self) -> u32 {
        self.folders
    }

    /// Nodes right below `folder`.
    #[must_use]
    pub fn children(&self, folder: u32) -> &[u32] {
        &self.children[folder as usize]
    }

    /// The folder a node lies in; the root for the root.
    #[must_use]
    pub fn parent(&self, node: u32) -> u32 {
        self.parent[node as usize]
    }

    /// The innermost folder that holds both modules, and the places of its children that hold one each. O(depth).
    ///
    /// For one module itself the places are equal.
    #[must_use]
    pub fn meet(&self, a: u32, b: u32) -> (u32, u32, u32) {
        let (mut a, mut b) = ((a + self.folders) as usize, (b + self.folders) as usize);
        while self.parent[a] != self.parent[b] {
            let (higher, lower) = (self.depth[a], self.depth[b]);
            if higher >= lower {
                a = self.parent[a] as usize;
            }
            if lower >= higher {
                b = self.parent[b] as usize;
            }
        }
        (self.parent[a], self.place[a], self.place[b])
    }
}
