using System.Formats.Asn1;
using System.Numerics;

namespace DocExchange.Trust.Timestamps;

/// <summary>TSTInfo (RFC 3161 §2.4.2) as it was found: what an authority says it saw, and when.</summary>
public sealed record TimestampInfo
{
    private const int MaxSize = 64 * 1024;
    private static readonly Asn1Tag MillisTag = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag MicrosTag = new(TagClass.ContextSpecific, 1);
    private static readonly Asn1Tag AuthorityTag = new(TagClass.ContextSpecific, 0, isConstructed: true);

    public required int Version { get; init; }

    /// <summary>The policy, an object identifier, under which the token was made.</summary>
    public required string Policy { get; init; }

    public required MessageImprint Imprint { get; init; }

    /// <summary>Unique for each token of one authority; at most 160 bits by the standard.</summary>
    public required BigInteger SerialNumber { get; init; }

    public required DateTimeOffset GenTime { get; init; }

    /// <summary>How far the clock may be off, either way; null where the token does not say.</summary>
    public TimeSpan? Accuracy { get; init; }

    /// <summary>Whether tokens of this authority can be ordered by genTime alone.</summary>
    public bool IsOrdered { get; init; }

    public BigInteger? Nonce { get; init; }

    /// <summary>The GeneralName the authority gives itself, encoded; null where it gives none.</summary>
    public ReadOnlyMemory<byte>? AuthorityName { get; init; }

    public IReadOnlyList<string> CriticalExtensions { get; init; } = [];

    /// <summary>Before this moment the token was not made.</summary>
    public DateTimeOffset Earliest => GenTime - Slack(DateTimeOffset.MinValue, GenTime);

    /// <summary>By this moment the stamped bytes existed.</summary>
    public DateTimeOffset Latest => GenTime + Slack(GenTime, DateTimeOffset.MaxValue);

    /// <summary>Whether this token was made before the other beyond doubt (RFC 3161 §2.4.2, ordering and accuracy).</summary>
    /// <param name="isSameAuthority">Whether one authority made both.</param>
    public bool IsBefore(TimestampInfo other, bool isSameAuthority) =>
        isSameAuthority && IsOrdered && other.IsOrdered ? GenTime < other.GenTime : Latest < other.Earliest;

    /// <exception cref="TimestampFormatException">The bytes are no TSTInfo.</exception>
    public static TimestampInfo Parse(ReadOnlyMemory<byte> encoded) => TimestampAsn.Read(encoded, MaxSize, "时间戳信息", "TSTInfo", Read);

    private static TimestampInfo Read(AsnReader info)
    {
        var version = info.TryReadInt32(out var number) ? number : throw new AsnContentException("the version is out of range");
        var read = new TimestampInfo
        {
            Version = version,
            Policy = info.ReadObjectIdentifier(),
            Imprint = TimestampAsn.ReadImprint(info),
            SerialNumber = info.ReadInteger(),
            GenTime = TimestampAsn.ReadTime(info),
            Accuracy = info.HasData && info.PeekTag() == Asn1Tag.Sequence ? ReadAccuracy(info.ReadSequence()) : null,
            IsOrdered = info.HasData && info.PeekTag() == Asn1Tag.Boolean && info.ReadBoolean(),
            Nonce = info.HasData && info.PeekTag() == Asn1Tag.Integer ? info.ReadInteger() : null,
            AuthorityName = info.HasData && info.PeekTag() == AuthorityTag ? ReadName(info.ReadSequence(AuthorityTag)) : default(ReadOnlyMemory<byte>?),
            CriticalExtensions = TimestampAsn.ReadCriticalExtensions(info, 1),
        };
        info.ThrowIfNotEmpty();
        return read;
    }

    internal byte[] Encode()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(Version);
            writer.WriteObjectIdentifier(Policy);
            TimestampAsn.WriteImprint(writer, Imprint);
            writer.WriteInteger(SerialNumber);
            writer.WriteGeneralizedTime(GenTime.ToUniversalTime());
            WriteAccuracy(writer);
            if (IsOrdered)
            {
                writer.WriteBoolean(true);
            }

            if (Nonce is { } nonce)
            {
                writer.WriteInteger(nonce);
            }

            if (AuthorityName is { } name)
            {
                using (writer.PushSequence(AuthorityTag))
                {
                    writer.WriteEncodedValue(name.Span);
                }
            }
        }

        return writer.Encode();
    }

    private static ReadOnlyMemory<byte> ReadName(AsnReader wrapped)
    {
        var name = wrapped.ReadEncodedValue();
        wrapped.ThrowIfNotEmpty();
        return name;
    }

    private static TimeSpan ReadAccuracy(AsnReader accuracy)
    {
        var seconds = accuracy.HasData && accuracy.PeekTag() == Asn1Tag.Integer ? ReadCount(accuracy, Asn1Tag.Integer, int.MaxValue) : 0;
        var millis = accuracy.HasData && accuracy.PeekTag() == MillisTag ? ReadCount(accuracy, MillisTag, 999) : 0;
        var micros = accuracy.HasData && accuracy.PeekTag() == MicrosTag ? ReadCount(accuracy, MicrosTag, 999) : 0;
        accuracy.ThrowIfNotEmpty();
        return TimeSpan.FromSeconds(seconds) + TimeSpan.FromMilliseconds(millis) + TimeSpan.FromMicroseconds(micros);
    }

    private static int ReadCount(AsnReader reader, Asn1Tag tag, int max) =>
        reader.TryReadInt32(out var value, tag) && value >= 0 && value <= max ? value : throw new AsnContentException("an accuracy is out of range");

    private void WriteAccuracy(AsnWriter writer)
    {
        if (Accuracy is not { } accuracy)
        {
            return;
        }

        using (writer.PushSequence())
        {
            var micros = (long)accuracy.TotalMicroseconds;
            WriteCount(writer, micros / 1_000_000, Asn1Tag.Integer);
            WriteCount(writer, micros / 1000 % 1000, MillisTag);
            WriteCount(writer, micros % 1000, MicrosTag);
        }
    }

    private static void WriteCount(AsnWriter writer, long count, Asn1Tag tag)
    {
        if (count > 0)
        {
            writer.WriteInteger(count, tag);
        }
    }

    // A hostile accuracy is cut off where the calendar ends.
    private TimeSpan Slack(DateTimeOffset from, DateTimeOffset until)
    {
        var room = until.UtcDateTime - from.UtcDateTime;
        return Accuracy is { } accuracy ? (accuracy < room ? accuracy : room) : TimeSpan.Zero;
    }
}
