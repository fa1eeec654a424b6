"""tf.compat.v1.gfile: TensorFlow 1's names of the functions of files."""

import tfcompat as tf

gfile = tf.compat.v1.gfile


def test_files_and_directories(tmp_path) -> None:
    place = str(tmp_path / "a" / "b")
    gfile.MakeDirs(place)
    gfile.MkDir(place + "/c")
    with gfile.Open(place + "/x.txt", "w") as file:
        file.write("text")
    assert gfile.Exists(filename=place + "/x.txt")
    assert gfile.IsDirectory(place)
    assert gfile.Stat(place).is_directory
    gfile.Copy(place + "/x.txt", place + "/y.txt")
    gfile.Rename(place + "/y.txt", place + "/x.txt", overwrite=True)
    assert gfile.FastGFile(place + "/x.txt").read() == "text"
    assert sorted(gfile.ListDirectory(place)) == ["c", "x.txt"]
    assert gfile.Glob(place + "/*.txt") == [place + "/x.txt"]
    assert [names for _, _, names in gfile.Walk(str(tmp_path), in_order=False)] == [[], ["x.txt"], [], []]
    gfile.Remove(place + "/x.txt")
    gfile.DeleteRecursively(str(tmp_path / "a"))
    assert not gfile.Exists(place)
