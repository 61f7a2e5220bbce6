namespace DocExchange.Trust.Containers;

/// <summary>
/// Which entries a package has, in which order, how large: judged on names and declared sizes alone, before anything
/// is allocated, read or written. Reader and writer pass the same gate.
/// </summary>
internal static class PackageGuard
{
    /// <exception cref="PackageFormatException">The first fault found.</exception>
    public static void Check(IReadOnlyList<ZipEntry> entries, PackageLimits limits)
    {
        CheckCount(entries.Count, limits);
        CheckDuplicates(entries);
        if (entries.Count == 0 || entries[0].Path != EntryNames.Mimetype)
        {
            throw MissingOrMisplaced(entries, EntryNames.Mimetype);
        }

        var parts = entries.Skip(1).TakeWhile(entry => !entry.Path.StartsWith(EntryNames.MetaInf, StringComparison.Ordinal)).ToList();
        PartOrder.Check([.. parts.Select(part => part.Path)], limits.EffectiveMaxNameLength);
        CheckMetaInf(entries, 1 + parts.Count, limits);
        CheckSizes(entries, limits);
    }

    public static void CheckCount(int count, PackageLimits limits)
    {
        if (count > limits.MaxEntries)
        {
            throw new PackageFormatException(
                PackageFaults.EntryCount, $"公文包有 {count} 个条目，超过上限 {limits.MaxEntries}。", $"The package has {count} entries, over the limit of {limits.MaxEntries}.");
        }
    }

    private static void CheckDuplicates(IReadOnlyList<ZipEntry> entries)
    {
        // Names that differ in case only would overwrite each other on some file systems.
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        if (entries.FirstOrDefault(entry => !seen.Add(entry.Path)) is { } twice)
        {
            var name = EntryNames.Quote(twice.Path);
            throw new PackageFormatException(PackageFaults.EntryDuplicate, $"条目“{name}”出现了不止一次。", $"The entry '{name}' occurs more than once.");
        }
    }

    private static void CheckMetaInf(IReadOnlyList<ZipEntry> entries, int next, PackageLimits limits)
    {
        next = Expect(entries, next, EntryNames.Manifest);
        if (!limits.AllowUnsigned || (next < entries.Count && entries[next].Path == EntryNames.Signature))
        {
            next = Expect(entries, next, EntryNames.Signature);
        }

        var seals = entries.Count - next;
        for (var number = 1; next < entries.Count; number++)
        {
            next = Expect(entries, next, EntryNames.Seal(number));
        }

        if (seals > limits.MaxSeals)
        {
            throw new PackageFormatException(
                PackageFaults.EntryCount, $"公文包有 {seals} 个印章，超过上限 {limits.MaxSeals}。", $"The package has {seals} seals, over the limit of {limits.MaxSeals}.");
        }
    }

    private static int Expect(IReadOnlyList<ZipEntry> entries, int index, string path)
    {
        if (index < entries.Count && entries[index].Path == path)
        {
            return index + 1;
        }

        if (index < entries.Count && !IsKnown(entries[index].Path))
        {
            var name = EntryNames.Quote(entries[index].Path);
            throw new PackageFormatException(
                PackageFaults.EntryUnlisted, $"条目“{name}”不属于公文包。", $"The entry '{name}' has no place in a package; {path} is expected there.");
        }

        throw MissingOrMisplaced(entries, path);
    }

    private static bool IsKnown(string path) =>
        path is EntryNames.Manifest or EntryNames.Signature or EntryNames.Mimetype || !path.StartsWith(EntryNames.MetaInf, StringComparison.Ordinal)
        || (path.StartsWith("META-INF/seal-", StringComparison.Ordinal) && path.EndsWith(".ses", StringComparison.Ordinal));

    private static PackageFormatException MissingOrMisplaced(IReadOnlyList<ZipEntry> entries, string path) =>
        entries.Any(entry => entry.Path == path)
            ? new PackageFormatException(PackageFaults.EntryOrder, $"条目“{path}”的位置不对。", $"The entry '{path}' is not where the format has it.")
            : new PackageFormatException(PackageFaults.EntryMissing, $"公文包缺少“{path}”。", $"The package lacks '{path}'.");

    private static void CheckSizes(IReadOnlyList<ZipEntry> entries, PackageLimits limits)
    {
        foreach (var entry in entries)
        {
            CheckSize(entry, limits);
        }

        var total = ZipStructure.TotalSize(entries);
        if (total > limits.EffectiveMaxSize)
        {
            throw TooLarge("公文包", "The package", total, limits.EffectiveMaxSize);
        }
    }

    private static void CheckSize(ZipEntry entry, PackageLimits limits)
    {
        var limit = entry.Path switch
        {
            EntryNames.Mimetype => PackageContents.MimetypeBytes.Length,
            EntryNames.Metadata => limits.MaxMetadataSize,
            EntryNames.Manifest => limits.MaxManifestSize,
            EntryNames.Signature => limits.MaxSignatureSize,
            _ when entry.Path.StartsWith(EntryNames.MetaInf, StringComparison.Ordinal) => limits.MaxSealSize,
            _ => limits.EffectiveMaxSize,
        };
        if (entry.Size > limit)
        {
            var name = EntryNames.Quote(entry.Path);
            throw TooLarge($"条目“{name}”", $"The entry '{name}'", entry.Size, limit);
        }

        // An unsigned draft has no entry at all; an empty one would be a second way to say so.
        if (entry.Size == 0 && entry.Path.StartsWith(EntryNames.MetaInf, StringComparison.Ordinal))
        {
            throw new PackageFormatException(PackageFaults.EntryMissing, $"条目“{entry.Path}”是空的。", $"The entry '{entry.Path}' is empty.");
        }
    }

    public static PackageFormatException TooLarge(string chinese, string english, long size, long limit) => new(
        PackageFaults.SizeLimit, $"{chinese}有 {size} 字节，超过上限 {limit}。", $"{english} has {size} bytes, over the limit of {limit}.");
}
