using System.Buffers.Binary;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Ofd;

/// <summary>
/// The parts of an OFD file, found by path, read and hashed within limits. Nothing is written anywhere. Reads the stream
/// at will, does not own it; not safe for concurrent use.
/// </summary>
public sealed class OfdPackage
{
    private const int LocalSize = 30;
    private const uint LocalSignature = 0x04034B50;

    private readonly Stream file;
    private readonly OfdLimits limits;
    private readonly OfdDirectory directory;
    private readonly Dictionary<string, OfdEntry> byPath;
    private readonly Dictionary<(string Path, DigestAlgorithm Algorithm), (byte[]? Digest, OfdFormatException? Fault)> digests = [];

    // What reading the parts has shown of their data, so that nothing is unpacked again for it.
    private readonly Dictionary<string, OfdEntryData> seen = new(StringComparer.Ordinal);
    private readonly OfdKeptParts kept = new();

    private OfdPackage(Stream file, OfdLimits limits, OfdDirectory directory, Dictionary<string, OfdEntry> byPath)
    {
        this.file = file;
        this.limits = limits;
        this.directory = directory;
        this.byPath = byPath;
        Budget = new OfdBudget(limits, file.Length);
        Names = new OfdPartNames(byPath);
    }

    /// <summary>Files only, in the order of the directory.</summary>
    public IEnumerable<OfdEntry> Entries => byPath.Values;

    public OfdLimits Limits => limits;

    internal OfdBudget Budget { get; }

    internal OfdPartNames Names { get; }

    /// <exception cref="OfdFormatException">No ZIP, damaged, over a limit, or two entries of one name.</exception>
    public static async Task<OfdPackage> OpenAsync(Stream file, OfdLimits limits, CancellationToken cancellation)
    {
        var byPath = new Dictionary<string, OfdEntry>(StringComparer.Ordinal);
        var directory = await OfdZipDirectory.ReadAsync(file, limits, cancellation);
        foreach (var entry in directory.Entries)
        {
            if (entry.Path.Length == 0 || entry.Path.EndsWith('/'))
            {
                continue;
            }

            // Two readers could each show another one of them.
            if (!byPath.TryAdd(entry.Path, entry))
            {
                var name = OfdNames.Shorten(entry.Path);
                throw new OfdFormatException("OFD_DUPLICATE_ENTRY", $"压缩包中有两个名为“{name}”的文件。", $"Two files in the ZIP file are named '{name}'.");
            }
        }

        return new OfdPackage(file, limits, directory, byPath);
    }

    /// <summary>What lies in the file that its directory does not name, and names that other systems take for one. Asked last, it unpacks only what nobody read.</summary>
    internal async Task<IReadOnlyList<Finding>> FindHiddenAsync(OfdCoverageResult covered, CancellationToken cancellation)
    {
        List<string> twins = [.. OfdSameNames.Among(byPath.Keys, covered.NotCommon).Union(covered.Uncovered.Where(OfdSameNames.IsUnclear)).Union(OfdSameNames.InTheWay(directory.Entries.Select(entry => entry.Path))).Order(StringComparer.Ordinal)];
        return [.. await OfdHiddenEntries.FindAsync(file, directory, (seen, Budget), covered.Unsigned, cancellation), .. twins.Count > 0 ? [OfdFindings.TwinNames(twins)] : Array.Empty<Finding>()];
    }

    /// <inheritdoc cref="OfdPartNames.Find"/>
    public OfdEntry? Find(string folder, string location) => Names.Find(folder, location);

    /// <exception cref="OfdFormatException">Over <paramref name="limit"/>, damaged, encrypted or packed in an unknown way.</exception>
    public async Task<byte[]> ReadAsync(OfdEntry entry, int limit, CancellationToken cancellation)
    {
        if (entry.Size > limit)
        {
            throw OfdZipDirectory.TooLarge($"“{entry.Path}”", $"'{entry.Path}'", entry.Size, limit);
        }

        Budget.Read(entry.Size);
        if (kept.Take(entry) is { } known)
        {
            return known;
        }

        byte[] bytes = [];
        await PassAsync(entry, async part => bytes = await ReadWholeAsync(part, entry, cancellation), cancellation);
        return bytes;
    }

