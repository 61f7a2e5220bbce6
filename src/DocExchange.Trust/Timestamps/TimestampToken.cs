using DocExchange.Trust.Signatures;

namespace DocExchange.Trust.Timestamps;

/// <summary>A TimeStampToken (RFC 3161 §2.4.2): a CMS around a TSTInfo. Facts only, nothing is judged.</summary>
public sealed class TimestampToken
{
    /// <summary>The largest token that is read, in bytes.</summary>
    public const int MaxSize = 1024 * 1024;

    private TimestampToken(CmsSignedData signed, TimestampInfo info)
    {
        Signed = signed;
        Info = info;
    }

    /// <summary>The ContentInfo as it came.</summary>
    public ReadOnlyMemory<byte> Encoded => Signed.Encoded;

    public CmsSignedData Signed { get; }

    public TimestampInfo Info { get; }

    /// <summary>Whether the content of a CMS says that it is a time-stamp.</summary>
    public static bool IsToken(CmsSignedData signed) => signed.ContentType == TimestampOids.Info;

    /// <exception cref="TimestampFormatException">The bytes are no token, are followed by others, or break a limit.</exception>
    public static TimestampToken Parse(ReadOnlyMemory<byte> encoded, CmsLimits? limits = null)
    {
        var chosen = limits ?? CmsLimits.Default;
        try
        {
            var signed = CmsSignedData.ParseWhole(encoded, chosen with { MaxSize = Math.Min(chosen.MaxSize, MaxSize) });
            if (!IsToken(signed) || signed.Content is not { } content)
            {
                throw new TimestampFormatException(
                    "TST_CONTENT_TYPE", "签名数据的内容不是时间戳信息。", $"The content type {signed.ContentType} is not TSTInfo, or the content is missing.");
            }

            if (signed.TrailingBytes > 0)
            {
                throw TimestampFormatException.Malformed("时间戳", "time-stamp", $"{signed.TrailingBytes} bytes follow it");
            }

            return new TimestampToken(signed, TimestampInfo.Parse(content));
        }
        catch (CmsFormatException fault)
        {
            throw new TimestampFormatException(fault);
        }
    }

    /// <summary>Null where the bytes are no token.</summary>
    public static TimestampToken? TryParse(ReadOnlyMemory<byte> encoded, CmsLimits? limits = null)
    {
        try
        {
            return Parse(encoded, limits);
        }
        catch (TimestampFormatException)
        {
            return null;
        }
    }
}
