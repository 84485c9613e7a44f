//! The files that went through the compiler, and whether one is among them.
//!
//! A path of a record is one of mainline's source tree; a path of a build begins anywhere. So a file is there when a path
//! ends in it, and it is *not* there only when no file of its name is anywhere: one of the same name at another place may be
//! it, moved or copied. What a list without included files can show is less (see [`Reach`]).

use std::collections::HashMap;

use super::Said;

/// Files that every Linux kernel compiles: a list without one of them is not of a whole kernel.
const ALWAYS: [&str; 4] = ["init/main.c", "kernel/fork.c", "mm/page_alloc.c", "lib/vsprintf.c"];
/// Included into every compilation of a kernel, and holding nothing but macros: only the compiler's own list of
/// dependencies names it.
const DEPENDENCY: &str = "include/linux/kconfig.h";
/// Folders whose code stood in one other file of the kernel before: what is missing there may be in the old one.
const SPLIT: [(&str, &[&str]); 3] = [
    ("io_uring/", &["fs/io_uring.c", "fs/io-wq.c"]),
    ("net/core/gro.c", &["net/core/dev.c"]),
    ("net/core/gso.c", &["net/core/dev.c"]),
];

/// Paths of compiled files.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CompiledFiles {
    folders: Vec<Box<str>>,
    /// Name of a source or object without its extension, of a header with it; and the folder. Sorted.
    files: Vec<(Box<str>, u32)>,
    /// Last part of a folder's path, and the folder. Sorted.
    ends: Vec<(Box<str>, u32)>,
    sources: usize,
    headers: usize,
    /// Something of the list was not understood or left out.
    partial: bool,
}

/// What the absence of a file from a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// Only that it has no object of its own: another file may include it.
    Objects,
    /// Included files with code are named too (debug information).
    Code,
    /// Every file that was read is named (dependencies of the compiler).
    All,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Object,
    Source,
    Header,
}

