using System.Globalization;
using System.Text;

namespace DocExchange.Trust.Merkle;

/// <summary>
/// A piece of a ledger as C2SP tlog-tiles cuts it: up to 256 hashes at tile level <paramref name="Level"/>, or up to
/// 256 entries when the level is <see cref="Entries"/>.
/// </summary>
public readonly record struct Tile(int Level, long Index, int Width)
{
    /// <summary>The level that stands for entry bundles.</summary>
    public const int Entries = -1;

    /// <summary>Hashes or entries in a full tile.</summary>
    public const int FullWidth = 256;

    public const int MaxLevel = 63;

    public bool IsFull => Width == FullWidth;
}

/// <summary>The paths of C2SP tlog-tiles: <c>tile/0/x001/x234/067.p/17</c>, <c>tile/entries/000</c>.</summary>
public static class TilePath
{
    private const int MaxLength = 128;
    private const string Prefix = "tile/";
    private const string EntriesWord = "entries";

    /// <exception cref="ArgumentOutOfRangeException">There is no such tile.</exception>
    public static string Encode(Tile tile)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tile.Level, Tile.Entries, nameof(tile));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tile.Level, Tile.MaxLevel, nameof(tile));
        ArgumentOutOfRangeException.ThrowIfNegative(tile.Index, nameof(tile));
        ArgumentOutOfRangeException.ThrowIfLessThan(tile.Width, 1, nameof(tile));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tile.Width, Tile.FullWidth, nameof(tile));

        var groups = new StringBuilder(Group(tile.Index % 1000));
        for (var rest = tile.Index / 1000; rest > 0; rest /= 1000)
        {
            groups.Insert(0, $"x{Group(rest % 1000)}/");
        }

        var level = tile.Level == Tile.Entries ? EntriesWord : tile.Level.ToString(CultureInfo.InvariantCulture);
        var suffix = tile.IsFull ? "" : string.Create(CultureInfo.InvariantCulture, $".p/{tile.Width}");
        return $"{Prefix}{level}/{groups}{suffix}";
    }

    /// <summary>Accepts only the one spelling that <see cref="Encode"/> gives: no leading zeros, no superfluous group.</summary>
    public static bool TryParse(string? path, out Tile tile)
    {
        tile = default;
        if (path is null || path.Length > MaxLength || !path.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var parts = path[Prefix.Length..].Split('/');
        var width = Tile.FullWidth;
        if (parts.Length >= 3 && parts[^2].EndsWith(".p", StringComparison.Ordinal))
        {
            if (!TryNumber(parts[^1], out var partial) || partial is < 1 or >= Tile.FullWidth)
            {
                return false;
            }

            width = (int)partial;
            parts = [.. parts[..^2], parts[^2][..^2]];
        }

        long level = Tile.Entries;
        if (parts.Length < 2
            || (parts[0] != EntriesWord && (!TryNumber(parts[0], out level) || level > Tile.MaxLevel))
            || !TryIndex(parts.AsSpan(1), out var index))
        {
            return false;
        }

        tile = new Tile((int)level, index, width);
        return Encode(tile) == path;
    }

    private static bool TryIndex(ReadOnlySpan<string> groups, out long index)
    {
        index = 0;
        for (var i = 0; i < groups.Length; i++)
        {
            var isLast = i == groups.Length - 1;
            var digits = isLast ? groups[i] : groups[i].StartsWith('x') ? groups[i][1..] : "";
            if (digits.Length != 3 || !TryNumber(digits, out var number) || index > (long.MaxValue - number) / 1000)
            {
                return false;
            }

            index = (index * 1000) + number;
        }

        return true;
    }

    private static bool TryNumber(string digits, out long number) =>
        long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static string Group(long number) => number.ToString("D3", CultureInfo.InvariantCulture);
}
