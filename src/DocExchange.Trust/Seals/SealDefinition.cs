using DocExchange.Trust.Certificates;

namespace DocExchange.Trust.Seals;

/// <summary>What a seal to be made says. Times are written to the second, in UTC.</summary>
public sealed record SealDefinition
{
    public const int MaxNameLength = 100;
    public const int MaxIdLength = 64;

    /// <summary>The seal's number (印章编码): 1 to <see cref="MaxIdLength"/> printable ASCII characters.</summary>
    public required string EsId { get; init; }

    /// <summary>Names the maker's system (header.vid); ASCII as well.</summary>
    public required string VendorId { get; init; }

    public required string Name { get; init; }

    /// <summary>1 for the seal of a unit, unless the maker numbers otherwise.</summary>
    public required int Type { get; init; }

    public required SealPicture Picture { get; init; }

    /// <summary>The certificates that may apply the seal; listed by value (certListType 1).</summary>
    public required IReadOnlyList<Certificate> Signers { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ValidFrom { get; init; }

    public required DateTimeOffset ValidUntil { get; init; }
}
