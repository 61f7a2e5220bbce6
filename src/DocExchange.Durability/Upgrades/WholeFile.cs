namespace DocExchange.Durability.Upgrades;

/// <summary>A small file that is there whole or not at all.</summary>
internal static class WholeFile
{
    private const string Aside = ".new";

    /// <param name="most">Bytes that are read; what is behind is left out.</param>
    public static byte[] Read(IDisk disk, string path, int most)
    {
        using var file = disk.OpenForReading(path);
        var content = new byte[(int)Math.Min(file.Length, most)];
        return content[..file.Read(0, content)];
    }

    /// <summary>On disk when this returns, in the place of any other.</summary>
    public static void Write(IDisk disk, string path, ReadOnlySpan<byte> content)
    {
        using (var file = disk.OpenOrCreate(path + Aside))
        {
            file.SetLength(0);
            file.Write(0, content);
            file.Sync();
        }

        disk.Publish(path + Aside, path);
    }

    /// <summary>Removes it, and what a write that broke off left.</summary>
    public static void Delete(IDisk disk, string path)
    {
        disk.Delete(path);
        Sweep(disk, path);
    }

    /// <summary>Removes what a write that broke off left.</summary>
    public static void Sweep(IDisk disk, string path) => disk.Delete(path + Aside);
}
