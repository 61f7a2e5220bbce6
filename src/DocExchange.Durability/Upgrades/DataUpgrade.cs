using DocExchange.Trust.Faults;

namespace DocExchange.Durability.Upgrades;

/// <summary>
/// Brings the data of a folder to a program's version, wholly or not at all: what the steps rewrite is copied aside first, and
/// the version's file is replaced last. Whoever starts next after a crash, of this version or the one before, finds the copy
/// and puts it back. The caller holds the folder.
/// </summary>
internal sealed class DataUpgrade(string folder, DataForm form, IDisk disk)
{
    /// <returns>The version the data had, where steps were taken; null where none was needed.</returns>
    /// <exception cref="UpgradeException">The data are of a later version; or they could not be upgraded and are as they were.</exception>
    public int? Run()
    {
        var found = DataVersion.Read(folder, disk);
        form.RequireKnown(folder, found);
        var copy = new UpgradeCopy(folder, disk);
        copy.TakeUp(found.Number);
        if (found.Number == form.Current.Number)
        {
            return null;
        }

        var steps = form.StepsFrom(found.Number);
        if (steps.Count == 0)
        {
            form.Current.Write(folder, disk);
            return null;
        }

        copy.Make([.. steps.SelectMany(step => step.Rewrites).Distinct(StringComparer.Ordinal)], form.Current.Number);
        Take(steps, found.Number, copy);
        copy.Remove();
        return found.Number;
    }

    private void Take(IReadOnlyList<IUpgradeStep> steps, int before, UpgradeCopy copy)
    {
        try
        {
            foreach (var step in steps)
            {
                step.Run(folder, disk);
            }

            form.Current.Write(folder, disk);
        }
        catch (Exception fault) when (DataVersion.Read(folder, disk).Number < form.Current.Number)
        {
            // Whatever it was: a program of the version before must find what it knows.
            PutBack(copy, fault);
            throw UpgradeException.Failed(
                $"“{folder}”中的数据未能从第 {before} 版升级到第 {form.Current.Number} 版：{FaultWords.Of(fault)}数据已恢复原状，原来的程序仍可使用；请排除原因后重试。",
                $"The data in '{folder}' could not be upgraded from version {before} to {form.Current.Number}: {fault.Message} They are as they were, and the program you had before works on them; mend the cause and try again.",
                fault);
        }
    }

    private void PutBack(UpgradeCopy copy, Exception reason)
    {
        try
        {
            copy.PutBack();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw UpgradeException.Failed(
                $"“{folder}”中的数据升级失败：{FaultWords.Of(reason)}恢复原状也未完成：{FaultWords.Of(fault)}请排除原因后再启动本程序，届时先恢复原状；在此之前不要启动原来的程序。",
                $"The data in '{folder}' could not be upgraded: {reason.Message} Nor could they be put back yet: {fault.Message} Mend the cause and start this program again, which puts them back first; do not start the program you had before until then.",
                new AggregateException(reason, fault));
        }
    }
}
