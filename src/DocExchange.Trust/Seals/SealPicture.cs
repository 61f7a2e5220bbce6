namespace DocExchange.Trust.Seals;

/// <summary>
/// The picture of a seal. <paramref name="Type"/> is what the maker wrote (png, jpg, gif, bmp, svg, ofd), the size is
/// that on paper in millimetres. A picture inside a seal of another maker may hold anything: show it only as the
/// <see cref="DisplayType"/> it turns out to be.
/// </summary>
public sealed record SealPicture(string Type, ReadOnlyMemory<byte> Data, int WidthMm, int HeightMm)
{
    /// <summary>The largest picture: 1 MiB.</summary>
    public const int MaxSize = 1024 * 1024;

    /// <summary>The longest side on paper, in millimetres.</summary>
    public const int MaxSideMm = 500;

    /// <summary>The longest side of a pixel picture.</summary>
    public const int MaxSidePixels = 4096;

    internal const int MaxTypeLength = 16;

    /// <summary>
    /// The media type under which the bytes may be shown to a person: found from the bytes, not from what they claim;
    /// null when they are no known picture, too large, or contain script or references. OFD is never shown directly.
    /// </summary>
    public string? DisplayType
    {
        get
        {
            try
            {
                return SealPictureFormat.Inspect(Data) switch
                {
                    "png" => "image/png",
                    "jpg" => "image/jpeg",
                    "gif" => "image/gif",
                    "bmp" => "image/bmp",
                    "svg" => "image/svg+xml",
                    _ => null,
                };
            }
            catch (SealFormatException)
            {
                return null;
            }
        }
    }

    /// <summary>Takes in the picture file of another maker; its type is found from its bytes.</summary>
    /// <exception cref="SealFormatException">Unknown type, damaged header, too large, or an SVG with script or references.</exception>
    public static SealPicture FromFile(ReadOnlyMemory<byte> content, int widthMm, int heightMm)
    {
        var type = SealPictureFormat.Inspect(content);
        if (widthMm is < 1 or > MaxSideMm || heightMm is < 1 or > MaxSideMm)
        {
            throw new SealFormatException(
                "SEAL_PICTURE_FORMAT",
                $"印章图像的尺寸 {widthMm}×{heightMm} 毫米无效，每边应为 1 至 {MaxSideMm} 毫米。",
                $"A seal picture of {widthMm} by {heightMm} mm is not possible; each side is 1 to {MaxSideMm} mm.");
        }

        return new SealPicture(type, content.ToArray(), widthMm, heightMm);
    }

    public bool Equals(SealPicture? other) => other is not null
        && Type == other.Type && WidthMm == other.WidthMm && HeightMm == other.HeightMm && Data.Span.SequenceEqual(other.Data.Span);

    public override int GetHashCode() => HashCode.Combine(Type, WidthMm, HeightMm, Data.Length);
}
