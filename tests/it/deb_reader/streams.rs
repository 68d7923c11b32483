//! Members of several compressed streams.

use super::{broken, good_control};
use crate::raw_deb::{ar, directory, entry, tar};
use crate::support::output_of;

#[test]
fn a_second_stream_is_read_and_found() {
    let room = tempfile::tempdir().unwrap();
    std::fs::write(room.path().join("control.tar"), good_control()).unwrap();
    let file = entry("./opt/a", b'0', &vec![b'x'; 100_000]);
    let data = tar(&[directory("./"), directory("./opt/"), file]);
    std::fs::write(room.path().join("one"), &data[..2000]).unwrap();
    std::fs::write(room.path().join("two"), &data[2000..]).unwrap();
    for (program, extension) in [("gzip", "gz"), ("xz", "xz"), ("zstd -q", "zst")] {
        let make = format!(
            "{program} -c one >data.tar.{extension}; {program} -c two >>data.tar.{extension}"
        );
        output_of(&["sh", "-ec", &make], room.path());
        let name = format!("data.tar.{extension}");
        let member = std::fs::read(room.path().join(&name)).unwrap();
        let deb = |member: &[u8]| {
            ar(&[
                ("debian-binary", b"2.0\n"),
                ("control.tar", &good_control()),
                (&name, member),
            ])
        };
        assert_eq!(
            broken(&deb(&member)),
            "error compression-streams",
            "{extension}"
        );
        let rest = [member.as_slice(), b"rest"].concat();
        let found = broken(&deb(&rest));
        assert_eq!(
            found, "error compression-rest, error compression-streams",
            "{extension}"
        );
        let cut = broken(&deb(&member[..member.len() - 9]));
        assert!(cut.starts_with("unreadable: "), "{extension}: {cut}");
    }
}
