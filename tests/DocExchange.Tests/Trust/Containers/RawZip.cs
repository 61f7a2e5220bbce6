using System.Text;
using DocExchange.Trust.Containers;

namespace DocExchange.Tests.Trust.Containers;

/// <summary>One entry of a hand-made ZIP; what is not set is as in a package.</summary>
internal sealed record RawEntry(string Name, byte[] Data)
{
    public byte[]? NameBytes { get; init; }

    public ushort? Flags { get; init; }

    public ushort Method { get; init; }

    public ushort MadeBy { get; init; } = 0x030A;

    public uint ExternalAttributes { get; init; } = 0x81A40000;

    public byte[] LocalExtra { get; init; } = [];

    public byte[] CentralExtra { get; init; } = [];

    public byte[] Comment { get; init; } = [];

    /// <summary>Bytes after the data: a descriptor or a gap.</summary>
    public byte[] After { get; init; } = [];

    public uint? DeclaredSize { get; init; }

    public uint? DeclaredOffset { get; init; }

    /// <summary>False: the entry is in the file, but the directory does not know it.</summary>
    public bool InDirectory { get; init; } = true;
}

/// <summary>A second ZIP writer, independent of the product's, which can also make what must be refused.</summary>
internal static class RawZip
{
    /// <summary>The entries of a canonical package.</summary>
    public static async Task<List<RawEntry>> EntriesAsync(byte[] package)
    {
        using var reader = await SamplePackage.OpenAsync(package);
        return [.. reader.AllEntries.Select(located =>
            new RawEntry(located.Entry.Path, package.AsSpan((int)located.Offset, (int)located.Entry.Size).ToArray()))];
    }

    public static byte[] Write(IReadOnlyList<RawEntry> entries, byte[]? comment = null, byte[]? before = null)
    {
        using var output = new MemoryStream();
        using var zip = new BinaryWriter(output);
        zip.Write(before ?? []);
        var offsets = new List<uint>();
        foreach (var entry in entries)
        {
            offsets.Add((uint)output.Position);
            zip.Write("PK\u0003\u0004"u8);
            WriteCommon(zip, entry, (ushort)entry.LocalExtra.Length);
            zip.Write(NameOf(entry));
            zip.Write(entry.LocalExtra);
            zip.Write(entry.Data);
            zip.Write(entry.After);
        }

        var directory = (uint)output.Position;
        foreach (var (entry, offset) in entries.Zip(offsets).Where(pair => pair.First.InDirectory))
        {
            WriteCentral(zip, entry, offset);
        }

        WriteEnd(zip, (ushort)entries.Count(entry => entry.InDirectory), directory, comment ?? []);
        return output.ToArray();
    }

    private static void WriteCentral(BinaryWriter zip, RawEntry entry, uint offset)
    {
        zip.Write("PK\u0001\u0002"u8);
        zip.Write(entry.MadeBy);
        WriteCommon(zip, entry, (ushort)entry.CentralExtra.Length);
        zip.Write((ushort)entry.Comment.Length);
        zip.Write((ushort)0);
        zip.Write((ushort)0);
        zip.Write(entry.ExternalAttributes);
        zip.Write(entry.DeclaredOffset ?? offset);
        zip.Write(NameOf(entry));
        zip.Write(entry.CentralExtra);
        zip.Write(entry.Comment);
    }

    private static void WriteCommon(BinaryWriter zip, RawEntry entry, ushort extraLength)
    {
        var name = NameOf(entry);
        zip.Write((ushort)10);
        zip.Write(entry.Flags ?? (ushort)(name.All(value => value < 128) ? 0 : 0x800));
        zip.Write(entry.Method);
        zip.Write((ushort)0);
        zip.Write((ushort)0x21);
        zip.Write(Crc32.Of(entry.Data));
        zip.Write((uint)entry.Data.Length);
        zip.Write(entry.DeclaredSize ?? (uint)entry.Data.Length);
        zip.Write((ushort)name.Length);
        zip.Write(extraLength);
    }

    private static void WriteEnd(BinaryWriter zip, ushort count, uint directory, byte[] comment)
    {
        var size = (uint)zip.BaseStream.Position - directory;
        zip.Write("PK\u0005\u0006"u8);
        zip.Write(0);
        zip.Write(count);
        zip.Write(count);
        zip.Write(size);
        zip.Write(directory);
        zip.Write((ushort)comment.Length);
        zip.Write(comment);
    }

    private static byte[] NameOf(RawEntry entry) => entry.NameBytes ?? Encoding.UTF8.GetBytes(entry.Name);
}
