using System.Globalization;
using System.Text;

namespace DocExchange.Durability.Upgrades;

/// <summary>
/// Which form the data of a folder have: <c>data-version.txt</c>, in its first line the number, in its second the program
/// that brought them to it. Readers skip what stands behind.
/// </summary>
/// <param name="Number">From 1; 0 for data from before folders were marked.</param>
/// <param name="Program">Its name and version; empty for unmarked data.</param>
public sealed record DataVersion(int Number, string Program)
{
    public const string FileName = "data-version.txt";

    public static readonly DataVersion Unmarked = new(0, "");

    private const int MaxSize = 1024;
    private const int MaxProgram = 100;

    /// <exception cref="UpgradeException">The file is damaged.</exception>
    public static DataVersion Read(string folder, IDisk disk)
    {
        var path = Path.Combine(folder, FileName);
        return disk.Exists(path) ? Parse(path, WholeFile.Read(disk, path, MaxSize)) : Unmarked;
    }

    /// <param name="path">For what is said of a damaged one.</param>
    /// <exception cref="UpgradeException">The text holds no number, or names no program.</exception>
    public static DataVersion Parse(string path, ReadOnlySpan<byte> text)
    {
        var lines = Encoding.UTF8.GetString(text).Split('\n');
        var program = lines.Length > 1 ? string.Concat(lines[1].Where(letter => !char.IsControl(letter)).Take(MaxProgram)) : "";
        return int.TryParse(lines[0].TrimEnd('\r'), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 && program.Length > 0
            ? new DataVersion(number, program)
            : throw UpgradeException.OfVersion(
                $"“{path}”已损坏：第一行应为数据的版本号，第二行应为写入的程序。未作任何改动。请从备份取回该文件。",
                $"'{path}' is damaged: its first line should be the version of the data, its second the program that wrote them. Nothing was changed. Bring the file back from a backup.");
    }

    /// <summary>On disk when this returns, in the place of any other.</summary>
    public void Write(string folder, IDisk disk) =>
        WholeFile.Write(disk, Path.Combine(folder, FileName), Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Number}\n{Program}\n")));
}
