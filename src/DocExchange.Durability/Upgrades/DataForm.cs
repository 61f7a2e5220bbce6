namespace DocExchange.Durability.Upgrades;

/// <summary>What one program knows of the data in its folder: the version it works on, and the steps that lead there.</summary>
/// <param name="program">Its name and version, written beside the number.</param>
/// <param name="steps">In the order they are taken; each reaches a higher version than the one before.</param>
public sealed class DataForm(string program, IReadOnlyList<IUpgradeStep> steps)
{
    private static readonly LocalDisk Disk = new();

    public DataVersion Current { get; } = new(steps.Count == 0 ? 1 : steps[^1].Reaches, program);

    /// <summary>Touches nothing; for every verb, before it looks into the folder.</summary>
    /// <exception cref="UpgradeException">The data are of a later version.</exception>
    public void RequireKnown(string folder) => RequireKnown(folder, DataVersion.Read(folder, Disk));

    /// <param name="place">The data folder, or the backup.</param>
    /// <exception cref="UpgradeException">The version is a later one.</exception>
    public void RequireKnown(string place, DataVersion found)
    {
        if (found.Number > Current.Number)
        {
            throw UpgradeException.OfVersion(
                $"“{place}”中的数据是第 {found.Number} 版，由 {found.Program} 写入；本程序 {Current.Program} 只认识到第 {Current.Number} 版。未作任何改动。请安装 {found.Program} 或更高版本，或将升级前的备份恢复到另一目录后使用。",
                $"The data in '{place}' are of version {found.Number}, written by {found.Program}; this program, {Current.Program}, knows versions up to {Current.Number}. Nothing was changed. Install {found.Program} or later, or restore the backup from before the upgrade into another folder and use that.");
        }
    }

    /// <summary>
    /// Holds the folder for this process, with its data brought to the version this program works on. What an upgrade that was
    /// broken off has left is undone first.
    /// </summary>
    /// <exception cref="FolderInUseException">Another process works in the folder.</exception>
    /// <exception cref="UpgradeException">The data are of a later version, or could not be upgraded and are as they were.</exception>
    public SingleProcess Claim(string folder)
    {
        RequireKnown(folder);
        var only = SingleProcess.Claim(folder);
        try
        {
            if (new DataUpgrade(folder, this, Disk).Run() is { } before)
            {
                // To the service's log: whichever verb it was, the operator should find it there.
                Console.Error.WriteLine($"“{folder}”中的数据已从第 {before} 版升级到第 {Current.Number} 版。");
                Console.Error.WriteLine($"The data in '{folder}' were upgraded from version {before} to {Current.Number}.");
            }

            return only;
        }
        catch
        {
            only.Dispose();
            throw;
        }
    }

    /// <summary>For a folder that is made now, before what makes it a hub's or a node's is written.</summary>
    public void Mark(string folder) => Current.Write(folder, Disk);

    internal IReadOnlyList<IUpgradeStep> StepsFrom(int version) => [.. steps.Where(step => step.Reaches > version)];
}
