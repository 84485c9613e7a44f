//! Ports that a scan found open, one a line: `22/tcp open ssh` as scanners print it, or `tcp 22`. For people.

use super::{Lines, shown};
use crate::{Issue, IssueCode};

/// Words with which a scanner's own lines begin.
const REMARKS: [&str; 8] = ["#", "Nmap", "Starting", "Host", "PORT", "Not shown", "MAC Address", "Service"];

/// One port.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Port {
    /// Number.
    pub number: u16,
    /// `tcp`, `udp` or `sctp`.
    pub protocol: &'static str,
    /// `open`, `filtered`, …; `open` when the line does not say.
    pub state: String,
    /// What answers there, as far as the line says.
    pub service: String,
}

/// Reads a list of ports, in the order of the file.
pub fn open_ports(bytes: &[u8]) -> (Vec<Port>, Vec<Issue>) {
    let mut lines = Lines::of(bytes);
    let mut ports: Vec<Port> = Vec::new();
    lines.each(|lines, number, line| {
        if REMARKS.iter().any(|remark| line.starts_with(remark)) {
            return;
        }
        match port(line) {
            Some(port) => ports.push(port),
            None => {
                let text = format!("`{}` names no port", shown(line));
                lines.lost(&format!("line {number}"), IssueCode::Malformed, text);
            }
        }
    });
    ports.sort();
    ports.dedup();
    (ports, lines.issues())
}

fn port(line: &str) -> Option<Port> {
    let mut words = line.split_whitespace();
    let first = words.next()?;
    let (number, protocol) = match first.split_once('/') {
        Some((number, protocol)) => (number, protocol),
        None => (words.next()?, first),
    };
    let protocol = ["tcp", "udp", "sctp"].into_iter().find(|known| known.eq_ignore_ascii_case(protocol))?;
    let cut = |word: &str| word.chars().take(80).collect::<String>();
    Some(Port {
        number: number.parse().ok()?,
        protocol,
        state: words.next().map_or_else(|| "open".to_owned(), cut),
        service: cut(&words.collect::<Vec<_>>().join(" ")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_ports() {
        let text = "Starting a scan\nPORT STATE SERVICE\n22/tcp open ssh OpenSSH 9.2\n104/tcp open dicom\nudp 161\n22/tcp open ssh OpenSSH 9.2\n";
        let (found, issues) = open_ports(text.as_bytes());
        assert_eq!(issues, Vec::new());
        let told: Vec<String> = found
            .iter()
            .map(|port| format!("{}/{} {} {}", port.number, port.protocol, port.state, port.service))
            .collect();
        assert_eq!(told, ["22/tcp open ssh OpenSSH 9.2", "104/tcp open dicom", "161/udp open "]);
        let (found, issues) = open_ports(b"70000/tcp open\n22/xyz\nhello\n");
        assert_eq!((found.len(), issues.len()), (0, 3));
    }
}
