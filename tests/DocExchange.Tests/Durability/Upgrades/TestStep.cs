using System.Text;
using DocExchange.Durability;
using DocExchange.Durability.Upgrades;

namespace DocExchange.Tests.Durability.Upgrades;

/// <summary>Adds a line to notes.txt in place, piece by piece, makes new.txt and removes old.txt.</summary>
internal sealed class TestStep(int reaches) : IUpgradeStep
{
    public static readonly IReadOnlyList<string> Names = ["notes.txt", "new.txt", "old.txt"];

    public int Reaches => reaches;

    public IReadOnlyList<string> Rewrites => Names;

    /// <summary>Called when it is done, before it returns.</summary>
    public Action Then { get; init; } = () => { };

    public void Run(string folder, IDisk disk)
    {
        Append(disk, Path.Combine(folder, "notes.txt"), $"version {reaches}\n");
        Append(disk, Path.Combine(folder, "new.txt"), $"{reaches}");
        disk.SyncFolder(folder);
        disk.Delete(Path.Combine(folder, "old.txt"));
        Then();
    }

    private static void Append(IDisk disk, string path, string text)
    {
        using var file = disk.OpenOrCreate(path);
        foreach (var letter in Encoding.UTF8.GetBytes(text))
        {
            file.Write(file.Length, [letter]);
        }

        file.Sync();
    }
}
