//! Files of the corpus, unpacked and parsed.
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::Value;

/// The text of a file; when it is not there, of the same name with `.zst` behind it.
pub(crate) fn text(path: &Path) -> anyhow::Result<String> {
    let packed = PathBuf::from(format!("{}.zst", path.display()));
    let (path, is_packed) = match path.extension() {
        Some(extension) if extension == "zst" => (path, true),
        _ if packed.exists() => (packed.as_path(), true),
        _ => (path, false),
    };
    let bytes = fs::read(path).with_context(|| path.display().to_string())?;
    let bytes = if is_packed { zstd::decode_all(bytes.as_slice())? } else { bytes };
    String::from_utf8(bytes).with_context(|| path.display().to_string())
}

/// A JSON document.
pub(crate) fn json(path: &Path) -> anyhow::Result<Value> {
    serde_json::from_str(&text(path)?).with_context(|| path.display().to_string())
}

/// The cases of a suite, with or without the envelope of the specifications.
pub(crate) fn cases(path: &Path) -> anyhow::Result<Vec<Value>> {
    match json(path)? {
        Value::Array(cases) => Ok(cases),
        mut envelope => match envelope["tests"].take() {
            Value::Array(cases) => Ok(cases),
            _ => anyhow::bail!("{}: no list of cases", path.display()),
        },
    }
}

/// A JSON document a line.
pub(crate) fn json_lines(path: &Path) -> anyhow::Result<Vec<Value>> {
    let text = text(path)?;
    text.lines().map(|line| serde_json::from_str(line).with_context(|| path.display().to_string())).collect()
}

/// The files of a folder, by name.
pub(crate) fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut files: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    files.retain(|path| path.is_file());
    files.sort();
    Ok(files)
}

/// The name of a file.
pub(crate) fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The text at `value`, empty when it is none.
pub(crate) fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
