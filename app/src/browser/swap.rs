//! The moment a served page becomes a living one: the new content takes the place of the old in one go, with
//! scroll positions and focus where they were.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement};

/// Child numbers from the root to an element; the same in both, because both draw the same.
type Path = Vec<u32>;

/// Lets `mount` fill a fresh element, then puts it in the place of the served one.
pub(crate) fn swap(mount: impl FnOnce(HtmlElement)) {
    let Some(served) = document().get_element_by_id("app") else { return };
    let Ok(fresh) = document().create_element("div") else { return };
    let Some(fresh) = fresh.dyn_ref::<HtmlElement>().cloned() else { return };
    mount(fresh.clone());
    let scrolled = scrolled(&served);
    let focus =
        document().active_element().and_then(|active| path_to(&served, &active).map(|path| (path, active)));
    fresh.set_id("app");
    // `served` is in the document, so it can be replaced.
    let _replaced = served.replace_with_with_node_1(&fresh);
    for (path, left, top) in scrolled {
        if let Some(element) = at(&fresh, &path) {
            element.set_scroll_left(left);
            element.set_scroll_top(top);
        }
    }
    let Some((path, before)) = focus else { return };
    let Some(element) = at(&fresh, &path) else { return };
    if let (Some(before), Some(now)) =
        (before.dyn_ref::<HtmlInputElement>(), element.dyn_ref::<HtmlInputElement>())
    {
        now.set_value(&before.value());
    }
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let _focused = element.focus();
    }
}

/// Every element that is scrolled, and how far.
fn scrolled(root: &Element) -> Vec<(Path, i32, i32)> {
    let mut found = Vec::new();
    let mut todo = vec![(root.clone(), Path::new())];
    while let Some((element, path)) = todo.pop() {
        let (left, top) = (element.scroll_left(), element.scroll_top());
        if (left, top) != (0, 0) {
            found.push((path.clone(), left, top));
        }
        let mut child = element.first_element_child();
        let mut number = 0;
        while let Some(next) = child {
            let mut path = path.clone();
            path.push(number);
            child = next.next_element_sibling();
            number += 1;
            todo.push((next, path));
        }
    }
    found
}

fn path_to(root: &Element, element: &Element) -> Option<Path> {
    let mut path = Path::new();
    let mut here = element.clone();
    while here != *root {
        let mut number = 0;
        let mut before = here.previous_element_sibling();
        while let Some(sibling) = before {
            number += 1;
            before = sibling.previous_element_sibling();
        }
        path.push(number);
        here = here.parent_element()?;
    }
    path.reverse();
    Some(path)
}

fn at(root: &Element, path: &[u32]) -> Option<Element> {
    path.iter().try_fold(root.clone(), |element, number| element.children().item(*number))
}
