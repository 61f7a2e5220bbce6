namespace DocExchange.Durability;

/// <summary>When a disk counts as nearly full: as soon as less is free than either says.</summary>
/// <param name="Bytes">Bytes that should stay free.</param>
/// <param name="Percent">Hundredths of the disk that should stay free; 0 where its size does not matter.</param>
public sealed record RoomLimit(long Bytes, int Percent)
{
    private const long MiB = 1024 * 1024;

    public static RoomLimit Of(int mebibytes, int percent) => new(mebibytes * MiB, percent);

    public DiskRoom Look(IDisk disk, string folder)
    {
        var (free, total) = (disk.FreeSpace(folder), disk.TotalSpace(folder));
        return new DiskRoom(folder, free, total, free < Bytes || (decimal)free * 100 < (decimal)total * Percent);
    }
}

/// <summary>How full the disk is that holds a folder, in bytes.</summary>
public sealed record DiskRoom(string Folder, long Free, long Total, bool IsLow)
{
    private const decimal GiB = 1024m * 1024 * 1024;

    /// <summary>Such as <c>1.9 of 20.0 GiB</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{Free / GiB:0.0} of {Total / GiB:0.0} GiB");
}
