using System.Formats.Asn1;
using System.Numerics;

namespace DocExchange.Trust.Timestamps;

/// <summary>TimeStampReq (RFC 3161 §2.4.1).</summary>
public sealed record TimestampRequest(MessageImprint Imprint)
{
    /// <summary>The largest request that is read, in bytes.</summary>
    public const int MaxSize = 4096;

    private const int MaxNonceBits = 512;

    /// <summary>The policy asked for; null where any will do.</summary>
    public string? Policy { get; init; }

    public BigInteger? Nonce { get; init; }

    /// <summary>Whether the token shall hold the authority's certificate.</summary>
    public bool WantsCertificate { get; init; }

    public int Version { get; init; } = 1;

    public IReadOnlyList<string> CriticalExtensions { get; init; } = [];

    /// <exception cref="TimestampFormatException">The bytes are no request, or too many.</exception>
    public static TimestampRequest Parse(ReadOnlyMemory<byte> encoded) => TimestampAsn.Read(encoded, MaxSize, "时间戳请求", "time-stamp request", Read);

    public byte[] Encode()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(Version);
            TimestampAsn.WriteImprint(writer, Imprint);
            if (Policy is not null)
            {
                writer.WriteObjectIdentifier(Policy);
            }

            if (Nonce is { } nonce)
            {
                writer.WriteInteger(nonce);
            }

            if (WantsCertificate)
            {
                writer.WriteBoolean(true);
            }
        }

        return writer.Encode();
    }

    private static TimestampRequest Read(AsnReader request)
    {
        var version = request.TryReadInt32(out var number) ? number : throw new AsnContentException("the version is out of range");
        var read = new TimestampRequest(TimestampAsn.ReadImprint(request))
        {
            Version = version,
            Policy = request.HasData && request.PeekTag() == Asn1Tag.ObjectIdentifier ? request.ReadObjectIdentifier() : null,
            Nonce = request.HasData && request.PeekTag() == Asn1Tag.Integer ? ReadNonce(request) : null,
            WantsCertificate = request.HasData && request.PeekTag() == Asn1Tag.Boolean && request.ReadBoolean(),
            CriticalExtensions = TimestampAsn.ReadCriticalExtensions(request, 0),
        };
        request.ThrowIfNotEmpty();
        return read;
    }

    private static BigInteger ReadNonce(AsnReader request)
    {
        var nonce = request.ReadInteger();
        return nonce.GetBitLength() <= MaxNonceBits ? nonce : throw new AsnContentException($"the nonce has more than {MaxNonceBits} bits");
    }
}