impl CompiledFiles {
    /// A list of paths, in any order; `partial` = something was left out. Paths that are no code are passed over.
    pub fn new<'p>(paths: impl IntoIterator<Item = &'p str>, partial: bool) -> Self {
        let mut list = Self { partial, ..Self::default() };
        let mut known: HashMap<Box<str>, u32> = HashMap::new();
        for path in paths {
            let path = plain(path);
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
            let Some((name, kind)) = stem(name) else { continue };
            list.sources += usize::from(kind == Kind::Source);
            list.headers += usize::from(kind == Kind::Header);
            let number = match known.get(folder) {
                Some(number) => *number,
                None => {
                    let number = u32::try_from(list.folders.len()).unwrap_or(u32::MAX);
                    list.folders.push(folder.into());
                    known.insert(folder.into(), number);
                    number
                }
            };
            list.files.push((name.into(), number));
        }
        list.files.sort_unstable();
        list.files.dedup();
        list.files.shrink_to_fit();
        list.ends = (0..).zip(&list.folders).map(|(number, folder)| (last(folder).into(), number)).collect();
        list.ends.sort_unstable();
        list
    }

    /// Distinct files of code.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// No file of code at all.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// What the list says of one file; `kernel` = it is of a Linux kernel.
    pub(super) fn said(&self, file: &str, kernel: bool) -> Said {
        let file = plain(file);
        let (folder, name) = file.rsplit_once('/').unwrap_or(("", &file));
        let Some((name, kind)) = stem(name) else {
            return Said::Unknown("it is no file that a compiler reads".to_owned());
        };
        let mut elsewhere = None;
        for (_, number) in among(&self.files, &name) {
            let there = self.folder(*number);
            if ends_in(there, folder) {
                return Said::Compiled(format!("the list names {}", joined(there, &name)));
            }
            elsewhere = Some(joined(there, &name));
        }
        if let Some(elsewhere) = elsewhere {
            return Said::Unknown(format!(
                "the list names {elsewhere}, of the same name at another place, which may be it, moved or copied"
            ));
        }
        if self.partial {
            return Said::Unknown(
                "parts of the list could not be read, so what it does not name proves nothing".to_owned(),
            );
        }
        if kernel && let Some(missing) = ALWAYS.iter().find(|always| !self.has(always)) {
            return Said::Unknown(format!("the list is not of a whole kernel: {missing} is not in it"));
        }
        if kernel
            && let Some(old) = SPLIT
                .iter()
                .filter(|(folder, _)| file.starts_with(folder))
                .flat_map(|(_, old)| *old)
                .find(|old| self.has(old))
        {
            return Said::Unknown(format!("in this version its code may stand in {old}, which is compiled"));
        }
        match (self.reach(kernel), kind) {
            (Reach::All, _) => Said::Absent("no file of that name was read by the compiler".to_owned()),
            (_, Kind::Header) => Said::Unknown(
                "it is a header, and the list does not name every file that was included".to_owned(),
            ),
            (Reach::Code, _) => Said::Absent("no file of that name is in the list, which names included files too".to_owned()),
            // Nobody in the folder was compiled, so nobody there can have included it. What is made to be included from
            // elsewhere (decompressors by the boot code, tests of a driver by the driver) is left open.
            (Reach::Objects, _) if kernel && !self.has_neighbour(folder) && !is_borrowed(&file) => {
                Said::Absent(format!("nothing in {folder} was compiled"))
            }
            (Reach::Objects, _) => Said::Unknown(
                "it has no object of its own, but another file may include it: give a list that names included files \
                 (dependencies or debug information)"
                    .to_owned(),
            ),
        }
    }

    fn reach(&self, kernel: bool) -> Reach {
        if kernel && self.has(DEPENDENCY) {
            return Reach::All;
        }
        // A stray header is no sign that all are named.
        let named = self.headers > 0 && self.headers * 10 >= self.sources && self.sources > 0;
        if named { Reach::Code } else { Reach::Objects }
    }

    fn has(&self, file: &str) -> bool {
        let (folder, name) = file.rsplit_once('/').unwrap_or(("", file));
        stem(name).is_some_and(|(name, _)| {
            among(&self.files, &name).iter().any(|(_, number)| ends_in(self.folder(*number), folder))
        })
    }

    fn has_neighbour(&self, folder: &str) -> bool {
        among(&self.ends, last(folder)).iter().any(|(_, number)| ends_in(self.folder(*number), folder))
    }

    fn folder(&self, number: u32) -> &str {
        self.folders.get(number as usize).map_or("", |folder| folder)
    }
}

/// The rows of a name in a sorted list.
fn among<'l>(list: &'l [(Box<str>, u32)], name: &str) -> &'l [(Box<str>, u32)] {
    let first = list.partition_point(|(other, _)| **other < *name);
    let end = first + list[first..].partition_point(|(other, _)| **other == *name);
    &list[first..end]
}

