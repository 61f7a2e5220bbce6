using CsCheck;
using DocExchange.Trust.Merkle;

namespace DocExchange.Tests.Trust.Merkle;

internal sealed class TilePathTests
{
    [TestCase(0, 0, 256, "tile/0/000")]
    [TestCase(0, 1234067, 17, "tile/0/x001/x234/067.p/17")]
    [TestCase(2, 999, 255, "tile/2/999.p/255")]
    [TestCase(63, 1000, 1, "tile/63/x001/000.p/1")]
    [TestCase(Tile.Entries, 273, 112, "tile/entries/273.p/112")]
    [TestCase(Tile.Entries, 1234067, 256, "tile/entries/x001/x234/067")]
    public void Writes_and_reads_the_paths_of_tlog_tiles(int level, long index, int width, string path)
    {
        var tile = new Tile(level, index, width);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(TilePath.Encode(tile), Is.EqualTo(path));
            Assert.That(TilePath.TryParse(path, out var read), Is.True);
            Assert.That(read, Is.EqualTo(tile));
        }
    }

    [TestCase("")]
    [TestCase("tile")]
    [TestCase("tile/0")]
    [TestCase("tile//000")]
    [TestCase("/tile/0/000")]
    [TestCase("tile/0/000/")]
    [TestCase("tile/00/000")]
    [TestCase("tile/64/000")]
    [TestCase("tile/-1/000")]
    [TestCase("tile/+1/000")]
    [TestCase("tile/0/0")]
    [TestCase("tile/0/x000/001")]
    [TestCase("tile/0/001/002")]
    [TestCase("tile/0/x001")]
    [TestCase("tile/0/x01/002")]
    [TestCase("tile/0/000.p/0")]
    [TestCase("tile/0/000.p/256")]
    [TestCase("tile/0/000.p/01")]
    [TestCase("tile/0/000.p")]
    [TestCase("tile/0/000.p/")]
    [TestCase("tile/0/.p/1")]
    [TestCase("tile/0/../../etc/passwd")]
    [TestCase("tile/0/٠٠٠")]
    [TestCase("tile/0/x999/x999/x999/x999/x999/x999/999")]
    public void Refuses_every_other_spelling(string path) => Assert.That(TilePath.TryParse(path, out _), Is.False);

    [Test]
    public void Every_tile_has_one_path() =>
        Gen.Select(Gen.Int[Tile.Entries, Tile.MaxLevel], Gen.Long[0, long.MaxValue], Gen.Int[1, Tile.FullWidth]).Sample(
            (level, index, width) => TilePath.TryParse(TilePath.Encode(new Tile(level, index, width)), out var read) && read == new Tile(level, index, width));

    [Test]
    public void Refuses_a_tile_that_cannot_be([Values(0, 257)] int width) =>
        Assert.That(() => TilePath.Encode(new Tile(0, 0, width)), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
