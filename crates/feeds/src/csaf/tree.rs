//! The product tree: which products a document knows, by their ids, and what each is called elsewhere.
//!
//! A product stands at the end of a path of branches (vendor, product, version), or is one product as part of, or
//! installed on, another (relationships). Whoever resolves an id follows a few relationships at most, so a circle costs
//! nothing. Not here: what is said of a product (`statement`).

use std::collections::HashMap;

use component::cpe::Cpe;
use component::purl::Purl;
use matcher::record::ProductKey;
use serde::Deserialize;

use crate::report::{Issue, IssueCode};
use crate::text::{List, Text, one_line};
use crate::unit;

/// Products of one document that are looked at.
const MAX_PRODUCTS: usize = 500_000;
/// Branches inside branches.
const MAX_DEPTH: usize = 40;
/// Relationships followed from one product.
const MAX_RELATIONS: usize = 8;

#[derive(Default, Deserialize)]
pub(super) struct ProductTree<'a> {
    #[serde(default, borrow)]
    branches: List<Branch<'a>>,
    #[serde(default, borrow)]
    full_product_names: List<FullProductName<'a>>,
    #[serde(default, borrow)]
    relationships: List<Relationship<'a>>,
    #[serde(default, borrow)]
    product_groups: List<ProductGroup<'a>>,
}

#[derive(Deserialize)]
struct Branch<'a> {
    #[serde(default, borrow)]
    category: Text<'a>,
    #[serde(default, borrow)]
    name: Text<'a>,
    #[serde(default, borrow)]
    product: Option<FullProductName<'a>>,
    #[serde(default, borrow)]
    branches: List<Branch<'a>>,
}

#[derive(Deserialize)]
struct FullProductName<'a> {
    #[serde(default, borrow)]
    name: Text<'a>,
    #[serde(default, borrow)]
    product_id: Text<'a>,
    #[serde(default, borrow)]
    product_identification_helper: Option<Helper<'a>>,
}

#[derive(Deserialize)]
struct Helper<'a> {
    #[serde(default, borrow)]
    cpe: Text<'a>,
    #[serde(default, borrow)]
    purl: Text<'a>,
    #[serde(default, borrow)]
    purls: List<Text<'a>>,
    #[serde(default, borrow)]
    hashes: List<Hashes<'a>>,
}

#[derive(Deserialize)]
struct Hashes<'a> {
    #[serde(default, borrow)]
    file_hashes: List<FileHash<'a>>,
}

#[derive(Deserialize)]
struct FileHash<'a> {
    #[serde(default, borrow)]
    algorithm: Text<'a>,
    #[serde(default, borrow)]
    value: Text<'a>,
}

#[derive(Deserialize)]
struct Relationship<'a> {
    #[serde(default, borrow)]
    product_reference: Text<'a>,
    #[serde(default, borrow)]
    relates_to_product_reference: Text<'a>,
    #[serde(default, borrow)]
    full_product_name: Option<FullProductName<'a>>,
}

#[derive(Deserialize)]
struct ProductGroup<'a> {
    #[serde(default, borrow)]
    group_id: Text<'a>,
    #[serde(default, borrow)]
    product_ids: List<Text<'a>>,
}

/// A product by its names.
#[derive(Debug, Default)]
pub(super) struct Product {
    /// JSON pointer of the place where it is defined.
    pub(super) pointer: String,
    /// Keys of its vendor and product names.
    pub(super) names: Vec<ProductKey>,
    /// The text of its version branch.
    pub(super) version: Option<String>,
    pub(super) purls: Vec<Purl>,
    pub(super) cpe: Option<Cpe>,
    /// Keys of the digests of its files.
    pub(super) hashes: Vec<ProductKey>,
}

enum Node<'a> {
    Product(usize),
    /// One product as part of or on another.
    Related(&'a str, &'a str),
}

/// The products of a document.
pub(super) struct Tree<'a> {
    pub(super) products: Vec<Product>,
    nodes: HashMap<&'a str, Node<'a>>,
    groups: HashMap<&'a str, Vec<&'a str>>,
}

/// What an id stands for: the product itself, and those that it is part of or installed on.
pub(super) struct Resolved {
    pub(super) product: usize,
    pub(super) on: Vec<usize>,
}

impl<'a> Tree<'a> {
    pub(super) fn new(tree: &'a ProductTree<'a>, issues: &mut Vec<Issue>) -> Self {
        let mut built = Self { products: Vec::new(), nodes: HashMap::new(), groups: HashMap::new() };
        for (at, branch) in tree.branches.iter().enumerate() {
            built.branch(branch, &format!("/product_tree/branches/{at}"), &mut Vec::new(), issues);
        }
        for (at, name) in tree.full_product_names.iter().enumerate() {
            let path = [("product_name", name.name.get())];
            built.product(name, &format!("/product_tree/full_product_names/{at}"), &path, issues);
        }
        for (at, relationship) in tree.relationships.iter().enumerate() {
            built.relationship(relationship, &format!("/product_tree/relationships/{at}"), issues);
        }
        for group in tree.product_groups.iter() {
            let ids = group.product_ids.iter().map(Text::get).collect();
            built.groups.insert(group.group_id.get(), ids);
        }
        built
    }

    /// The product of an id; `None` for one that is not defined or leads in a circle.
    pub(super) fn resolve(&self, id: &str) -> Option<Resolved> {
        let mut on = Vec::new();
        let product = self.follow(id, &mut on, MAX_RELATIONS)?;
        Some(Resolved { product, on })
    }

