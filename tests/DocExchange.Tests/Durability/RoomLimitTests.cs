using DocExchange.Durability;

namespace DocExchange.Tests.Durability;

public sealed class RoomLimitTests
{
    private const long GiB = 1L << 30;

    [TestCase(20, 2, false, Description = "As much as is asked for.")]
    [TestCase(20, 1, true, Description = "Less than 2 GiB, though 5 percent.")]
    [TestCase(200, 9, true, Description = "Less than 5 percent.")]
    [TestCase(200, 10, false)]
    public void Is_reached_below_the_greater_of_both(long total, long free, bool isLow)
    {
        var disk = new RecordingDisk { TotalSpaceSaid = total * GiB, FreeSpaceSaid = free * GiB };

        var room = RoomLimit.Of(2048, 5).Look(disk, "/data");

        Assert.That(room, Is.EqualTo(new DiskRoom("/data", free * GiB, total * GiB, isLow)));
        Assert.That(room.ToString(), Is.EqualTo($"{free}.0 of {total}.0 GiB"));
    }

    [Test]
    public void Does_not_ask_for_the_size_of_the_disk_where_the_share_is_0() =>
        Assert.That(RoomLimit.Of(64, 0).Look(new RecordingDisk { TotalSpaceSaid = long.MaxValue, FreeSpaceSaid = 64 << 20 }, "/data").IsLow, Is.False);

    [Test]
    public void Reads_a_real_disk() => Assert.That(RoomLimit.Of(0, 0).Look(new LocalDisk(), Path.GetTempPath()), Has.Property("Total").GreaterThan(0).And.Property("Free").GreaterThanOrEqualTo(0));
}
