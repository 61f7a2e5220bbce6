namespace DocExchange.Trust.Containers;

/// <summary>Metadata, one body, attachments 001, 002, …: the only order of parts there is.</summary>
internal static class PartOrder
{
    /// <exception cref="PackageFormatException">ENTRY_MISSING, ENTRY_DUPLICATE, ENTRY_ORDER, ENTRY_UNLISTED or ENTRY_NAME.</exception>
    public static void Check(IReadOnlyList<string> paths, int maxNameLength = PackageLimits.FormatMaxNameLength)
    {
        foreach (var path in paths)
        {
            CheckOne(path, maxNameLength);
        }

        Demand(paths, EntryNames.Metadata, path => path == EntryNames.Metadata);
        Demand(paths, EntryNames.BodyFolder, path => path.StartsWith(EntryNames.BodyFolder, StringComparison.Ordinal));
        for (var index = 0; index < paths.Count; index++)
        {
            if (!Belongs(paths[index], index))
            {
                throw OutOfOrder(paths[index], index);
            }
        }
    }

    private static void CheckOne(string path, int maxNameLength)
    {
        if (path == EntryNames.Metadata)
        {
            return;
        }

        var name = EntryNames.FileNameIn(path);
        if (name is null)
        {
            foreach (var segment in path.Split('/'))
            {
                EntryNames.Check(segment);
            }

            throw new PackageFormatException(
                PackageFaults.EntryUnlisted,
                $"公文包中没有条目“{EntryNames.Quote(path)}”的位置：只能有 metadata.xml、body/<文件名> 和 attachments/<nnn>-<文件名>。",
                $"The entry '{EntryNames.Quote(path)}' has no place in a package: parts are metadata.xml, body/<name> and attachments/<nnn>-<name>.");
        }

        EntryNames.Check(name, maxNameLength);
    }

    private static void Demand(IReadOnlyList<string> paths, string what, Func<string, bool> isIt)
    {
        var count = paths.Count(isIt);
        if (count == 0)
        {
            throw new PackageFormatException(PackageFaults.EntryMissing, $"公文包缺少 {what}。", $"The package lacks {what}: exactly one is expected.");
        }

        if (count > 1)
        {
            throw new PackageFormatException(PackageFaults.EntryDuplicate, $"公文包中有 {count} 个 {what}，只能有一个。", $"The package has {count} of {what}: exactly one is expected.");
        }
    }

    private static bool Belongs(string path, int index) => index switch
    {
        0 => path == EntryNames.Metadata,
        1 => path.StartsWith(EntryNames.BodyFolder, StringComparison.Ordinal),
        _ => EntryNames.AttachmentNumber(path) == index - 1,
    };

    private static PackageFormatException OutOfOrder(string path, int index) => new(
        PackageFaults.EntryOrder,
        $"条目“{EntryNames.Quote(path)}”的位置或编号不对：第 {index + 1} 个应为{Expected(index)}。",
        $"The entry '{EntryNames.Quote(path)}' is out of order: part {index + 1} must be{Expected(index)}.");

    private static string Expected(int index) => index switch
    {
        0 => " " + EntryNames.Metadata,
        1 => " " + EntryNames.BodyFolder + "<name>",
        _ => " " + EntryNames.AttachmentPrefix(index - 1) + "<name>",
    };
}