/// Whether a folder is `end` or ends in it, part by part.
fn ends_in(folder: &str, end: &str) -> bool {
    end.is_empty()
        || folder.strip_suffix(end).is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

fn last(folder: &str) -> &str {
    folder.rsplit_once('/').map_or(folder, |(_, last)| last)
}

fn joined(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// A path with `/`, without `.`, empty parts, and parts that `..` takes back.
fn plain(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.trim().split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The name under which a file is found; none when it is no code. `.main.o.cmd`, `main.o`, `main.c.o` and `main.c` are `main`.
fn stem(name: &str) -> Option<(String, Kind)> {
    const SOURCES: [&str; 9] = [".c", ".S", ".s", ".cc", ".cpp", ".cxx", ".rs", ".m", ".asm"];
    const HEADERS: [&str; 5] = [".h", ".hh", ".hpp", ".hxx", ".inc"];
    let name = name.strip_prefix('.').and_then(|rest| rest.strip_suffix(".cmd")).unwrap_or(name);
    let source = |name: &str| {
        let bare = SOURCES.iter().find_map(|extension| name.strip_suffix(extension))?;
        (!bare.is_empty()).then(|| bare.to_owned())
    };
    if let Some(object) = name.strip_suffix(".o").or_else(|| name.strip_suffix(".obj")) {
        return (!object.is_empty())
            .then(|| (source(object).unwrap_or_else(|| object.to_owned()), Kind::Object));
    }
    if HEADERS.iter().any(|extension| name.ends_with(extension)) {
        return Some((name.to_owned(), Kind::Header));
    }
    source(name).map(|bare| (bare, Kind::Source))
}

/// Whether files of other folders include this one, as far as is known.
fn is_borrowed(file: &str) -> bool {
    file.starts_with("lib/") || file.contains("/lib/") || file.contains("/selftests/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(list: &[&str], file: &str, kernel: bool, expected: &str) {
        let list = CompiledFiles::new(list.iter().copied(), false);
        let (word, why) = match list.said(file, kernel) {
            Said::Compiled(why) => ("compiled", why),
            Said::Absent(why) => ("absent", why),
            Said::Unknown(why) => ("unknown", why),
        };
        assert_eq!(word, expected, "{file}: {why}");
    }

    #[test]
    fn a_list_of_objects_shows_whole_folders_only() {
        let list = [
            "init/main.o",
            "./kernel/fork.o",
            "mm/page_alloc.o",
            "/b/linux/lib/vsprintf.o",
            "kernel/sched/core.o",
        ];
        check(&list, "kernel/fork.c", true, "compiled");
        check(&list, "lib/vsprintf.c", true, "compiled");
        // Included by another file of its folder since 5.18.
        check(&list, "kernel/sched/rt.c", true, "unknown");
        check(&list, "net/tipc/link.c", true, "absent");
        check(&list, "lib/xz/xz_dec_lzma2.c", true, "unknown");
        check(&list, "drivers/gpu/drm/i915/gem/selftests/huge_pages.c", true, "unknown");
        check(&list, "include/net/tcp.h", true, "unknown");
        // Moved, or another file of that name.
        check(&list, "kernel/locking/core.c", true, "unknown");
        check(&list, "arch/x86/boot/dts/a.dtsi", true, "unknown");
        // Names of objects are the build's own affair elsewhere.
        check(&list, "src/parser.c", false, "unknown");
        check(&list[1..], "net/tipc/link.c", true, "unknown");
    }

    #[test]
    fn a_list_with_included_files_shows_each() {
        let mut list =
            vec!["init/main.c", "kernel/fork.c", "mm/page_alloc.c", "lib/vsprintf.c", "include/linux/fs.h"];
        check(&list, "kernel/sched/rt.c", true, "absent");
        check(&list, "include/net/tcp.h", true, "unknown");
        list.push("include/linux/kconfig.h");
        check(&list, "include/net/tcp.h", true, "absent");
        check(&list, "include/linux/fs.h", true, "compiled");
        check(&list, "fs/fs.c", true, "absent");
        // 5.15 has it in one file, which is compiled.
        list.push("fs/io_uring.c");
        check(&list, "io_uring/rw.c", true, "unknown");
        check(&["src/tree.c", "include/tree.h"], "src/parser.c", false, "absent");
        check(&["src/tree.c", "include/tree.h"], "parser.c", false, "absent");
        check(&["vendor/old/parser.c", "include/tree.h"], "src/parser.c", false, "unknown");
    }

    #[test]
    fn what_was_not_read_proves_nothing() {
        let list = CompiledFiles::new(["src/tree.c", "include/tree.h"], true);
        assert!(matches!(list.said("src/parser.c", false), Said::Unknown(_)));
        assert!(matches!(list.said("src/tree.c", false), Said::Compiled(_)));
    }

    #[test]
    fn names() {
        for (name, expected) in [
            (".main.o.cmd", Some("main")),
            ("main.c.o", Some("main")),
            ("main.S", Some("main")),
            ("main.h", Some("main.h")),
            (".o", None),
            (".c", None),
            ("vmlinux", None),
            ("modules.order", None),
        ] {
            assert_eq!(stem(name).map(|(name, _)| name).as_deref(), expected, "{name}");
        }
        assert_eq!(plain("../../linux/./net//core/../ipv4/tcp.c"), "../../linux/net/ipv4/tcp.c");
    }
}