    /// <summary>At most so many bytes from where it begins.</summary>
    /// <exception cref="OfdFormatException">As for <see cref="ReadAsync"/>.</exception>
    internal async Task<byte[]> ReadStartAsync(OfdEntry entry, int count, CancellationToken cancellation)
    {
        Budget.Read(Math.Min(count, entry.Size));
        var bytes = new byte[Math.Min(count, entry.Size)];
        await PassAsync(entry, async part => await part.ReadExactlyAsync(bytes, cancellation), cancellation);
        return bytes;
    }

    /// <summary>The digest of a part's bytes, or that it has none; remembered: many signatures refer to the same parts.</summary>
    /// <exception cref="OfdFormatException">As for <see cref="ReadAsync"/>.</exception>
    internal async Task<byte[]> DigestAsync(OfdEntry entry, DigestAlgorithm algorithm, CancellationToken cancellation)
    {
        if (!digests.TryGetValue((entry.Path, algorithm), out var known))
        {
            Budget.Hash(entry.Size);
            known = await TryHashAsync(entry, algorithm, cancellation);
            digests[(entry.Path, algorithm)] = known;
        }

        return known.Digest ?? throw known.Fault!;
    }

    private async Task<(byte[]? Digest, OfdFormatException? Fault)> TryHashAsync(OfdEntry entry, DigestAlgorithm algorithm, CancellationToken cancellation)
    {
        byte[]? digest = null;
        try
        {
            await PassAsync(entry, async part =>
            {
                if (kept.HasRoomFor(entry))
                {
                    var bytes = await ReadWholeAsync(part, entry, cancellation);
                    digest = ContentDigests.Of(bytes).Get(algorithm)!;
                    kept.Add(entry, bytes);
                    return;
                }

                await using var bounded = new OfdBoundedStream(part, entry.Size);
                digest = (await ContentDigests.OfAsync(bounded, [algorithm], cancellation)).Get(algorithm)!;
                if (!bounded.IsExact)
                {
                    throw Unreadable(entry, "its size is not the one in the directory");
                }
            }, cancellation);
            return (digest, null);
        }
        catch (OfdFormatException fault)
        {
            return (null, fault);
        }
    }

    private static async Task<byte[]> ReadWholeAsync(Stream part, OfdEntry entry, CancellationToken cancellation)
    {
        var bytes = new byte[entry.Size];
        await part.ReadExactlyAsync(bytes, cancellation);
        return await part.ReadAsync(new byte[1], cancellation) == 0 ? bytes : throw Unreadable(entry, "it is longer than the directory says");
    }

    private async Task PassAsync(OfdEntry entry, Func<Stream, Task> read, CancellationToken cancellation)
    {
        if (!entry.IsReadable)
        {
            throw Unreadable(entry, entry.IsEncrypted ? "it is encrypted" : $"its compression method {entry.Method} is not supported");
        }

        var start = await DataStartAsync(entry, cancellation);
        await using var pass = new OfdEntryPass(file, entry, start);
        try
        {
            await read(pass);
            if (pass.Seen is { } data)
            {
                seen[entry.Path] = data;
            }
        }
        catch (Exception fault) when (fault is InvalidDataException or EndOfStreamException)
        {
            seen[entry.Path] = OfdEntryData.Damaged;
            throw Unreadable(entry, fault.Message, fault);
        }
    }

    /// <summary>Names and sizes of the local header are not believed; it only says where the data begins.</summary>
    private async Task<long> DataStartAsync(OfdEntry entry, CancellationToken cancellation)
    {
        var header = await OfdZipDirectory.ReadAtAsync(file, entry.HeaderOffset, LocalSize, cancellation);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != LocalSignature)
        {
            throw Unreadable(entry, "there is no entry where the directory says");
        }

        var start = entry.HeaderOffset + LocalSize + BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(26)) + BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(28));
        return start <= file.Length - entry.PackedSize ? start : throw Unreadable(entry, "it reaches past the end of the file");
    }

    private static OfdFormatException Unreadable(OfdEntry entry, string why, Exception? inner = null) =>
        new("OFD_PART_UNREADABLE", $"“{OfdNames.Shorten(entry.Path)}”无法解开或已损坏。", $"'{OfdNames.Shorten(entry.Path)}' cannot be unpacked: {why}.", inner);
}
