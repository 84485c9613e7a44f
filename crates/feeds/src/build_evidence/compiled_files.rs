//! Which files went through the compiler: a list of paths of sources, objects or `.cmd` files, one a line; the contents of
//! `.cmd` or `.d` files one after the other, which name what was included too; `compile_commands.json`.

use std::fmt;

use matcher::build::CompiledFiles;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};

use super::{Lines, MAX_LINES};
use crate::{Issue, IssueCode, text::Text};

/// Reads a list of compiled files, whatever its form.
pub fn compiled_files(bytes: &[u8]) -> (CompiledFiles, Vec<Issue>) {
    let mut lines = Lines::of(bytes);
    let mut paths: Vec<String> = Vec::new();
    if lines.text.trim_start().starts_with('[') {
        database(&mut lines, &mut paths);
    } else {
        let mut goes_on = false;
        lines.each(|_, _, line| {
            paths_of(line, goes_on, &mut paths);
            goes_on = line.ends_with('\\');
        });
    }
    let files = CompiledFiles::new(paths.iter().map(String::as_str), lines.partial);
    if files.is_empty() {
        lines.note("", IssueCode::Malformed, "it names no file of code".to_owned());
    }
    (files, lines.issues())
}

/// The paths of one line: a path, or a piece of what `make` and the compiler write; `goes_on` from the line before.
fn paths_of(line: &str, goes_on: bool, paths: &mut Vec<String>) {
    let is_command = |line: &str| line.starts_with("cmd_") || line.starts_with("savedcmd_");
    if line.starts_with('#') || is_command(line) || line.starts_with("$(") {
        return;
    }
    let words = match line.split_once(":=") {
        // `source_a.o := a.c`, `deps_a.o := \`
        Some((_, words)) => words,
        // `a.o: a.c a.h \`, and the lines that go on from it
        None if goes_on || line.ends_with('\\') || line.contains(": ") || line.ends_with(':') => line,
        None => {
            paths.push(line.to_owned());
            return;
        }
    };
    let mut inside = false;
    for word in words.split_whitespace() {
        let word = word.trim_end_matches([':', '\\']);
        // `$(wildcard include/config/NET)`: an option, no file.
        inside |= word.starts_with("$(");
        let ends = word.ends_with(')');
        if !inside && !word.is_empty() {
            paths.push(word.to_owned());
        }
        inside &= !ends;
    }
}

/// `compile_commands.json`: each entry is one file in its folder.
fn database(lines: &mut Lines, paths: &mut Vec<String>) {
    let text = std::mem::take(&mut lines.text);
    let mut reader = serde_json::Deserializer::from_str(&text);
    match reader.deserialize_seq(Entries { paths }) {
        Ok((nameless, more)) => {
            if nameless > 0 {
                lines.lost("", IssueCode::Malformed, format!("{nameless} entries name no file"));
            }
            if more > 0 {
                let text = format!("more than {MAX_LINES} entries: {more} are not read");
                lines.lost("", IssueCode::Limit, text);
            }
            if let Err(error) = reader.end() {
                lines.lost("", IssueCode::Malformed, format!("goes on after its end: {error}"));
            }
        }
        Err(error) => lines.lost("", IssueCode::Malformed, format!("breaks off: {error}")),
    }
}

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(default, borrow)]
    directory: Text<'a>,
    #[serde(default, borrow)]
    file: Text<'a>,
}

struct Entries<'p> {
    paths: &'p mut Vec<String>,
}

impl<'de> Visitor<'de> for Entries<'_> {
    /// Entries without a file, and entries beyond the limit.
    type Value = (usize, usize);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of compiler calls")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let mut nameless = 0;
        while self.paths.len() < MAX_LINES {
            let Some(entry) = entries.next_element::<Entry<'de>>()? else { return Ok((nameless, 0)) };
            match entry.file.some() {
                None => nameless += 1,
                Some(file) if file.starts_with('/') => self.paths.push(file.to_owned()),
                Some(file) => self.paths.push(format!("{}/{file}", entry.directory.get())),
            }
        }
        let mut more = 0;
        while entries.next_element::<IgnoredAny>()?.is_some() {
            more += 1;
        }
        Ok((nameless, more))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let (found, issues) = compiled_files(text.as_bytes());
        assert_eq!(issues, Vec::new(), "{text}");
        assert_eq!(found, CompiledFiles::new(expected.iter().copied(), false), "{text}");
    }

    #[test]
    fn every_form() {
        check("# a comment\n./init/main.o\nnet/ipv4/tcp.c\n\nvmlinux\n", &["init/main.o", "net/ipv4/tcp.c"]);
        check("init/.main.o.cmd\nkernel/.fork.o.cmd", &["init/.main.o.cmd", "kernel/.fork.o.cmd"]);
        let cmd = "savedcmd_init/main.o := gcc -Wp,-MMD,init/.main.o.d -Iinclude -c -o init/main.o init/main.c\n\n\
                   source_init/main.o := init/main.c\n\n\
                   deps_init/main.o := \\\n  include/linux/kconfig.h \\\n    $(wildcard include/config/CC_VERSION_TEXT) \\\n  \
                   include/linux/types.h \\\n\n\
                   init/main.o: $(deps_init/main.o)\n\n$(deps_init/main.o):\n";
        check(cmd, &["init/main.c", "init/main.o", "include/linux/kconfig.h", "include/linux/types.h"]);
        check(
            "tcp.o: net/ipv4/tcp.c \\\n include/net/tcp.h\n",
            &["tcp.o", "net/ipv4/tcp.c", "include/net/tcp.h"],
        );
        // The last line of a rule has no mark of its own, and may name several.
        check("a.o: a.c \\\n b.c c.h\nd.c\n", &["a.o", "a.c", "b.c", "c.h", "d.c"]);
        let json = r#"[{"directory":"/b/linux","file":"init/main.c","command":"gcc"},
                       {"directory":"/b/linux","file":"/b/linux/kernel/fork.c","arguments":["gcc"]}]"#;
        check(json, &["/b/linux/init/main.c", "/b/linux/kernel/fork.c"]);
    }

    #[test]
    fn losses_are_told() {
        let check = |text: &str, word: &str| {
            let (files, issues) = compiled_files(text.as_bytes());
            assert!(issues.iter().any(|issue| issue.text.contains(word)), "{text}: {issues:?}");
            assert_ne!(files, CompiledFiles::new(["a.c"], false), "{text}");
        };
        check("", "no file of code");
        check(r#"[{"file":"a.c"}"#, "breaks off");
        check(r#"[{"file":"a.c"},{"directory":"b"}]"#, "name no file");
        check(r#"[{"file":"a.c"}] x"#, "goes on");
        check("a.c\n\u{0}", "U+0000");
    }
}