    /// The ids of a group.
    pub(super) fn group(&self, id: &str) -> &[&'a str] {
        self.groups.get(id).map_or(&[], Vec::as_slice)
    }

    fn follow(&self, id: &str, on: &mut Vec<usize>, left: usize) -> Option<usize> {
        match self.nodes.get(id)? {
            Node::Product(product) => Some(*product),
            Node::Related(of, platform) => {
                let left = left.checked_sub(1)?;
                let product = self.follow(of, on, left)?;
                let mut under = Vec::new();
                let platform = self.follow(platform, &mut under, left)?;
                on.push(platform);
                on.append(&mut under);
                Some(product)
            }
        }
    }

    fn branch(
        &mut self,
        branch: &'a Branch<'a>,
        pointer: &str,
        path: &mut Vec<(&'a str, &'a str)>,
        issues: &mut Vec<Issue>,
    ) {
        if path.len() >= MAX_DEPTH {
            let text = format!("branches deeper than {MAX_DEPTH} levels are left out");
            issues.push(unit::issue(pointer, IssueCode::Limit, text));
            return;
        }
        path.push((branch.category.get(), branch.name.get()));
        if let Some(product) = &branch.product {
            self.product(product, &format!("{pointer}/product"), path, issues);
        }
        for (at, child) in branch.branches.iter().enumerate() {
            self.branch(child, &format!("{pointer}/branches/{at}"), path, issues);
        }
        path.pop();
    }

    fn product(
        &mut self,
        name: &'a FullProductName<'a>,
        pointer: &str,
        path: &[(&str, &str)],
        issues: &mut Vec<Issue>,
    ) {
        if self.products.len() >= MAX_PRODUCTS {
            if self.products.len() == MAX_PRODUCTS {
                let text = format!("more than {MAX_PRODUCTS} products: the rest is left out");
                issues.push(unit::issue(pointer, IssueCode::Limit, text));
                self.products.push(Product::default());
            }
            return;
        }
        let mut product = Product { pointer: pointer.to_owned(), ..Product::default() };
        let last = |categories: &[&str]| {
            path.iter().rev().find(|(category, _)| categories.contains(category)).map(|(_, name)| *name)
        };
        product.version = last(&["product_version", "product_version_range"]).map(str::to_owned);
        product.names = last(&["product_name", "product_family"])
            .map(|named| names(last(&["vendor"]).unwrap_or_default(), named))
            .unwrap_or_default();
        if let Some(helper) = &name.product_identification_helper {
            identify(helper, &mut product, issues);
        }
        self.define(name, Node::Product(self.products.len()), pointer, issues);
        self.products.push(product);
    }

    fn relationship(&mut self, relationship: &'a Relationship<'a>, pointer: &str, issues: &mut Vec<Issue>) {
        let Some(name) = &relationship.full_product_name else { return };
        let of = relationship.product_reference.get();
        let on = relationship.relates_to_product_reference.get();
        if self.nodes.len() <= MAX_PRODUCTS * 2 {
            self.define(name, Node::Related(of, on), pointer, issues);
        }
    }

    fn define(
        &mut self,
        name: &'a FullProductName<'a>,
        node: Node<'a>,
        pointer: &str,
        issues: &mut Vec<Issue>,
    ) {
        use std::collections::hash_map::Entry;
        match self.nodes.entry(name.product_id.get()) {
            Entry::Vacant(free) => {
                free.insert(node);
            }
            Entry::Occupied(taken) => {
                let text =
                    format!("product id `{}` is defined twice: the first counts", one_line(taken.key()));
                issues.push(unit::issue(pointer, IssueCode::Malformed, text));
            }
        }
    }
}

fn identify(helper: &Helper<'_>, product: &mut Product, issues: &mut Vec<Issue>) {
    let pointer = format!("{}/product_identification_helper", product.pointer);
    for text in helper.purls.iter().chain([&helper.purl]).filter_map(Text::some) {
        match Purl::parse(text) {
            Ok(purl) => product.purls.push(purl),
            Err(error) => {
                let text = format!("`{}`: {error}", one_line(text));
                issues.push(unit::issue(&pointer, IssueCode::Package, text));
            }
        }
    }
    if let Some(text) = helper.cpe.some() {
        match Cpe::parse(text) {
            Ok(cpe) => product.cpe = Some(cpe),
            Err(error) => {
                let text = format!("`{}`: {error}", one_line(text));
                issues.push(unit::issue(&pointer, IssueCode::Cpe, text));
            }
        }
    }
    for hash in helper.hashes.iter().flat_map(|hashes| hashes.file_hashes.iter()) {
        if let (Some(algorithm), Some(value)) = (hash.algorithm.some(), hash.value.some()) {
            product.hashes.push(ProductKey(format!("hash:{algorithm}:{value}").to_lowercase()));
        }
    }
}

/// The keys of a product by name, as CVE records write it; also without the vendor's name in front.
fn names(vendor: &str, name: &str) -> Vec<ProductKey> {
    let (vendor, name) = (crate::affected::plain_name(vendor), crate::affected::plain_name(name));
    if name.is_empty() {
        return Vec::new();
    }
    let mut names = vec![ProductKey(format!("cve:{vendor}|{name}"))];
    if let Some(short) = name.strip_prefix(&vendor).and_then(|rest| rest.strip_prefix(' '))
        && !vendor.is_empty()
    {
        names.push(ProductKey(format!("cve:{vendor}|{short}")));
    }
    names
}
