using System.Formats.Asn1;

namespace DocExchange.Trust.Timestamps;

/// <summary>PKIStatus (RFC 3161 §2.4.2).</summary>
public enum TimestampStatus
{
    Granted = 0,
    GrantedWithMods = 1,
    Rejection = 2,
    Waiting = 3,
    RevocationWarning = 4,
    RevocationNotification = 5,
}

/// <summary>PKIFailureInfo, with its bit numbers (RFC 3161 §2.4.2).</summary>
public enum TimestampFailure
{
    BadAlgorithm = 0,
    BadRequest = 2,
    BadDataFormat = 5,
    TimeNotAvailable = 14,
    UnacceptedPolicy = 15,
    UnacceptedExtension = 16,
    AddInfoNotAvailable = 17,
    SystemFailure = 25,
}

/// <summary>TimeStampResp (RFC 3161 §2.4.2).</summary>
/// <param name="Text">What the authority says beside its status, for people.</param>
/// <param name="Token">The token as it came; null where none was given.</param>
public sealed record TimestampResponse(TimestampStatus Status, string Text, IReadOnlyList<TimestampFailure> Failures, ReadOnlyMemory<byte>? Token)
{
    /// <summary>The largest response that is read, in bytes.</summary>
    public const int MaxSize = TimestampToken.MaxSize + 4096;

    private const int MaxTexts = 16;
    private const int MaxText = 1000;

    public bool IsGranted => Status is TimestampStatus.Granted or TimestampStatus.GrantedWithMods;

    public static TimestampResponse Granted(ReadOnlyMemory<byte> token) => new(TimestampStatus.Granted, "", [], token);

    public static TimestampResponse Rejected(TimestampFailure failure, string text) => new(TimestampStatus.Rejection, text, [failure], null);

    /// <exception cref="TimestampFormatException">The bytes are no response, too many, or a token is there that must not be, or is missing.</exception>
    public static TimestampResponse Parse(ReadOnlyMemory<byte> encoded) => TimestampAsn.Read(encoded, MaxSize, "时间戳应答", "time-stamp response", Read);

    /// <summary>Null where the bytes are no response.</summary>
    public static TimestampResponse? TryParse(ReadOnlyMemory<byte> encoded)
    {
        try
        {
            return Parse(encoded);
        }
        catch (TimestampFormatException)
        {
            return null;
        }
    }

    public byte[] Encode()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteInteger((int)Status);
                if (Text.Length > 0)
                {
                    using (writer.PushSequence())
                    {
                        writer.WriteCharacterString(UniversalTagNumber.UTF8String, Text);
                    }
                }

                WriteFailures(writer);
            }

            if (Token is { } token)
            {
                writer.WriteEncodedValue(token.Span);
            }
        }

        return writer.Encode();
    }

    private static TimestampResponse Read(AsnReader response)
    {
        var info = response.ReadSequence();
        var status = info.TryReadInt32(out var number) && Enum.IsDefined((TimestampStatus)number)
            ? (TimestampStatus)number
            : throw new AsnContentException("the status is not known");
        var text = info.HasData && info.PeekTag() == Asn1Tag.Sequence ? ReadText(info.ReadSequence()) : "";
        var failures = info.HasData ? ReadFailures(info.ReadBitString(out _)) : [];
        info.ThrowIfNotEmpty();
        ReadOnlyMemory<byte>? token = response.HasData ? response.ReadEncodedValue() : default(ReadOnlyMemory<byte>?);
        response.ThrowIfNotEmpty();
        var read = new TimestampResponse(status, text, failures, token);

        // RFC 3161 §2.4.2: a token must be there when it is granted, and must not otherwise.
        return read.IsGranted == token.HasValue ? read : throw new AsnContentException("the status and the presence of a token contradict each other");
    }

    private static string ReadText(AsnReader texts)
    {
        var all = new List<string>();
        while (texts.HasData && all.Count < MaxTexts)
        {
            all.Add(texts.ReadCharacterString(UniversalTagNumber.UTF8String));
        }

        var joined = string.Join(' ', all);
        return joined.Length <= MaxText ? joined : joined[..MaxText];
    }

    private static List<TimestampFailure> ReadFailures(byte[] bits) =>
        [.. Enum.GetValues<TimestampFailure>().Where(failure => bits.Length > (int)failure / 8 && (bits[(int)failure / 8] & (0x80 >> ((int)failure % 8))) != 0)];

    /// <summary>A named bit list: trailing zero bits are left out (X.690 §11.2.2).</summary>
    private void WriteFailures(AsnWriter writer)
    {
        if (Failures.Count == 0)
        {
            return;
        }

        var last = (int)Failures.Max();
        var bits = new byte[(last / 8) + 1];
        foreach (var failure in Failures)
        {
            bits[(int)failure / 8] |= (byte)(0x80 >> ((int)failure % 8));
        }

        writer.WriteBitString(bits, 7 - (last % 8));
    }
}
